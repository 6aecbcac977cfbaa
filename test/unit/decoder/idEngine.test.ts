import assert from 'node:assert/strict';
import { BadRequest } from '../../../src/decoder/generation/settings';
import { IdEngine } from '../../../src/decoder/idEngine';
import type { Decoding } from '../../../src/protocol/decoder';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const GREEDY: Decoding = { strategy: 'greedy' };

describe('the engine for token ids', () => {
  let tiny: TinyModel;
  let engine: IdEngine;

  before(async () => {
    tiny = await createTinyModel();
    engine = await IdEngine.open(tiny.dir, { threads: 1 });
  });
  after(async () => {
    await engine.dispose();
    await tiny.remove();
  });

  it('refuses more beams than memory is for, and says which setting is wrong', async () => {
    const decoding: Decoding = { strategy: 'beam', beams: 10_000 };
    await assert.rejects(engine.generate([2], decoding, { maxNewTokens: 8 }), (error: unknown) => {
      assert.ok(error instanceof BadRequest);
      assert.deepEqual([error.code, error.details], ['badRequest', { setting: 'beams', value: 10_000 }]);
      assert.equal(error.message, 'beams must be at most 32, not 10000.');
      return true;
    });
  });

  it('gives logits of every position, checked ids', async () => {
    const rows = await engine.logits([2, 9, 10]);
    assert.deepEqual(
      rows.map((row) => row.length),
      [1, 1, 1].map(() => engine.tokenizer.vocabSize),
    );
    await assert.rejects(engine.logits([]), BadRequest);
    await assert.rejects(engine.logits([99_999]), BadRequest);
    await assert.rejects(engine.generate([2.5], GREEDY, { maxNewTokens: 2 }), BadRequest);
  });

  it('greedy ids are the largest logits', async () => {
    const { ids } = await engine.generate([2, 9, 10], GREEDY, { maxNewTokens: 6, minNewTokens: 6 });
    const rows = await engine.logits([2, 9, 10, ...ids]);
    ids.forEach((id, i) => {
      const row = rows[2 + i]!.slice();
      row[2] = -Infinity;
      assert.equal(id, row.indexOf(row.reduce((a, b) => Math.max(a, b), -Infinity)));
    });
  });

  it('gives the logits of later positions alone as it gives them all', async () => {
    const ids = Array.from({ length: 150 }, (_, i) => (i === 0 ? 2 : 4 + (i % 50)));
    const rows = await engine.logits(ids);
    const seen: number[] = [];
    await engine.eachLogits(ids, 100, (row, position) => {
      seen.push(position);
      const difference = row.reduce((worst, value, id) => Math.max(worst, Math.abs(value - rows[position]![id]!)), 0);
      assert.ok(difference < 1e-4, `${difference} at ${position}`);
    });
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, i) => 100 + i),
    );
  });
});
