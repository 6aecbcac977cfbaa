/** Types of the weight files' readers. */

export interface TensorInfo {
  /** Element type in safetensors' spelling, such as `F32`, `F16`, `BF16`, `I64`. */
  dtype: string;
  shape: readonly number[];
}

/** Named tensors in one or more weight files. Nothing is read before it is asked for. */
export interface Checkpoint {
  /** For messages: the file, or the index of the files. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;

  /**
   * Reads a floating-point tensor, converted to float32, in row-major order and in chunks of at
   * most `CHUNK_ELEMENTS` (the last may be shorter, none is empty). A chunk is valid until the next
   * is asked for: its memory is used again.
   * @throws ModelError if there is no such tensor, its dtype is no `FloatDType`, or the file
   *   ends early; the signal's reason if it aborts.
   */
  read(name: string, signal?: AbortSignal): AsyncIterable<Float32Array>;

  /** Whether two names are the very same bytes of one file. */
  sameStorage(a: string, b: string): boolean;

  close(): Promise<void>;
}

/** Elements converted at a time: 16 MiB of float32. */
export const CHUNK_ELEMENTS = 4 * 1024 * 1024;

/** Number of elements of a shape; may lose precision above 2^53, which no checked shape reaches. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Reads a whole tensor into memory: for layer matrices, not for embeddings. */
export async function readWhole(checkpoint: Checkpoint, name: string, signal?: AbortSignal): Promise<Float32Array> {
  const info = checkpoint.tensors.get(name);
  const whole = new Float32Array(info === undefined ? 0 : elementCount(info.shape));
  let filled = 0;
  for await (const chunk of checkpoint.read(name, signal)) {
    whole.set(chunk, filled);
    filled += chunk.length;
  }
  return whole;
}
