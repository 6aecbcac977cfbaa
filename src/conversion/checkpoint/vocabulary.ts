import { ModelError } from '../../modelFolder/modelError';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { parseVocabulary, VocabularyError, type VocabularyProblem } from '../../tokenizer/vocabularyFiles';

/** What the converter needs to know of a vocabulary. */
export interface Vocabulary {
  size: number;
  /** Whether any symbol contains a character that punctuation normalisation replaces. */
  hasTypographicPunctuation: boolean;
}

/**
 * What Moses' normalize-punctuation.perl replaces by ASCII. BioGPT's base vocabulary has none of
 * them, so its training text was normalised; BioGPT-Large has them all.
 */
const TYPOGRAPHIC_PUNCTUATION = /[„“”–—´‘‚’…«»`]/u;

/**
 * Checks a `vocab.json`, as the tokenizer will read it: symbols with ids below `rows`, each once. A network may have more
 * rows than symbols: transformers pads it (`resize_token_embeddings` with `pad_to_multiple_of`), and tokens that were added
 * are in other files.
 * @param rows of the embedding
 * @throws ModelError saying what is wrong
 */
export function checkVocabulary(path: string, json: string, rows: number): Vocabulary {
  const fail = (problem: Phrase): never => {
    throw new ModelError(path, problem, phrase`Use the vocab.json and config.json of the same model.`);
  };
  const ids = readIds(json, fail);
  if (ids.size > rows) fail(phrase`has ${ids.size} symbols, but config.json's vocab_size is ${rows}.`);
  for (const [symbol, id] of ids) if (id >= rows) fail(outOfRange(symbol, id, rows));
  return describeVocabulary([...ids.keys()]);
}

function readIds(json: string, fail: (problem: Phrase) => never): ReadonlyMap<string, number> {
  try {
    return parseVocabulary(json).ids;
  } catch (error) {
    if (error instanceof VocabularyError) return fail(inWords(error.problem));
    throw error;
  }
}

function inWords(problem: VocabularyProblem): Phrase {
  switch (problem.kind) {
    case 'notJson':
      return phrase`is not valid JSON (${problem.reason}).`;
    case 'notAnObject':
      return phrase`is not a JSON object.`;
    case 'badId':
      return phrase`gives ${JSON.stringify(problem.symbol)} the ID ${JSON.stringify(problem.id)}, which is not a whole number of at least 0.`;
    case 'sharedId':
      return phrase`gives the ID ${problem.id} to two symbols.`;
    case 'specialId':
      return problem.id === undefined
        ? phrase`has no special token ${problem.symbol}.`
        : phrase`gives the special token ${problem.symbol} the ID ${problem.id}, not ${problem.expected}.`;
  }
}

function outOfRange(symbol: string, id: number, size: number): Phrase {
  return phrase`gives ${JSON.stringify(symbol)} the ID ${id}; IDs go from 0 to ${size - 1}.`;
}

export function describeVocabulary(symbols: readonly string[]): Vocabulary {
  return {
    size: symbols.length,
    hasTypographicPunctuation: symbols.some((symbol) => TYPOGRAPHIC_PUNCTUATION.test(symbol)),
  };
}
