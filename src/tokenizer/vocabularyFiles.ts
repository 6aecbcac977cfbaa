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

/**
 * Reads `merges.txt`: a line per merge, `left right` or fastBPE's `left right count`, the first merge
 * first; a leading `#version` line is skipped. Symbols missing from the vocabulary are fine.
 *
 * @returns rank by `left right`, lower ranks first. Of a pair listed twice the last counts, as in transformers.
 * @throws Error naming the first line of another form.
 */
export function parseMerges(text: string): Map<string, number> {
  const ranks = new Map<string, number>();
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  lines.forEach((line, i) => {
    if (i === 0 && line.startsWith('#version')) {
      return;
    }
    const merge = /^([^ ]+ [^ ]+)(?: \d+)?$/.exec(line)?.[1];
    if (merge === undefined) {
      throw new Error(
        `merges.txt, line ${i + 1}: expected "left right" or "left right count", found ` +
          `${JSON.stringify(line.slice(0, 80))}. Fetch the model's tokenizer files again.`,
      );
    }
    ranks.set(merge, i);
  });
  return ranks;
}
