/**
 * Remembers what was computed for the texts asked for last: pieces of a document that stay while another one is
 * typed. Forgets by halves, so that a hit costs one look-up.
 */
export class Memo<V extends NonNullable<unknown> | null> {
  private recent = new Map<string, V>();
  private older = new Map<string, V>();

  /** @param capacity at least this many of the last texts are remembered, at most twice as many. */
  constructor(private readonly capacity: number) {}

  get(text: string, compute: (text: string) => V): V {
    const known = this.recent.get(text);
    if (known !== undefined) return known;
    const old = this.older.get(text);
    const value = old === undefined ? compute(text) : old;
    if (this.recent.size >= this.capacity) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(text, value);
    return value;
  }
}
