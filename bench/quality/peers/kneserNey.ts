import { NgramTrie, type Level } from './ngramTrie';

/** What is taken off an n-gram that counts once, twice, three times or more. */
export type Discounts = readonly [once: number, twice: number, more: number];

/** Where the counts are too few to say: close to what large corpora give. */
const USUAL_DISCOUNTS: Discounts = [0.5, 1, 1.5];

/** One order's n-grams, counted as Kneser and Ney do, with what interpolation needs of each context. */
interface Order {
  level: Level;
  counts: Uint32Array;
  discounts: Discounts;
  /** Sum of the counts of a context's n-grams. */
  totals: Float64Array;
  /** Share of the shorter context's distribution. */
  backoffs: Float64Array;
}

/**
 * Interpolated n-gram model with modified Kneser–Ney smoothing (Chen and Goodman 1998, section 3): three
 * discounts an order, from the counts of counts; below the highest order an n-gram counts how many different
 * tokens stand before it, or how often it begins a text; the lowest order is interpolated with the uniform
 * distribution.
 */
export class KneserNey {
  /** P(token) without context, [vocab]. */
  private readonly unigrams: Float64Array;

  private constructor(
    private readonly trie: NgramTrie,
    /** From bigrams on. */
    private readonly orders: readonly Order[],
    readonly vocabSize: number,
  ) {
    this.unigrams = new Float64Array(vocabSize);
    const counts = adjustedCounts(trie, 0);
    const discounts = discountsOf(counts);
    const [total, taken] = sumsOf(counts, discounts, 0, vocabSize);
    for (let token = 0; token < vocabSize; token++) {
      const own = total === 0 ? 0 : discounted(counts[token]!, discounts) / total;
      this.unigrams[token] = own + (total === 0 ? 1 : taken / total) / vocabSize;
    }
  }

  /**
   * @param tokens texts one after another, each beginning with `start`, which is never predicted from them.
   * @param onOrder called when the n-grams of an order are counted.
   */
  static async train(
    tokens: Uint32Array,
    { start, order, vocabSize }: { start: number; order: number; vocabSize: number },
    onOrder?: (order: number) => void,
  ): Promise<KneserNey> {
    const trie = await NgramTrie.build(tokens, start, order, vocabSize, onOrder);
    const orders = trie.levels.slice(1).map((level, index): Order => {
      const counts = index + 2 === order ? level.counts : adjustedCounts(trie, index + 1);
      const discounts = discountsOf(counts);
      const contexts = level.firstChild.length - 1;
      const totals = new Float64Array(contexts);
      const backoffs = new Float64Array(contexts).fill(1);
      for (let context = 0; context < contexts; context++) {
        const [total, taken] = sumsOf(counts, discounts, level.firstChild[context]!, level.firstChild[context + 1]!);
        totals[context] = total;
        if (total > 0) backoffs[context] = taken / total;
      }
      return { level, counts, discounts, totals, backoffs };
    });
    return new KneserNey(trie, orders, vocabSize);
  }

  /** Different n-grams of all orders. */
  get ngrams(): number {
    return this.trie.levels.reduce((sum, { tokens }) => sum + tokens.length, 0);
  }

  /** Most tokens of a context that matter. */
  get contextLength(): number {
    return this.orders.length;
  }

  /** P(token | context); of the context only the last order − 1 tokens matter. */
  probability(context: readonly number[], token: number): number {
    let probability = this.unigrams[token]!;
    this.eachContext(context, ({ counts, discounts, totals, backoffs }, depth, node) => {
      probability *= backoffs[node]!;
      const child = this.trie.child(depth, node, token);
      if (child !== undefined) probability += discounted(counts[child]!, discounts) / totals[node]!;
    });
    return probability;
  }

  /** P(token | context) of every token, [vocab], into `out`. */
  distribution(context: readonly number[], out: Float32Array | Float64Array): void {
    out.set(this.unigrams);
    this.eachContext(context, ({ level, counts, discounts, totals, backoffs }, _depth, node) => {
      const backoff = backoffs[node]!;
      for (let token = 0; token < out.length; token++) out[token]! *= backoff;
      for (let child = level.firstChild[node]!; child < level.firstChild[node + 1]!; child++) {
        out[level.tokens[child]!]! += discounted(counts[child]!, discounts) / totals[node]!;
      }
    });
  }

  /** Goes through the ends of a context that the text has, from the shortest to the longest. */
  private eachContext(context: readonly number[], visit: (order: Order, depth: number, node: number) => void): void {
    const textStart = context.lastIndexOf(this.trie.start);
    const known = context.slice(Math.max(0, textStart, context.length - this.orders.length));
    for (let length = 1; length <= known.length; length++) {
      const node = this.trie.find(known.slice(known.length - length));
      if (node === undefined) return;
      const order = this.orders[length - 1]!;
      // At the very end of a text nothing follows.
      if (order.totals[node]! > 0) visit(order, length, node);
    }
  }
}

/** Below the highest order: different tokens before an n-gram, or how often it begins a text. */
function adjustedCounts({ levels, start }: NgramTrie, depth: number): Uint32Array {
  const { counts, leftExtensions } = levels[depth]!;
  // N-grams that begin with the start have nothing before them.
  if (depth === 0) return leftExtensions.map((extensions, token) => (token === start ? 0 : extensions));
  return leftExtensions.map((extensions, node) => (extensions > 0 ? extensions : counts[node]!));
}

/** Chen and Goodman's estimate from how many n-grams count once, twice, three and four times. */
export function discountsOf(counts: Uint32Array): Discounts {
  const of = [0, 0, 0, 0, 0];
  for (const count of counts) if (count > 0 && count <= 4) of[count]!++;
  const [, one, two, three, four] = of as [number, number, number, number, number];
  const y = one / (one + 2 * two);
  const estimate: Discounts = [1 - (2 * y * two) / one, 2 - (3 * y * three) / two, 3 - (4 * y * four) / three];
  const sound = estimate.every((discount, index) => discount > 0 && discount <= index + 1);
  return sound ? estimate : USUAL_DISCOUNTS;
}

function discountFor(count: number, discounts: Discounts): number {
  return count === 0 ? 0 : discounts[Math.min(count, 3) - 1]!;
}

function discounted(count: number, discounts: Discounts): number {
  return count - discountFor(count, discounts);
}

/** Sum of counts and of what is taken off them, in `[from, to)`. */
function sumsOf(counts: Uint32Array, discounts: Discounts, from: number, to: number): [total: number, taken: number] {
  let total = 0;
  let taken = 0;
  for (let node = from; node < to; node++) {
    total += counts[node]!;
    taken += discountFor(counts[node]!, discounts);
  }
  return [total, taken];
}
