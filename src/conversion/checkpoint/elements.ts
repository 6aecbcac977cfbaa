/** Bytes per element of the dtypes a weight file may hold (safetensors' spelling). */
export const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2'].map((dtype) => [dtype, 1] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((dtype) => [dtype, 2] as const),
  ...['I32', 'U32', 'F32'].map((dtype) => [dtype, 4] as const),
  ...['I64', 'U64', 'F64', 'C64'].map((dtype) => [dtype, 8] as const),
]);

export type FloatDType = 'F32' | 'F16' | 'BF16';

export function isFloatDType(dtype: string): dtype is FloatDType {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

let halfTable: Float32Array | undefined;

/** All 65,536 half-precision values as float32 (IEEE 754 binary16, subnormals, Inf and NaN included). */
function halfToFloatTable(): Float32Array {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    halfTable[bits] =
      exponent === 0
        ? sign * fraction * 2 ** -24
        : exponent === 31
          ? fraction
            ? NaN
            : sign * Infinity
          : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halfTable;
}

/**
 * Converts little-endian elements to float32.
 * @param source exactly `target.length` elements; 4-byte aligned (it is viewed as a typed array)
 */
export function toFloat32(dtype: FloatDType, source: Uint8Array, target: Float32Array): void {
  const count = target.length;
  if (dtype === 'F32') {
    target.set(new Float32Array(source.buffer, source.byteOffset, count));
    return;
  }
  const halves = new Uint16Array(source.buffer, source.byteOffset, count);
  if (dtype === 'BF16') {
    const bits = new Uint32Array(target.buffer, target.byteOffset, count);
    for (let i = 0; i < count; i++) bits[i] = halves[i]! << 16;
    return;
  }
  const table = halfToFloatTable();
  for (let i = 0; i < count; i++) target[i] = table[halves[i]!]!;
}

/**
 * Rounds float32 to the nearest half-precision number, ties to even.
 * @param target as long as `source`
 * @returns whether every finite number stayed finite (|x| < 65,520)
 */
export function toFloat16(source: Float32Array, target: Uint16Array): boolean {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  let fits = true;
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i]!;
    const sign = (x >>> 16) & 0x8000;
    const magnitude = x & 0x7fffffff;
    if (magnitude >= 0x477ff000) {
      // 65,520 and above round to infinity.
      if (magnitude < 0x7f800000) fits = false;
      target[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    } else if (magnitude >= 0x38800000) {
      // Normal: rebias the exponent, round on the 13 bits that go.
      const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
      target[i] = sign | ((rounded - 0x38000000) >>> 13);
    } else if (magnitude >= 0x33000000) {
      // Subnormal: multiples of 2^-24.
      const shift = 126 - (magnitude >>> 23);
      const significand = (magnitude & 0x7fffff) | 0x800000;
      const halfway = 1 << (shift - 1);
      const quotient = significand >>> shift;
      const remainder = significand & ((1 << shift) - 1);
      const up = remainder > halfway || (remainder === halfway && (quotient & 1) === 1) ? 1 : 0;
      target[i] = sign | (quotient + up);
    } else {
      target[i] = sign;
    }
  }
  return fits;
}

/** Reverses the bytes of every element in place. */
export function swapBytes(bytes: Uint8Array, elementBytes: number): void {
  for (let start = 0; start + elementBytes <= bytes.length; start += elementBytes) {
    bytes.subarray(start, start + elementBytes).reverse();
  }
}

/** Whether any element is NaN or infinite. */
export function hasNonFinite(values: Float32Array): boolean {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7f800000) === 0x7f800000) return true;
  return false;
}
