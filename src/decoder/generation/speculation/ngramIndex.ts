/** Tokens of context that count; more than this agreeing says no more about the next token. */
export const LONGEST_MATCH = 8;
/** Earlier occurrences looked at, the most recent first. */
const MOST_CANDIDATES = 8;
/** Stands for the token before the first one. */
const NONE = -2;

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
    this.singles.push(at, bucketOf(id, NONE));
    this.pairs.push(at, bucketOf(id, this.ids[at - 1] ?? NONE));
  }

  /** Forgets all tokens from position `length` on. */
  truncate(length: number): void {
    while (this.ids.length > length) {
      const id = this.ids.pop()!;
      const at = this.ids.length;
      this.singles.pop(at, bucketOf(id, NONE));
      this.pairs.pop(at, bucketOf(id, this.ids[at - 1] ?? NONE));
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
    const longer = tail.length > 1 ? this.best(this.pairs, bucketOf(last, tail[tail.length - 2]!), tail, 2) : null;
    return longer ?? this.best(this.singles, bucketOf(last, NONE), tail, 1);
  }

  private best(chain: Chain, bucket: number, tail: readonly number[], least: number): Match | null {
    const { ids } = this;
    let length = least;
    const followers: number[] = [];
    let seen = 0;
    for (let at = chain.latest(bucket); at >= 0 && seen < MOST_CANDIDATES; at = chain.before(at)) {
      const next = ids[at + 1];
      // The end itself has no follower.
      if (next === undefined) continue;
      seen++;
      const agreeing = agreement(ids, at, tail);
      if (agreeing < length) continue;
      if (agreeing > length) followers.length = 0;
      length = agreeing;
      followers.push(next);
    }
    if (followers.length === 0) return null;
    let id = followers[0]!;
    let most = 0;
    for (const candidate of followers) {
      let count = 0;
      for (const follower of followers) if (follower === candidate) count++;
      if (count > most) {
        id = candidate;
        most = count;
      }
    }
    return { id, length, places: followers.length, agreeing: most };
  }
}

/** Tokens before position `at`, itself included, that agree with the end of `tail`; at most `LONGEST_MATCH`. */
function agreement(ids: readonly number[], at: number, tail: readonly number[]): number {
  const most = Math.min(LONGEST_MATCH, at + 1, tail.length);
  let length = 0;
  while (length < most && ids[at - length] === tail[tail.length - 1 - length]) length++;
  return length;
}

/** Buckets of a chain; a power of two. */
const BUCKETS = 1 << 15;

/**
 * Positions by key, each linked to the one before it in the same bucket; the last one can be taken back.
 * Different keys may share a bucket: whoever follows the links compares.
 */
class Chain {
  private readonly heads = new Int32Array(BUCKETS).fill(-1);
  private links = new Int32Array(1024);

  push(at: number, bucket: number): void {
    if (at === this.links.length) {
      const grown = new Int32Array(2 * at);
      grown.set(this.links);
      this.links = grown;
    }
    this.links[at] = this.heads[bucket]!;
    this.heads[bucket] = at;
  }

  pop(at: number, bucket: number): void {
    this.heads[bucket] = this.links[at]!;
  }

  /** The last position in this bucket, or -1. */
  latest(bucket: number): number {
    return this.heads[bucket]!;
  }

  /** The position before `at` in the same bucket, or -1. */
  before(at: number): number {
    return this.links[at]!;
  }
}

function bucketOf(id: number, before: number): number {
  const hash = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(before + 2, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
