import type { Checkpoint, TensorInfo } from '../checkpoint/checkpoint';

/** W + scale · left · right, W of shape [rows, columns]; row-major. */
export interface LowRankUpdate {
  /** [rows, rank] */
  left: Float32Array;
  /** [rank, columns] */
  right: Float32Array;
  rank: number;
  columns: number;
  scale: number;
}

export interface Change {
  /** Instead of the checkpoint's own values; of the same shape. */
  replacement?: Float32Array;
  updates: LowRankUpdate[];
}

/** A checkpoint some of whose tensors are changed while they are read. */
export class MergedCheckpoint implements Checkpoint {
  /** @param changes by the tensors' names in `base` */
  constructor(
    private readonly base: Checkpoint,
    private readonly changes: ReadonlyMap<string, Change>,
  ) {}

  get path(): string {
    return this.base.path;
  }

  get tensors(): ReadonlyMap<string, TensorInfo> {
    return this.base.tensors;
  }

  async *read(name: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const change = this.changes.get(name);
    let at = 0;
    for await (const chunk of this.base.read(name, signal)) {
      if (change?.replacement) chunk.set(change.replacement.subarray(at, at + chunk.length));
      for (const update of change?.updates ?? []) add(chunk, at, update);
      at += chunk.length;
      yield chunk;
    }
  }

  sameStorage(a: string, b: string): boolean {
    return this.base.sameStorage(a, b) && this.changes.get(a) === this.changes.get(b);
  }

  close(): Promise<void> {
    return this.base.close();
  }
}

/** Adds an update to a run of values that begins at the flat index `at`. */
function add(chunk: Float32Array, at: number, { left, right, rank, columns, scale }: LowRankUpdate): void {
  const sums = new Float64Array(columns);
  for (let i = 0; i < chunk.length;) {
    const row = Math.floor((at + i) / columns);
    const from = at + i - row * columns;
    const to = Math.min(columns, from + chunk.length - i);
    sums.fill(0, from, to);
    for (let k = 0; k < rank; k++) {
      const factor = left[row * rank + k]!;
      for (let column = from; column < to; column++) sums[column]! += factor * right[k * columns + column]!;
    }
    for (let column = from; column < to; column++) chunk[i + column - from]! += scale * sums[column]!;
    i += to - from;
  }
}
