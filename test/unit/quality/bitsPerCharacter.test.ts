import assert from 'node:assert/strict';
import { informationIn } from '../../../bench/quality/bitsPerCharacter';
import { Engine } from '../../../src/decoder/engine';
import type { ScoringModel } from '../../../src/decoder/generation/languageModel';
import { createTinyModel, tinyTokenizer, type TinyModel } from '../decoder/support/tinyModel';

const SENTENCE = 'the protein binds to the receptor of cells in patients with cancer . ';
const MAX_POSITIONS = 96;

/** Every token is as likely as every other; keeps the windows that it was asked for. */
function uniform(vocabSize: number): { engine: Engine; windows: { length: number; from: number }[] } {
  const windows: { length: number; from: number }[] = [];
  const unused = (): never => assert.fail('only likelihoods are asked for');
  const model: ScoringModel = {
    vocabSize,
    maxPositions: MAX_POSITIONS,
    cachedTokens: 0,
    prefill: unused,
    step: unused,
    fork: unused,
    allLogits: unused,
    logLikelihoods: async (ids, from = 0) => {
      windows.push({ length: ids.length, from });
      return new Float64Array(ids.length - 1 - from).fill(-Math.log(vocabSize));
    },
    dispose: async () => undefined,
  };
  const info = {
    name: 'uniform',
    modelDir: '',
    precision: 'fp32',
    parameters: 0,
    maxPositions: MAX_POSITIONS,
    backend: 'plain',
    loadMs: 0,
  } as const;
  return { engine: Engine.over(info, tinyTokenizer(), model), windows };
}

describe('bits per character', () => {
  let tiny: TinyModel;

  before(async () => {
    tiny = await createTinyModel({ maxPositions: MAX_POSITIONS });
  });

  after(() => tiny.remove());

  it('counts every token once, with at least half a window before it', async () => {
    const { engine, windows } = uniform(256);
    const text = SENTENCE.repeat(40).trim();
    const tokens = engine.tokenizer.encode(text).length - 1;
    const { bits, characters } = await informationIn(text, engine);
    assert.ok(tokens > 4 * MAX_POSITIONS);
    assert.ok(Math.abs(bits - 8 * tokens) < 1e-6);
    assert.equal(characters, text.length);
    for (const [index, { length, from }] of windows.entries()) {
      assert.ok(length <= MAX_POSITIONS);
      assert.equal(from, index === 0 ? 0 : MAX_POSITIONS / 2);
    }
  });

  it('charges unknown characters, each of them', async () => {
    const { engine } = uniform(256);
    const bitsOf = async (text: string): Promise<number> => (await informationIn(text, engine)).bits;
    assert.equal(Math.round(await bitsOf('the cells 字')), 3 * 8 + 17);
    assert.equal(Math.round(await bitsOf('the cells 字字')), 4 * 8 + 2 * 17);
    assert.equal((await informationIn('the 😀', engine)).characters, 5);
  });

  it('is what the logits of the network say', async () => {
    const engine = await Engine.open(tiny.dir);
    try {
      const text = SENTENCE.repeat(12).trim();
      const ids = engine.tokenizer.encode(text);
      assert.ok(ids.length > 1.5 * MAX_POSITIONS);
      let nats = 0;
      for (let done = 1; done < ids.length;) {
        const begin = done === 1 ? 1 : done - MAX_POSITIONS / 2;
        const window = [2, ...ids.slice(begin, begin + MAX_POSITIONS - 1)];
        const rows = await engine.logits(window);
        for (; done < begin + window.length - 1; done++) {
          const row = rows[done - begin]!;
          nats += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[ids[done]!]!;
        }
      }
      const { bits } = await informationIn(text, engine);
      assert.ok(Math.abs(bits - nats / Math.LN2) < 1e-3, `${bits} and ${nats / Math.LN2}`);
    } finally {
      await engine.dispose();
    }
  });
});
