/** The n-grams of one order, sorted by their first n − 1 tokens and then by the last: a level of a trie. */
export interface Level {
  /** Last token of each n-gram. */
  readonly tokens: Uint32Array;
  /** How often each stands in the text. */
  readonly counts: Uint32Array;
  /** For each (n − 1)-gram, where the n-grams that continue it begin; one more entry for the end. */
  readonly firstChild: Uint32Array;
  /** How many different tokens stand before each n-gram; 0 where only the beginning of a text does. */
  readonly leftExtensions: Uint32Array;
}

/** No n-gram of this order begins here without running into the next text. */
const NONE = 0xffff_ffff;

/**
 * All n-grams up to an order of texts that each begin with `start`. No n-gram goes across texts, so `start`
 * can only come first in one.
 */
export class NgramTrie {
  /** Level n − 1 holds the n-grams; in the first the index is the token. */
  private constructor(
    readonly levels: readonly Level[],
    readonly start: number,
  ) {}

  /**
   * @param tokens the texts, one after another.
   * @param onLevel called after each order.
   */
  static async build(
    tokens: Uint32Array,
    start: number,
    order: number,
    vocabSize: number,
    onLevel: (order: number) => void = () => {},
  ): Promise<NgramTrie> {
    const unigrams = new Uint32Array(vocabSize);
    for (const token of tokens) unigrams[token]!++;
    const levels: Level[] = [
      {
        tokens: Uint32Array.from(unigrams.keys()),
        counts: unigrams,
        firstChild: Uint32Array.of(0, vocabSize),
        leftExtensions: new Uint32Array(vocabSize),
      },
    ];
    // The n-gram that begins at each position.
    let nodes = tokens;
    for (let n = 2; n <= order; n++) {
      const parents = levels[n - 2]!;
      const level = nextLevel(tokens, nodes, parents.tokens.length, n, start, vocabSize);
      const longer = nodesOf(level, tokens, nodes, n, start);
      countLeftExtensions(level, longer, nodes, parents.leftExtensions);
      levels.push(level);
      nodes = longer;
      onLevel(n);
      // Between two orders others may have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return new NgramTrie(levels, start);
  }

  /** Index of an n-gram in its level; undefined where the text has it nowhere. */
  find(ngram: readonly number[]): number | undefined {
    let node: number | undefined;
    for (const [at, token] of ngram.entries()) {
      node = at === 0 ? token : childOf(this.levels[at]!, node!, token);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** Index of the n-gram that continues `node` by `token`. */
  child(level: number, node: number, token: number): number | undefined {
    return childOf(this.levels[level]!, node, token);
  }
}

/** The different n-grams: every continuation of an (n − 1)-gram by a token of the same text. */
function nextLevel(
  tokens: Uint32Array,
  nodes: Uint32Array,
  parents: number,
  n: number,
  start: number,
  vocabSize: number,
): Level {
  const keys = new Float64Array(tokens.length);
  let length = 0;
  for (let at = 0; at + n <= tokens.length; at++) {
    const last = tokens[at + n - 1]!;
    if (nodes[at] !== NONE && last !== start) keys[length++] = nodes[at]! * vocabSize + last;
  }
  const sorted = keys.subarray(0, length).sort();
  let different = 0;
  for (let at = 0; at < length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) different++;

  const level: Level = {
    tokens: new Uint32Array(different),
    counts: new Uint32Array(different),
    firstChild: new Uint32Array(parents + 1),
    leftExtensions: new Uint32Array(different),
  };
  let node = -1;
  for (let at = 0; at < length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) {
      node++;
      const parent = Math.floor(sorted[at]! / vocabSize);
      level.tokens[node] = sorted[at]! - parent * vocabSize;
      level.firstChild[parent + 1]!++;
    }
    level.counts[node]!++;
  }
  for (let parent = 0; parent < parents; parent++) level.firstChild[parent + 1]! += level.firstChild[parent]!;
  return level;
}

/** The n-gram that begins at each position. */
function nodesOf(level: Level, tokens: Uint32Array, shorter: Uint32Array, n: number, start: number): Uint32Array {
  const nodes = new Uint32Array(tokens.length).fill(NONE);
  for (let at = 0; at + n <= tokens.length; at++) {
    const last = tokens[at + n - 1]!;
    if (shorter[at] !== NONE && last !== start) nodes[at] = childOf(level, shorter[at]!, last)!;
  }
  return nodes;
}

/** Counts each different n-gram once at the (n − 1)-gram that is its end. */
function countLeftExtensions(level: Level, longer: Uint32Array, shorter: Uint32Array, extensions: Uint32Array): void {
  const seen = new Uint8Array(level.tokens.length);
  for (let at = 0; at < longer.length; at++) {
    const node = longer[at]!;
    if (node === NONE || seen[node] === 1) continue;
    seen[node] = 1;
    extensions[shorter[at + 1]!]!++;
  }
}

function childOf({ tokens, firstChild }: Level, parent: number, token: number): number | undefined {
  let low = firstChild[parent]!;
  let high = firstChild[parent + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle]! < token) low = middle + 1;
    else high = middle;
  }
  return low < firstChild[parent + 1]! && tokens[low] === token ? low : undefined;
}
