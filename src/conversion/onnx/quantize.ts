/**
 * Block-wise symmetric quantisation: each row is cut into blocks of `blockSize` values, and a block is
 * stored as unsigned codes around `2 ** (bits - 1)` and one float32 scale:
 * `value ≈ (code − 2 ** (bits − 1)) · scale`.
 */

export type Bits = 4 | 8;

/**
 * Shrinkings of the largest scale that are tried for 4 bits, the best by squared error being taken.
 * With 16 levels it pays to cut the block's extremes a little short in favour of the rest.
 */
const SHRINKINGS = [1, 0.94, 0.88, 0.82, 0.76];

export interface QuantizedRows {
  /** [rows, columns · bits / 8] row-major; of two 4-bit codes in a byte the first is in the low half. */
  codes: Uint8Array;
  /** [rows, columns / blockSize] */
  scales: Float32Array;
}

/**
 * Quantises whole rows.
 * @param values [rows, columns] row-major, finite
 * @param columns a multiple of `blockSize`
 */
export function quantizeRows(values: Float32Array, columns: number, bits: Bits, blockSize: number): QuantizedRows {
  const blocks = values.length / blockSize;
  if (!Number.isInteger(blocks) || columns % blockSize !== 0) {
    throw new RangeError(`Rows of ${columns} values cannot be cut into blocks of ${blockSize}.`);
  }
  const codes = new Uint8Array((values.length * bits) / 8);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSize;
    if (bits === 8) scales[block] = quantizeBlock8(values, start, blockSize, codes);
    else scales[block] = quantizeBlock4(values, start, blockSize, codes);
  }
  return { codes, scales };
}

/** The values that codes and scales stand for. */
export function dequantizeRows({ codes, scales }: QuantizedRows, bits: Bits, blockSize: number): Float32Array {
  const values = new Float32Array((codes.length * 8) / bits);
  for (let i = 0; i < values.length; i++) {
    const code = bits === 8 ? codes[i]! : (codes[i >> 1]! >> (4 * (i & 1))) & 0xf;
    values[i] = (code - (1 << (bits - 1))) * scales[Math.floor(i / blockSize)]!;
  }
  return values;
}

function quantizeBlock8(values: Float32Array, start: number, size: number, codes: Uint8Array): number {
  let largest = 0;
  for (let i = start; i < start + size; i++) largest = Math.max(largest, Math.abs(values[i]!));
  const scale = Math.fround(largest / 127);
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = start; i < start + size; i++) codes[i] = Math.round(values[i]! * inverse) + 128;
  return scale;
}

function quantizeBlock4(values: Float32Array, start: number, size: number, codes: Uint8Array): number {
  // The value of largest magnitude goes to −8, the level that has no counterpart: the scale has its sign, reversed.
  let extreme = 0;
  for (let i = start; i < start + size; i++) if (Math.abs(values[i]!) > Math.abs(extreme)) extreme = values[i]!;
  let best = 0;
  let least = Infinity;
  for (const shrinking of extreme === 0 ? [] : SHRINKINGS) {
    const scale = Math.fround((extreme * shrinking) / -8);
    const inverse = 1 / scale;
    let error = 0;
    for (let i = start; i < start + size; i++) {
      const value = values[i]!;
      const difference = value - (code4(value * inverse) - 8) * scale;
      error += difference * difference;
    }
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  const inverse = best === 0 ? 0 : 1 / best;
  for (let i = start; i < start + size; i += 2) {
    codes[i >> 1] = code4(values[i]! * inverse) | (code4(values[i + 1]! * inverse) << 4);
  }
  return best;
}

/** The nearest of the levels −8 to 7, as a code from 0 to 15. Truncation is rounding here: this runs billions of times. */
function code4(level: number): number {
  const code = (level + 8.5) | 0;
  return code < 0 ? 0 : code > 15 ? 15 : code;
}
