import { KvCache, type CacheShape } from './kvCache';

/**
 * Keys and values of several texts of different lengths, a row each. Rows can be read into one at a time, and the first of
 * them can all be continued in one pass.
 */
export class KvRows {
  private readonly store: KvCache;
  private readonly lengths: number[];
  /** The parts of the store that passes run over, by their place. */
  private readonly parts = new Map<string, KvCache>();

  /** @param release lets go of what a session holds for a part that is used no more */
  constructor(
    private readonly shape: CacheShape,
    private readonly rows: number,
    private readonly release: (part: KvCache) => void,
  ) {
    this.store = new KvCache(shape, rows);
    this.lengths = this.store.lengths = new Array<number>(rows).fill(0);
  }

  /** One row, with what it holds, and room for `tokens` in all. */
  row(row: number, tokens: number): KvCache {
    this.reserve(tokens);
    const part = this.part(row, 1);
    part.length = this.lengths[row]!;
    return part;
  }

  /** The first rows, with room for one more token each. */
  first(count: number): KvCache {
    const lengths = this.lengths.slice(0, count);
    this.reserve(Math.max(...lengths) + 1);
    const part = this.part(0, count);
    part.lengths = lengths;
    part.length = Math.max(...lengths);
    return part;
  }

  /** A row holds so many tokens from now on. */
  setLength(row: number, tokens: number): void {
    this.lengths[row] = tokens;
  }

  /** A row takes the place of another, which is over. */
  move(from: number, to: number): void {
    if (from !== to) {
      const { heads, headDim } = this.shape;
      const { capacity, tensors } = this.store;
      const used = this.lengths[from]! * headDim;
      for (const tensor of tensors) {
        for (let head = 0; head < heads; head++) {
          const at = (row: number): number => (row * heads + head) * capacity * headDim;
          tensor.copyWithin(at(to), at(from), at(from) + used);
        }
      }
      this.lengths[to] = this.lengths[from]!;
    }
    this.lengths[from] = 0;
  }

  dispose(): void {
    for (const part of this.parts.values()) this.release(part);
    this.parts.clear();
  }

  private reserve(tokens: number): void {
    if (tokens <= this.store.capacity) return;
    this.dispose();
    this.store.reserve(tokens);
  }

  private part(first: number, count: number): KvCache {
    const key = `${first}/${count}`;
    let part = this.parts.get(key);
    if (!part) this.parts.set(key, (part = this.store.part(first, count)));
    return part;
  }
}
