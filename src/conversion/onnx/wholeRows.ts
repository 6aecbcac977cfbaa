import type { MatrixSource } from './weightFormat';

/** A matrix in pieces that end at the end of a row. */
export async function* wholeRows({ chunks, columns }: MatrixSource): AsyncGenerator<Float32Array> {
  let rest = new Float32Array(0);
  for await (const chunk of chunks()) {
    let values = chunk;
    if (rest.length > 0) {
      values = new Float32Array(rest.length + chunk.length);
      values.set(rest);
      values.set(chunk, rest.length);
    }
    const whole = values.length - (values.length % columns);
    if (whole > 0) yield values.subarray(0, whole);
    // Copied: a chunk is valid only until the next is asked for.
    rest = values.slice(whole);
  }
  if (rest.length > 0) throw new RangeError(`A matrix of ${columns} columns ended in the middle of a row.`);
}
