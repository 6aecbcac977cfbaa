/** Tokens of context that count; more than this agreeing says no more about the next token. */
export const LONGEST_MATCH = 8;
/** Earlier occurrences looked at, the most recent first. */
const MOST_CANDIDATES = 24;

/** What followed where the end of a text stood before. */
export interface Match {
  /** The token that followed most often behind the longest match; of equals the most recent. */
  id: number;
  /** Tokens before it that agree with the end of the text, from 1 to `LONGEST_MATCH`. */
  length: number;
  /** Places with a match of this length, and how many of them went on with `id`. */
  places: number;
  agreeing: number;
}

/**
 * A growing sequence of token ids that finds where its own end, or the end of another sequence, stood
 * before. Each position links to the one before it with the same last two tokens and the same last one;
 * appending and taking back cost the same few operations at any length.
 */
export class NgramIndex {
  readonly ids: number[] = [];
  private readonly pairs = new Chain();
  private readonly singles = new Chain();

  get length(): number {
    return this.ids.length;
  }

  append(id: number): void {
    const at = this.ids.push(id) - 1;
    this.singles.push(id);
    this.pairs.push(at > 0 ? pairKey(this.ids[at - 1]!, id) : -1);
  }

  /** Forgets all tokens from position `length` on. */
  truncate(length: number): void {
    while (this.ids.length > length) {
      this.ids.pop();
      this.singles.pop();
      this.pairs.pop();
    }
  }

  /** Becomes `ids`, keeping what both begin with. */
  assign(ids: readonly number[]): void {
    let common = 0;
    while (common < ids.length && common < this.ids.length && ids[common] === this.ids[common]) common++;
    this.truncate(common);
    for (let i = common; i < ids.length; i++) this.append(ids[i]!);
  }

  /** The longest match for the end of `tail`, or null where its last token never stood before another. */
  find(tail: readonly number[]): Match | null {
    if (tail.length === 0) return null;
    const last = tail[tail.length - 1]!;
    if (tail.length > 1) {
      const match = this.best(this.pairs, pairKey(tail[tail.length - 2]!, last), tail);
      if (match !== null) return match;
    }
    return this.best(this.singles, last, tail);
  }

  private best(chain: Chain, key: number, tail: readonly number[]): Match | null {
    const { ids } = this;
    let length = 0;
    const followers: number[] = [];
    let seen = 0;
    for (let at = chain.latest(key); at >= 0 && seen < MOST_CANDIDATES; at = chain.before(at)) {
      const next = ids[at + 1];
      // The end itself has no follower.
      if (next === undefined) continue;
      seen++;
      let agreeing = 0;
      while (agreeing < LONGEST_MATCH && agreeing <= at && ids[at - agreeing] === tail[tail.length - 1 - agreeing]) agreeing++;
      if (agreeing < length) continue;
      if (agreeing > length) followers.length = 0;
      length = agreeing;
      followers.push(next);
    }
    if (followers.length === 0) return null;
    let id = followers[0]!;
    let most = 0;
    for (const candidate of new Set(followers)) {
      const count = followers.reduce((sum, follower) => sum + Number(follower === candidate), 0);
      if (count > most) [id, most] = [candidate, count];
    }
    return { id, length, places: followers.length, agreeing: most };
  }
}

/** Positions by key, each linked to the one before it with the same key; the last one can be taken back. */
class Chain {
  private readonly heads = new Map<number, number>();
  private readonly keys: number[] = [];
  private readonly links: number[] = [];

  push(key: number): void {
    const at = this.keys.push(key) - 1;
    this.links.push(this.latest(key));
    this.heads.set(key, at);
  }

  pop(): void {
    const key = this.keys.pop()!;
    const before = this.links.pop()!;
    if (before < 0) this.heads.delete(key);
    else this.heads.set(key, before);
  }

  /** The last position with this key, or -1. */
  latest(key: number): number {
    return this.heads.get(key) ?? -1;
  }

  /** The position before `at` with the same key, or -1. */
  before(at: number): number {
    return this.links[at]!;
  }
}

/** Exact for ids below 2^26. */
function pairKey(a: number, b: number): number {
  return a * 2 ** 26 + b;
}
