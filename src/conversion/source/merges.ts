import { ModelError } from '../../modelFolder/modelError';
import { phrase } from '../../modelFolder/phrase';

/**
 * Checks a `merges.txt` or `bpecodes`: each line must be a pair of symbols, with or without its count.
 * Only U+0020 separates: symbols may hold other spaces.
 * @throws ModelError showing the first line that is none
 */
export function checkMerges(path: string, text: string): void {
  const lines = text.split('\n').filter((line) => !/^\r?$/.test(line) && !line.startsWith('#version'));
  const bad = lines.findIndex((line) => !/^[^ ]+ [^ ]+( \d+)? ?\r?$/.test(line));
  if (bad !== -1) {
    const shown = JSON.stringify(lines[bad]!.slice(0, 40));
    throw new ModelError(
      path,
      phrase`has a line that is no merge: ${shown}.`,
      phrase`Use the file that came with the model.`,
    );
  }
}
