import assert from 'node:assert/strict';
import { join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import type { Precision } from '../../../src/modelFolder/format';
import { referenceLogits } from './support/reference';
import { GraphRunner } from './support/runGraph';
import {
  safetensors,
  temporaryFolder,
  tinyConfig,
  tinyTensors,
  writeHuggingFaceFolder,
  type TestTensors,
} from './support/tinyModel';

const IDS = [2, 17, 4, 28, 9, 0, 3, 11];

interface Case {
  title: string;
  config?: Record<string, unknown>;
  precision?: Precision;
  quantization?: 'channels';
  tolerance?: number;
}

const CASES: Case[] = [
  { title: 'two layers' },
  { title: 'one layer, one head', config: { num_hidden_layers: 1, num_attention_heads: 1 } },
  { title: 'head size 8', config: { num_attention_heads: 4 } },
  {
    title: 'head size 24, embeddings not scaled',
    config: { hidden_size: 72, num_attention_heads: 3, scale_embedding: false },
  },
  { title: 'head size 64', config: { hidden_size: 128, num_hidden_layers: 3 } },
  { title: 'an LM head of its own', config: { tie_word_embeddings: false } },
  // Half precision has 11 bits: relative errors up to 2^-11 per weight.
  { title: 'fp16 weights', precision: 'fp16', tolerance: 5e-3 },
  { title: 'int8 weights', precision: 'int8', tolerance: 5e-2 },
  { title: 'int8 weights by channel', precision: 'int8', quantization: 'channels', tolerance: 0.1 },
  { title: 'int4 weights', precision: 'int4', tolerance: 0.8 },
];

describe('the graph agrees with an independent forward pass', () => {
  for (const { title, config: overrides, precision = 'fp32', quantization, tolerance = 1e-5 } of CASES) {
    describe(title, () => {
      const config = tinyConfig(overrides);
      const tensors: TestTensors = tinyTensors(config, 7);
      let expected: number[][];
      let runner: GraphRunner;
      let remove: () => void;

      before(async () => {
        let dir: string;
        [dir, remove] = temporaryFolder();
        writeHuggingFaceFolder(join(dir, 'hf'), { config, weights: { 'model.safetensors': safetensors(tensors) } });
        const converted = await convert(join(dir, 'hf'), join(dir, 'model'), {
          precision,
          ...(quantization && { quantization }),
        });
        runner = await GraphRunner.open(await openModelFolder(converted.dir));
        expected = referenceLogits(config, tensors, IDS);
        // A reference of zeros would agree with anything.
        assert.ok(Math.max(...expected.flat().map(Math.abs)) > 0.5);
      });

      after(async () => {
        await runner?.release();
        remove();
      });

      beforeEach(() => runner.reset());

      const assertClose = (actual: number[][], wanted: number[][]): void => {
        assert.equal(actual.length, wanted.length);
        actual.forEach((row, i) => {
          assert.equal(row.length, wanted[i]!.length);
          const worst = Math.max(...row.map((value, j) => Math.abs(value - wanted[i]![j]!)));
          assert.ok(worst <= tolerance, `row ${i}: max |Δ| ${worst}`);
        });
      };

      it('for a whole prompt', async () => {
        assertClose(await runner.step([IDS]), expected);
      });

      it('token by token', async () => {
        for (const [i, id] of IDS.entries()) assertClose(await runner.step([[id]]), [expected[i]!]);
      });

      it('in chunks of 2, 4 and 2 through the cache', async () => {
        assertClose(await runner.step([IDS.slice(0, 2)]), expected.slice(0, 2));
        assertClose(await runner.step([IDS.slice(2, 6)]), expected.slice(2, 6));
        assertClose(await runner.step([IDS.slice(6)]), expected.slice(6));
      });

      it('for the rows asked for, in their order', async () => {
        assertClose(await runner.step([IDS.slice(0, 3)], [2]), [expected[2]!]);
        assertClose(await runner.step([IDS.slice(3)], [4, 1]), [expected[7]!, expected[4]!]);
      });

      it('for three sequences that share a prefix', async () => {
        const prefix = IDS.slice(0, 5);
        await runner.step([prefix], [0]);
        runner.replicate(3);
        const next = [7, 0, 28];
        assertClose(
          await runner.step(next.map((id) => [id])),
          next.map((id) => referenceLogits(config, tensors, [...prefix, id]).at(-1)!),
        );
        const later = [12, 13, 14];
        assertClose(
          await runner.step(later.map((id) => [id])),
          later.map((id, i) => referenceLogits(config, tensors, [...prefix, next[i]!, id]).at(-1)!),
        );
      });
    });
  }
});
