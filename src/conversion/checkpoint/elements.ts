/** Bytes per element of the dtypes a weight file may hold (safetensors' spelling). */
export const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8'].map((dtype) => [dtype, 1] as const),
  ...['F8_E4M3', 'F8_E5M2', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ', 'F8_E8M0'].map((dtype) => [dtype, 1] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((dtype) => [dtype, 2] as const),
  ...['I32', 'U32', 'F32'].map((dtype) => [dtype, 4] as const),
  ...['I64', 'U64', 'F64', 'C64'].map((dtype) => [dtype, 8] as const),
]);

/**
 * What an 8-bit type's bits mean: `specials` by the byte; every other one is ±fraction · 2^(exponent − bias), subnormals
 * included (OCP "OFP8 Formats for Deep Learning", and c10/util/Float8_*fnuz.h of PyTorch).
 */
interface Float8 {
  exponentBits: number;
  bias: number;
  special: (byte: number) => number | undefined;
}

const FLOAT8 = {
  F8_E4M3: { exponentBits: 4, bias: 7, special: (byte) => ((byte & 0x7f) === 0x7f ? NaN : undefined) },
  F8_E5M2: {
    exponentBits: 5,
    bias: 15,
    special: (byte) => {
      if ((byte & 0x7c) !== 0x7c) return undefined;
      if ((byte & 3) !== 0) return NaN;
      return byte & 0x80 ? -Infinity : Infinity;
    },
  },
  F8_E4M3FNUZ: { exponentBits: 4, bias: 8, special: (byte) => (byte === 0x80 ? NaN : undefined) },
  F8_E5M2FNUZ: { exponentBits: 5, bias: 16, special: (byte) => (byte === 0x80 ? NaN : undefined) },
  /** Powers of two, without a sign. */
  F8_E8M0: { exponentBits: 8, bias: 127, special: (byte) => (byte === 0xff ? NaN : 2 ** (byte - 127)) },
} as const satisfies Record<string, Float8>;

export type FloatDType = 'F64' | 'F32' | 'F16' | 'BF16' | keyof typeof FLOAT8;

/** The types that weights may have, for messages. */
export const FLOAT_DTYPES: readonly FloatDType[] = [
  'F64',
  'F32',
  'F16',
  'BF16',
  ...(Object.keys(FLOAT8) as (keyof typeof FLOAT8)[]),
];

export function isFloatDType(dtype: string): dtype is FloatDType {
  return (FLOAT_DTYPES as readonly string[]).includes(dtype);
}

function isFloat8(dtype: FloatDType): dtype is keyof typeof FLOAT8 {
  return dtype in FLOAT8;
}

const float8Tables = new Map<FloatDType, Float32Array>();

/** All 256 values of an 8-bit type. */
function float8Table(dtype: keyof typeof FLOAT8): Float32Array {
  let table = float8Tables.get(dtype);
  if (table === undefined) {
    const { exponentBits, bias, special }: Float8 = FLOAT8[dtype];
    const fractionBits = 7 - exponentBits;
    table = Float32Array.from({ length: 256 }, (_, byte) => {
      const known = special(byte);
      if (known !== undefined) return known;
      const sign = byte & 0x80 ? -1 : 1;
      const exponent = (byte & 0x7f) >> fractionBits;
      const fraction = (byte & ((1 << fractionBits) - 1)) / (1 << fractionBits);
      return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
    });
    float8Tables.set(dtype, table);
  }
  return table;
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
 * @param source exactly `target.length` elements; 8-byte aligned (it is viewed as a typed array)
 */
export function toFloat32(dtype: FloatDType, source: Uint8Array, target: Float32Array): void {
  const count = target.length;
  if (dtype === 'F32') {
    target.set(new Float32Array(source.buffer, source.byteOffset, count));
    return;
  }
  if (dtype === 'F64') {
    target.set(new Float64Array(source.buffer, source.byteOffset, count));
    return;
  }
  if (isFloat8(dtype)) {
    const table = float8Table(dtype);
    for (let i = 0; i < count; i++) target[i] = table[source[i]!]!;
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
