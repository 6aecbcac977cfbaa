/** Shape of the KV cache: one key and one value tensor per layer. */
export interface CacheShape {
  layers: number;
  heads: number;
  headDim: number;
  /** Longest sequence in tokens. */
  maxPositions: number;
}

/** Capacities in tokens; longer ones are multiples of the last. */
const CAPACITY_STEPS = [128, 256, 512, 1024];

/**
 * Keys and values of the tokens read so far, for `batch` sequences of equal length.
 *
 * Memory is one float32 tensor [batch, heads, capacity, headDim] per layer for the keys and one for
 * the values, in the order k0, v0, k1, v1, … Capacity grows in steps, so that a short text does not
 * pay for a long one and no single allocation is large.
 */
export class KvCache {
  readonly batch: number;
  /** Tokens whose keys and values are valid, per sequence; of the longest one where lengths differ. */
  length = 0;
  /** The same of each sequence, where lengths differ: see `KvRows`. */
  lengths: number[] | null = null;
  /** Changes whenever `tensors` are other memory than before. */
  epoch = 0;
  tensors: Float32Array[] = [];
  private allocated = 0;

  constructor(
    private readonly shape: CacheShape,
    batch = 1,
    /** Of a part of another cache, which has the memory. */
    partCapacity?: number,
  ) {
    this.batch = batch;
    if (partCapacity === undefined) this.reserve(1);
    else this.allocated = partCapacity;
  }

  /** Tokens there is memory for. */
  get capacity(): number {
    return this.allocated;
  }

  /** Dimensions of every tensor. */
  get dims(): [number, number, number, number] {
    return [this.batch, this.shape.heads, this.allocated, this.shape.headDim];
  }

  /** Makes room for `tokens` in all, keeping what is there. */
  reserve(tokens: number): void {
    const { layers, heads, headDim, maxPositions } = this.shape;
    if (tokens > maxPositions) {
      throw new RangeError(`The model reads at most ${maxPositions} tokens; ${tokens} were asked for.`);
    }
    if (tokens <= this.allocated) return;
    const last = CAPACITY_STEPS[CAPACITY_STEPS.length - 1]!;
    const step = CAPACITY_STEPS.find((capacity) => capacity >= tokens) ?? Math.ceil(tokens / last) * last;
    const capacity = Math.min(step, maxPositions);
    const old = this.tensors;
    this.tensors = Array.from({ length: 2 * layers }, (_, index) => {
      const grown = new Float32Array(this.batch * heads * capacity * headDim);
      const source = old[index];
      if (source !== undefined) {
        for (let row = 0; row < this.batch * heads; row++) {
          const from = row * this.allocated * headDim;
          const used = this.lengthOf(Math.floor(row / heads)) * headDim;
          grown.set(source.subarray(from, from + used), row * capacity * headDim);
        }
        // One layer at a time: old and new never both lie whole in memory.
        old[index] = new Float32Array(0);
      }
      return grown;
    });
    this.allocated = capacity;
    this.epoch++;
  }

  /** The sequences from `first` on, in the same memory: it may not grow. */
  part(first: number, count: number): KvCache {
    const part = new KvCache(this.shape, count, this.allocated);
    const row = this.shape.heads * this.allocated * this.shape.headDim;
    part.tensors = this.tensors.map((tensor) => tensor.subarray(first * row, (first + count) * row));
    return part;
  }

  /** Tokens of one sequence. */
  lengthOf(sequence: number): number {
    return this.lengths?.[sequence] ?? this.length;
  }

  /** Every sequence has so many tokens more. */
  advance(tokens: number): void {
    this.length += tokens;
    if (this.lengths) this.lengths = this.lengths.map((length) => length + tokens);
  }

  /** Takes over the tensors a forward pass returned; same dimensions. */
  adopt(tensors: Float32Array[]): void {
    this.tensors = tensors;
    this.epoch++;
  }

  /** Forgets all tokens from position `length` on. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Becomes `batch` copies of the one sequence of `source`. */
  replicate(source: KvCache): void {
    if (source.batch !== 1) throw new RangeError('Only a cache of one sequence can be replicated.');
    const { heads, headDim } = this.shape;
    this.length = 0;
    this.reserve(source.length);
    this.length = source.length;
    this.tensors.forEach((target, index) => {
      const from = source.tensors[index]!;
      for (let head = 0; head < heads; head++) {
        const start = head * source.capacity * headDim;
        const rows = from.subarray(start, start + source.length * headDim);
        for (let sequence = 0; sequence < this.batch; sequence++) {
          target.set(rows, (sequence * heads + head) * this.allocated * headDim);
        }
      }
    });
  }

  /**
   * Sequence i becomes what sequence `parents[i]` was. Sequences that keep their place are not
   * touched, nor are positions before `from`, which all sequences share.
   */
  reorder(parents: readonly number[], from: number): void {
    const moves = parents.map((parent, sequence) => ({ parent, sequence })).filter((m) => m.parent !== m.sequence);
    const size = (this.length - from) * this.shape.headDim;
    if (moves.length === 0 || size <= 0) return;
    const { heads, headDim } = this.shape;
    const scratch = new Float32Array(moves.length * size);
    for (const tensor of this.tensors) {
      for (let head = 0; head < heads; head++) {
        const offset = (sequence: number): number => ((sequence * heads + head) * this.allocated + from) * headDim;
        moves.forEach(({ parent }, i) => scratch.set(tensor.subarray(offset(parent), offset(parent) + size), i * size));
        moves.forEach(({ sequence }, i) => tensor.set(scratch.subarray(i * size, (i + 1) * size), offset(sequence)));
      }
    }
  }
}
