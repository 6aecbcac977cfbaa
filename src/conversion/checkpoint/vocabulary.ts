import { ModelError } from '../../modelFolder/modelError';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** What the converter needs to know of a vocabulary. */
export interface Vocabulary {
  size: number;
  /** Whether any symbol contains a character that punctuation normalisation replaces. */
  hasTypographicPunctuation: boolean;
}

/** BioGPT's special tokens; the tokenizer and the decoder rely on their ids. */
export const SPECIAL_TOKENS: readonly [symbol: string, id: number][] = [
  ['<s>', 0],
  ['<pad>', 1],
  ['</s>', 2],
  ['<unk>', 3],
];

/**
 * What Moses' normalize-punctuation.perl replaces by ASCII. BioGPT's base vocabulary has none of
 * them, so its training text was normalised; BioGPT-Large has them all.
 */
const TYPOGRAPHIC_PUNCTUATION = /[„“”–—´‘‚’…«»`]/u;

/**
 * Checks a `vocab.json`: a JSON object from symbols to the ids 0 to `expectedSize` − 1, each once.
 * @throws ModelError saying what is wrong
 */
export function parseVocabulary(path: string, json: string, expectedSize: number): Vocabulary {
  const fail = (problem: Phrase): never => {
    throw new ModelError(path, problem, phrase`Use the vocab.json and config.json of the same model.`);
  };
  let vocabulary: unknown;
  try {
    vocabulary = JSON.parse(json);
  } catch (error) {
    return fail(phrase`is not valid JSON (${(error as Error).message}).`);
  }
  if (typeof vocabulary !== 'object' || vocabulary === null || Array.isArray(vocabulary)) {
    return fail(phrase`is not a JSON object.`);
  }
  const entries = Object.entries(vocabulary as Record<string, unknown>);
  if (entries.length !== expectedSize) {
    fail(phrase`has ${entries.length} symbols, but config.json's vocab_size is ${expectedSize}.`);
  }
  const seen = new Uint8Array(expectedSize);
  for (const [symbol, id] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= expectedSize) {
      return fail(
        phrase`gives ${JSON.stringify(symbol)} the id ${JSON.stringify(id)}; ids go from 0 to ${expectedSize - 1}.`,
      );
    }
    if (seen[id]) fail(phrase`gives the id ${id} to two symbols.`);
    seen[id] = 1;
  }
  const ids = new Map(entries);
  for (const [symbol, id] of SPECIAL_TOKENS) {
    if (ids.get(symbol) !== id)
      fail(phrase`gives the special token ${symbol} the id ${String(ids.get(symbol))}, not ${id}.`);
  }
  return describeVocabulary([...ids.keys()]);
}

export function describeVocabulary(symbols: readonly string[]): Vocabulary {
  return {
    size: symbols.length,
    hasTypographicPunctuation: symbols.some((symbol) => TYPOGRAPHIC_PUNCTUATION.test(symbol)),
  };
}
