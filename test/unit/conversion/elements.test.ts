import assert from 'node:assert/strict';
import { hasNonFinite, toFloat16, toFloat32, type FloatDType } from '../../../src/conversion/checkpoint/elements';

function toHalf(value: number): [bits: number, fits: boolean] {
  const target = new Uint16Array(1);
  const fits = toFloat16(Float32Array.of(value), target);
  return [target[0]!, fits];
}

describe('element types', () => {
  it('every half survives the way to float32 and back', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const floats = new Float32Array(65536);
    toFloat32('F16', new Uint8Array(halves.buffer), floats);
    const back = new Uint16Array(65536);
    toFloat16(floats, back);
    for (let bits = 0; bits < 65536; bits++) {
      const isNaN = (bits & 0x7fff) > 0x7c00;
      if (isNaN) assert.ok(Number.isNaN(floats[bits]));
      else assert.equal(back[bits], bits);
    }
  });

  it('knows halves by their value (IEEE 754-2008, binary16)', () => {
    const known: [number, number][] = [
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [-0, 0x8000],
      [1 / 3, 0x3555],
    ];
    for (const [value, bits] of known) assert.deepEqual(toHalf(value), [bits, true]);
  });

  it('rounds to the nearest, ties to even', () => {
    const step = 2 ** -10;
    assert.equal(toHalf(1 + step / 2)[0], 0x3c00);
    assert.equal(toHalf(1 + 1.5 * step)[0], 0x3c02);
    assert.equal(toHalf(1 + step / 2 + 2 ** -23)[0], 0x3c01);
    assert.equal(toHalf(2 - step / 4)[0], 0x4000);
    assert.equal(toHalf(2 ** -25)[0], 0);
    assert.equal(toHalf(1.5 * 2 ** -24)[0], 2);
    assert.equal(toHalf(2 ** -25 * (1 + 2 ** -20))[0], 1);
    assert.equal(toHalf(2 ** -14 - 2 ** -26)[0], 0x0400);
  });

  it('tells what does not fit into a half', () => {
    assert.deepEqual(toHalf(65519.99), [0x7bff, true]);
    assert.deepEqual(toHalf(65520), [0x7c00, false]);
    assert.deepEqual(toHalf(-1e30), [0xfc00, false]);
  });

  it('knows 8-bit floats and doubles by their value, as PyTorch has them', () => {
    const known: Partial<Record<FloatDType, [byte: number, value: number][]>> = {
      F8_E4M3: [
        [0x01, 2 ** -9],
        [0x38, 1],
        [0x7e, 448],
        [0xfe, -448],
        [0x7f, NaN],
      ],
      F8_E5M2: [
        [0x01, 2 ** -16],
        [0x3c, 1],
        [0x7b, 57344],
        [0x7c, Infinity],
        [0xfc, -Infinity],
        [0x7d, NaN],
      ],
      F8_E4M3FNUZ: [
        [0x01, 2 ** -10],
        [0x40, 1],
        [0x7f, 240],
        [0xff, -240],
        [0x80, NaN],
      ],
      F8_E5M2FNUZ: [
        [0x01, 2 ** -17],
        [0x40, 1],
        [0x7f, 57344],
        [0xff, -57344],
        [0x80, NaN],
      ],
      F8_E8M0: [
        [0x00, 2 ** -127],
        [0x7f, 1],
        [0xfe, 2 ** 127],
        [0xff, NaN],
      ],
    };
    for (const [dtype, values] of Object.entries(known)) {
      const floats = new Float32Array(values.length);
      toFloat32(
        dtype as FloatDType,
        Uint8Array.from(values, ([byte]) => byte),
        floats,
      );
      assert.deepEqual(
        [...floats],
        values.map(([, value]) => value),
        dtype,
      );
    }
    const floats = new Float32Array(2);
    toFloat32('F64', new Uint8Array(Float64Array.of(0.1, -1e300).buffer), floats);
    assert.deepEqual([...floats], [Math.fround(0.1), -Infinity]);
  });

  it('widens bfloat16 by zeros', () => {
    const floats = new Float32Array(3);
    toFloat32('BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc049, 0x0001).buffer), floats);
    assert.deepEqual([...floats], [1, -3.140625, 2 ** -133]);
  });

  it('finds NaN and infinity', () => {
    assert.ok(!hasNonFinite(Float32Array.of(0, -3.4e38, 1e-45)));
    for (const value of [NaN, Infinity, -Infinity]) assert.ok(hasNonFinite(Float32Array.of(1, value)));
  });
});
