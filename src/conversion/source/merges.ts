import { ModelError } from '../../modelFolder/modelError';
import { phrase } from '../../modelFolder/phrase';
import { MergeError, parseMerges } from '../../tokenizer/vocabularyFiles';

/**
 * Checks a `merges.txt` or `bpecodes` as the tokenizer will read it, so that no model is converted that could not be opened.
 * @throws ModelError showing the first line that is not a merge
 */
export function checkMerges(path: string, text: string): void {
  try {
    parseMerges(text);
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    throw new ModelError(
      path,
      phrase`has a line that is not a merge rule. Line ${error.line}: ${JSON.stringify(error.found)}.`,
      phrase`Use the file that came with the model.`,
    );
  }
}
