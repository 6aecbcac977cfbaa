/** Both directions of a vocabulary. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly symbols: ReadonlyMap<number, string>;
}

/**
 * Reads `vocab.json`: one object of symbol → id.
 *
 * @throws Error where it is anything else, or two symbols share an id.
 */
export function parseVocabulary(json: string): Vocabulary {
  const entries = vocabularyEntries(json);
  const ids = new Map<string, number>();
  const symbols = new Map<number, string>();
  for (const [symbol, id] of entries) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
      throw badVocabulary(`the id of ${JSON.stringify(symbol)} is ${JSON.stringify(id)}, not a whole number from 0`);
    }
    const other = symbols.get(id);
    if (other !== undefined) {
      throw badVocabulary(`${JSON.stringify(other)} and ${JSON.stringify(symbol)} share the id ${id}`);
    }
    ids.set(symbol, id);
    symbols.set(id, symbol);
  }
  return { ids, symbols };
}

function vocabularyEntries(json: string): [string, unknown][] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw badVocabulary(`it is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badVocabulary('it does not hold an object of symbol and id');
  }
  return Object.entries(value);
}

export function badVocabulary(reason: string): Error {
  return new Error(`vocab.json is not a BioGPT vocabulary: ${reason}. Fetch the model's tokenizer files again.`);
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
