import type { HashedFileWriter } from '../../modelFolder/hashedFile';
import { elementCount } from '../checkpoint/checkpoint';

/** A tensor to be written in float32. */
export interface WrittenTensor {
  name: string;
  shape: readonly number[];
  /** Its values in row-major order, in chunks. */
  chunks(): AsyncIterable<Float32Array>;
}

/**
 * Writes a safetensors file in F32 (see `SafetensorsCheckpoint` for the format), tensor by tensor.
 * @throws RangeError if a tensor has more or fewer values than its shape says; whatever `chunks` throws
 */
export async function writeSafetensors(
  file: HashedFileWriter,
  tensors: readonly WrittenTensor[],
  onTensor?: (done: number) => void,
): Promise<void> {
  let offset = 0;
  const entries = tensors.map(({ name, shape }): [string, object] => {
    const end = offset + 4 * elementCount(shape);
    const entry = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
    return [name, entry];
  });
  // transformers asks which framework wrote the file.
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  // Spaces behind it, so that the data begin at a multiple of eight.
  const header = new TextEncoder().encode(`${json}${' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8)}`);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length), true);
  await file.write(new Uint8Array(length.buffer));
  await file.write(header);
  for (const [index, { name, shape, chunks }] of tensors.entries()) {
    let written = 0;
    for await (const chunk of chunks()) {
      written += chunk.length;
      await file.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    if (written !== elementCount(shape)) {
      throw new RangeError(`${name} has ${written} values, but its shape says ${elementCount(shape)}.`);
    }
    onTensor?.(index + 1);
  }
}
