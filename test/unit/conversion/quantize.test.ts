import assert from 'node:assert/strict';
import { dequantizeRows, quantizeRows, type Bits } from '../../../src/conversion/onnx/quantize';
import { randomNumbers } from './support/random';

const COLUMNS = 64;

function randomRows(rows: number): Float32Array {
  const random = randomNumbers(3);
  return Float32Array.from({ length: rows * COLUMNS }, () => random() * random());
}

describe('block-wise quantisation', () => {
  for (const { bits, most } of [
    { bits: 8, most: 0.5 / 127 },
    // One level beyond the ends may be cut: the scale shrinks for the rest's sake.
    { bits: 4, most: 0.3 },
  ] satisfies { bits: Bits; most: number }[]) {
    for (const blockSize of [16, 32, 64]) {
      it(`${bits} bits, blocks of ${blockSize}: every value is near, relative to its block's largest`, () => {
        const values = randomRows(5);
        const quantized = quantizeRows(values, COLUMNS, bits, blockSize);
        assert.equal(quantized.codes.length, (values.length * bits) / 8);
        assert.equal(quantized.scales.length, values.length / blockSize);
        const back = dequantizeRows(quantized, bits, blockSize);
        for (let start = 0; start < values.length; start += blockSize) {
          const block = values.subarray(start, start + blockSize);
          const largest = Math.max(...block.map(Math.abs));
          block.forEach((value, i) => {
            const error = Math.abs(value - back[start + i]!);
            assert.ok(error <= most * largest * 1.0001, `value ${i}: ${value} became ${back[start + i]!}`);
          });
        }
      });
    }
  }

  it('is no worse at 4 bits than the plain largest scale', () => {
    const values = randomRows(20);
    const squared = (back: Float32Array): number => back.reduce((sum, value, i) => sum + (value - values[i]!) ** 2, 0);
    const plain = values.map((_, i) => {
      const block = values.subarray(i - (i % 32), i - (i % 32) + 32);
      const extreme = block.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
      const scale = extreme / -8;
      return Math.max(-8, Math.min(7, Math.round(values[i]! / scale))) * scale;
    });
    assert.ok(squared(dequantizeRows(quantizeRows(values, COLUMNS, 4, 32), 4, 32)) < squared(plain));
  });

  it('keeps what has an exact code: zeros, and levels of the scale', () => {
    const levels = Float32Array.from({ length: 32 }, (_, i) => (i % 16) - 8);
    assert.deepEqual(dequantizeRows(quantizeRows(levels, 32, 4, 32), 4, 32), levels);
    const zeros = new Float32Array(32);
    for (const bits of [4, 8] as const) {
      const { codes, scales } = quantizeRows(zeros, 32, bits, 32);
      assert.deepEqual(dequantizeRows({ codes, scales }, bits, 32), zeros);
      assert.deepEqual([...new Set(codes)], [bits === 8 ? 128 : 0x88]);
    }
  });

  it('puts the first of two 4-bit codes into the low half', () => {
    const values = new Float32Array(16);
    values.set([-8, 7]);
    assert.equal(quantizeRows(values, 16, 4, 16).codes[0], 0xf0);
  });

  it('refuses rows that its blocks do not fill', () => {
    assert.throws(() => quantizeRows(new Float32Array(48), 48, 8, 32), RangeError);
  });
});
