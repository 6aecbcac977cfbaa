import type { KvCache } from './kvCache';
import type { LogitRows } from './session';

/** The small inputs of one forward pass, as the graph of `src/conversion` names and types them. */
export interface GraphInputs {
  batch: number;
  sequence: number;
  /** Number of rows of `logits`. */
  rows: number;
  /** [B, S] */
  inputIds: BigInt64Array;
  /** [B, S], 0-based. */
  positionIds: BigInt64Array;
  /** [R], indices into the flattened [B·S] rows. */
  logitRows: BigInt64Array;
  /** [B], past + S − 1. */
  seqlensK: Int32Array;
  /** Scalar, past + S. */
  totalLen: Int32Array;
}

/** Allocates inputs of this shape. The arrays own their buffers, so native code may keep their addresses. */
export function createInputs(batch: number, sequence: number, rows: number): GraphInputs {
  // V8 may keep typed arrays below 64 bytes on its moving heap unless they are views of an ArrayBuffer.
  const int64 = (length: number): BigInt64Array => new BigInt64Array(new ArrayBuffer(length * 8));
  const int32 = (length: number): Int32Array => new Int32Array(new ArrayBuffer(length * 4));
  return {
    batch,
    sequence,
    rows,
    inputIds: int64(batch * sequence),
    positionIds: int64(batch * sequence),
    logitRows: int64(rows),
    seqlensK: int32(batch),
    totalLen: int32(1),
  };
}

export function rowCount(rows: LogitRows, batch: number, sequence: number): number {
  return rows === 'all' ? batch * sequence : batch;
}

/** Writes the values of a pass over `ids` behind what `cache` holds. */
export function fillInputs(inputs: GraphInputs, cache: KvCache, ids: readonly number[], rows: LogitRows): void {
  const { batch, sequence } = inputs;
  for (let i = 0; i < batch * sequence; i++) {
    inputs.inputIds[i] = BigInt(ids[i]!);
    inputs.positionIds[i] = BigInt(cache.lengthOf(Math.floor(i / sequence)) + (i % sequence));
  }
  for (let i = 0; i < inputs.rows; i++) {
    inputs.logitRows[i] = BigInt(rows === 'all' ? i : (i + 1) * sequence - 1);
  }
  for (let row = 0; row < batch; row++) inputs.seqlensK[row] = cache.lengthOf(row) + sequence - 1;
  inputs.totalLen[0] = cache.length + sequence;
}

/** Checks a pass against the cache and the network before anything runs. @throws RangeError */
export function checkPass(cache: KvCache, ids: readonly number[], vocabSize: number): void {
  const sequence = ids.length / cache.batch;
  if (ids.length === 0 || !Number.isInteger(sequence)) {
    throw new RangeError(`${ids.length} ids do not fill ${cache.batch} sequences of one length.`);
  }
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (wrong !== undefined) throw new RangeError(`Token id ${wrong} is outside the vocabulary (0 to ${vocabSize - 1}).`);
  if (cache.length + sequence > cache.capacity) {
    throw new RangeError(`The KV cache has room for ${cache.capacity} tokens, not ${cache.length + sequence}.`);
  }
  if (cache.batch > 1 && sequence > 1 && cache.length > 0) {
    throw new RangeError('Several sequences can only be continued one token at a time.');
  }
}
