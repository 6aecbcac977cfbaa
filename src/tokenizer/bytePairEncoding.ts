import { END_OF_WORD } from './endOfWord';
import { MinHeap } from './minHeap';

const NO_MERGE = -1;

/**
 * Byte-pair encoding over code points (Sennrich et al. 2016): while some adjacent pair is in `ranks`,
 * all occurrences of the lowest-ranked pair are merged, left to right.
 *
 * The occurrences of each pair wait in a heap, so a word of n characters takes O(n log n), not O(n²).
 *
 * @param ranks rank by `left right`.
 * @returns the symbols of the word, the last ending in `</w>`; none for the empty word.
 */
export function bytePairEncode(word: string, ranks: ReadonlyMap<string, number>): string[] {
  const symbols = Array.from(word);
  const length = symbols.length;
  if (length === 0) {
    return [];
  }
  symbols[length - 1] += END_OF_WORD;

  // A linked list of the symbols left: a merge keeps the left one's position.
  const next = Int32Array.from(symbols, (_, i) => i + 1);
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  /** Rank of the pair that begins at a position. */
  const pairRanks = new Int32Array(length).fill(NO_MERGE);
  /** rank · length + position; entries whose pair has changed since are stale. */
  const queue = new MinHeap();

  const rate = (position: number) => {
    const right = next[position] as number;
    const rank = right < length ? (ranks.get(`${symbols[position]} ${symbols[right]}`) ?? NO_MERGE) : NO_MERGE;
    pairRanks[position] = rank;
    if (rank !== NO_MERGE) {
      queue.push(rank * length + position);
    }
  };
  const merge = (position: number) => {
    const right = next[position] as number;
    const after = next[right] as number;
    symbols[position] = (symbols[position] as string) + (symbols[right] as string);
    pairRanks[right] = NO_MERGE;
    next[position] = after;
    if (after < length) {
      previous[after] = position;
    }
    rate(position);
    if (position > 0) {
      rate(previous[position] as number);
    }
  };

  for (let position = 0; position < length - 1; position++) {
    rate(position);
  }
  while (queue.smallest !== undefined) {
    const rank = Math.floor(queue.smallest / length);
    // All of this rank before any pair that these merges bring about, should it rank lower.
    for (const position of takeRank(queue, rank, length)) {
      if (pairRanks[position] === rank) {
        merge(position);
      }
    }
  }

  const result: string[] = [];
  for (let position = 0; position < length; position = next[position] as number) {
    result.push(symbols[position] as string);
  }
  return result;
}

/** Takes the positions queued at this rank, in ascending order. */
function takeRank(queue: MinHeap, rank: number, length: number): number[] {
  const positions: number[] = [];
  while (queue.smallest !== undefined && queue.smallest < (rank + 1) * length) {
    positions.push(queue.smallest - rank * length);
    queue.pop();
  }
  return positions;
}
