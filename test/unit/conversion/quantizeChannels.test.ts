import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { HashedFileWriter } from '../../../src/modelFolder/hashedFile';
import { ChannelQuantizedFormat } from '../../../src/conversion/onnx/channelQuantizedFormat';
import { GraphBuilder } from '../../../src/conversion/onnx/graphBuilder';
import { quantizeChannels } from '../../../src/conversion/onnx/quantizeChannels';
import { ElementType } from '../../../src/conversion/onnx/schema';
import type { MatrixSource } from '../../../src/conversion/onnx/weightFormat';
import { randomNumbers } from './support/random';
import { temporaryFolder } from './support/tinyModel';

const COLUMNS = 256;
const CHANNELS = 96;
const LOWEST = -0.2;

/** Uniformly distributed, where sums of two are often large; a channel of zeros and one with a single weight. */
function matrix(): Float32Array {
  const random = randomNumbers(11);
  const values = Float32Array.from({ length: COLUMNS * CHANNELS }, () => random());
  for (let column = 0; column < COLUMNS; column++) {
    values[column * CHANNELS] = 0;
    values[column * CHANNELS + 1] = column === 5 ? -3 : 0;
  }
  return values;
}

/** [columns, channels] values as a checkpoint has them, [out, in], in chunks that end anywhere. */
function source(matrix: Float32Array, columns: number): MatrixSource {
  const rows = matrix.length / columns;
  const values = Float32Array.from(matrix, (_, i) => matrix[(i % columns) * rows + Math.floor(i / columns)]!);
  return {
    label: 'w',
    rows,
    columns,
    chunks: async function* () {
      for (let at = 0; at < values.length; at += 1000) yield values.subarray(at, at + 1000);
    },
  };
}

describe('quantisation by channel', () => {
  it('keeps every value near, and sums of neighbours within what 16 bits hold', async () => {
    const values = matrix();
    const { codes, scales } = await quantizeChannels([source(values, COLUMNS)]);
    let largestSum = 0;
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let column = 0; column < COLUMNS; column++) {
        const at = column * CHANNELS + channel;
        assert.ok(Math.abs(values[at]! - codes[at]! * scales[channel]!) <= 0.5001 * scales[channel]!);
        if (column % 2 === 0) largestSum = Math.max(largestSum, Math.abs(codes[at]! + codes[at + CHANNELS]!));
      }
    }
    assert.ok(largestSum > 120 && 255 * largestSum <= 32767, `${largestSum}`);
    assert.equal(scales[0], 0);
    assert.equal(codes[5 * CHANNELS + 1], -127);
  });

  it('an odd number of columns has a last one without a neighbour, and a second matrix follows the first', async () => {
    const first = source(Float32Array.of(0.5, 0.5, -2), 3);
    const { codes, scales } = await quantizeChannels([first, source(Float32Array.of(1, 0, 0), 3)]);
    assert.deepEqual([...codes], [32, 127, 32, 0, -127, 0]);
    assert.ok(Math.abs(scales[0]! - 2 / 127) < 1e-7);
  });
});

describe('the linear layer over such weights', () => {
  let session: ort.InferenceSession;
  let remove: () => void;
  const values = matrix();

  before(async () => {
    let dir: string;
    [dir, remove] = temporaryFolder();
    const data = await HashedFileWriter.create(join(dir, 'linear.onnx.data'));
    const graph = new GraphBuilder('linear', data);
    graph.input('x', ElementType.float32, ['rows', COLUMNS]);
    const format = new ChannelQuantizedFormat('test');
    for (const [name, lowest] of [
      ['layer', undefined],
      ['bounded', LOWEST],
    ] as const) {
      const out = await format.linear(graph, name, 'x', [source(values, COLUMNS)], lowest);
      graph.output(out, ElementType.float32, ['rows', CHANNELS]);
    }
    await data.finish();
    await writeFile(join(dir, 'linear.onnx'), graph.encode());
    session = await ort.InferenceSession.create(join(dir, 'linear.onnx'), { intraOpNumThreads: 1 });
  });
  after(async () => {
    await session.release();
    remove();
  });

  const run = async (rows: Float32Array[], layer = 'layer'): Promise<Float32Array> => {
    const x = new ort.Tensor('float32', Float32Array.from(rows.flatMap((row) => [...row])), [rows.length, COLUMNS]);
    return (await session.run({ x }))[`${layer}.out`]!.data as Float32Array;
  };
  const random = randomNumbers(5);
  // Most activations near the largest: what makes products of 8 bits overflow.
  const tokens = Array.from({ length: 40 }, () =>
    Float32Array.from({ length: COLUMNS }, () => 3 * Math.cbrt(random()) * (random() > -0.8 ? 1 : -1)),
  );

  it('adds integers up without a loss, on this processor too', async () => {
    const { codes, scales } = await quantizeChannels([source(values, COLUMNS)]);
    for (const count of [1, 7, 40]) {
      const product = await run(tokens.slice(0, count));
      for (let row = 0; row < count; row++) {
        const largest = tokens[row]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (let channel = 0; channel < CHANNELS; channel++) {
          let [sum, doubtful] = [0, 0];
          for (let column = 0; column < COLUMNS; column++) {
            const level = (tokens[row]![column]! / largest) * 127;
            const code = codes[column * CHANNELS + channel]!;
            sum += Math.round(level) * code;
            // Rounded the other way in float32.
            if (Math.abs(Math.abs(level % 1) - 0.5) < 1e-4) doubtful += Math.abs(code);
          }
          const scale = (scales[channel]! * largest) / 127;
          const apart = Math.abs(product[row * CHANNELS + channel]! - sum * scale);
          assert.ok(
            apart <= (doubtful + 1e-5 * Math.abs(sum) + 1e-3) * scale,
            `${count}: row ${row}, channel ${channel}`,
          );
        }
      }
    }
  });

  it('gives a token the same product to the last bit whatever stands beside it', async () => {
    const together = await run(tokens);
    for (const [i, token] of tokens.entries()) {
      assert.deepEqual(await run([token]), together.slice(i * CHANNELS, (i + 1) * CHANNELS));
    }
  });

  it('gives zeros for a token of zeros', async () => {
    const product = await run([tokens[0]!, new Float32Array(COLUMNS)]);
    assert.ok(product.slice(CHANNELS).every((value) => value === 0));
  });

  it('gives the same product where it is told how far below zero a token goes', async () => {
    // As GELU leaves them: a little below zero, or far above.
    const activated = tokens.map((token) => token.map((value) => (value < 0 ? LOWEST * (value / -3) : value)));
    assert.deepEqual(await run(activated, 'bounded'), await run(activated));
  });

  it('keeps a token within that bound near', async () => {
    const small = tokens.map((token) => token.map((value) => (LOWEST / 3) * value));
    const [bounded, exact] = [await run(small, 'bounded'), await run(small)];
    const size = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0) / exact.length);
    exact.forEach((value, i) => assert.ok(Math.abs(bounded[i]! - value) < 0.05 * size));
    const zeros = await run([new Float32Array(COLUMNS)], 'bounded');
    assert.ok(zeros.every((value) => value === 0));
  });
});
