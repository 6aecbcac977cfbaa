import assert from 'node:assert/strict';
import { informationIn } from '../../../bench/quality/bitsPerCharacter';
import { scorerOf, type Scorer } from '../../../bench/quality/scorer';
import { IdEngine } from '../../../src/decoder/idEngine';
import { createTinyModel, tinyTokenizer, type TinyModel } from '../decoder/support/tinyModel';

const SENTENCE = 'the protein binds to the receptor of cells in patients with cancer . ';
const MAX_POSITIONS = 96;

/** Every token is as likely as every other; keeps the windows that it was asked for. */
function uniform(vocabSize: number): { scorer: Scorer; windows: { length: number; from: number }[] } {
  const windows: { length: number; from: number }[] = [];
  const scorer: Scorer = {
    tokenizer: tinyTokenizer(),
    maxPositions: MAX_POSITIONS,
    logLikelihoods: async (ids, from) => {
      windows.push({ length: ids.length, from });
      return new Float64Array(ids.length - 1 - from).fill(-Math.log(vocabSize));
    },
  };
  return { scorer, windows };
}

describe('bits per character', () => {
  let tiny: TinyModel;

  before(async () => {
    tiny = await createTinyModel({ maxPositions: MAX_POSITIONS });
  });

  after(() => tiny.remove());

  it('counts every token once, with at least half a window before it', async () => {
    const { scorer, windows } = uniform(256);
    const text = SENTENCE.repeat(40).trim();
    const tokens = scorer.tokenizer.encode(text).length - 1;
    const { bits, characters } = await informationIn(text, scorer);
    assert.ok(tokens > 4 * MAX_POSITIONS);
    assert.ok(Math.abs(bits - 8 * tokens) < 1e-6);
    assert.equal(characters, text.length);
    for (const [index, { length, from }] of windows.entries()) {
      assert.ok(length <= MAX_POSITIONS);
      assert.equal(from, index === 0 ? 0 : MAX_POSITIONS / 2);
    }
  });

  it('charges unknown characters, each of them', async () => {
    const { scorer } = uniform(256);
    const bitsOf = async (text: string): Promise<number> => (await informationIn(text, scorer)).bits;
    assert.equal(Math.round(await bitsOf('the cells 字')), 3 * 8 + 17);
    assert.equal(Math.round(await bitsOf('the cells 字字')), 4 * 8 + 2 * 17);
    assert.equal((await informationIn('the 😀', scorer)).characters, 5);
  });

  it('is what the logits of the network say', async () => {
    const engine = await IdEngine.open(tiny.dir);
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
      const { bits } = await informationIn(text, scorerOf(engine));
      assert.ok(Math.abs(bits - nats / Math.LN2) < 1e-3, `${bits} and ${nats / Math.LN2}`);
    } finally {
      await engine.dispose();
    }
  });
});
