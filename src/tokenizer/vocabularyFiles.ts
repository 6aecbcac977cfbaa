/** Both directions of a vocabulary. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly symbols: ReadonlyMap<number, string>;
}

/** BioGPT's special symbols, the first of every vocabulary: the tokenizer and the decoder rely on their ids. */
export const SPECIAL_SYMBOLS: readonly string[] = ['<s>', '<pad>', '</s>', '<unk>'];

/** What is wrong with a `vocab.json`. */
export type VocabularyProblem =
  | { kind: 'notJson'; reason: string }
  | { kind: 'notAnObject' }
  /** Not a whole number from 0. */
  | { kind: 'badId'; symbol: string; id: unknown }
  | { kind: 'sharedId'; symbols: readonly [string, string]; id: number }
  | { kind: 'specialId'; symbol: string; id: number | undefined; expected: number };

export class VocabularyError extends Error {
  override readonly name = 'VocabularyError';

  constructor(readonly problem: VocabularyProblem) {
    super(`vocab.json is not a BioGPT vocabulary: ${JSON.stringify(problem)}`);
  }
}

/**
 * Reads `vocab.json`: one object of symbol → id, the special symbols first.
 *
 * @throws VocabularyError where it is anything else, or two symbols share an id.
 */
export function parseVocabulary(json: string): Vocabulary {
  const ids = new Map<string, number>();
  const symbols = new Map<number, string>();
  for (const [symbol, id] of vocabularyEntries(json)) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
      throw new VocabularyError({ kind: 'badId', symbol, id });
    }
    const other = symbols.get(id);
    if (other !== undefined) throw new VocabularyError({ kind: 'sharedId', symbols: [other, symbol], id });
    ids.set(symbol, id);
    symbols.set(id, symbol);
  }
  for (const [expected, symbol] of SPECIAL_SYMBOLS.entries()) {
    const id = ids.get(symbol);
    if (id !== expected) throw new VocabularyError({ kind: 'specialId', symbol, id, expected });
  }
  return { ids, symbols };
}

function vocabularyEntries(json: string): [string, unknown][] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new VocabularyError({ kind: 'notJson', reason: (error as Error).message });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new VocabularyError({ kind: 'notAnObject' });
  }
  return Object.entries(value);
}

/** A line of `merges.txt` that is not a merge. */
export class MergeError extends Error {
  override readonly name = 'MergeError';

  constructor(
    /** Counted from 1. */
    readonly line: number,
    /** The line, or its beginning. */
    readonly found: string,
  ) {
    super(
      `merges.txt, line ${line}: expected "left right" or "left right count", found ${JSON.stringify(found)}. ` +
        "Fetch the model's tokenizer files again.",
    );
  }
}

/**
 * Reads `merges.txt`: a line per merge, `left right` or fastBPE's `left right count`, the first merge
 * first; a leading `#version` line is skipped, and so are blank lines and blanks at the end of one, as in transformers.
 * Only U+0020 separates: a symbol may hold another space. Symbols missing from the vocabulary are fine.
 *
 * @returns rank by `left right`, lower ranks first. Of a pair listed twice the last counts, as in transformers.
 * @throws MergeError for the first line of another form.
 */
export function parseMerges(text: string): Map<string, number> {
  const ranks = new Map<string, number>();
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  lines.forEach((line, i) => {
    if (/^ *$/.test(line) || (i === 0 && line.startsWith('#version'))) {
      return;
    }
    const merge = /^([^ ]+ [^ ]+)(?: \d+)? *$/.exec(line)?.[1];
    if (merge === undefined) throw new MergeError(i + 1, line.slice(0, 80));
    ranks.set(merge, i);
  });
  return ranks;
}
