import assert from 'node:assert/strict';
import { KneserNey, discountsOf } from '../../../bench/quality/peers/kneserNey';
import { KneserNeyModel } from '../../../bench/quality/peers/kneserNeyModel';
import { createRandom } from '../../../src/decoder/generation/random';

const START = 0;
const ORDER = 4;
const VOCAB = 9;

/** Texts with some structure: what comes next depends on what came before. */
function texts(seed: number, count: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const text = [START];
    const length = 1 + Math.floor(25 * random());
    while (text.length <= length) {
      const last = text[text.length - 1]!;
      text.push(random() < 0.6 ? 1 + ((last * 3 + text.length) % (VOCAB - 2)) : 1 + Math.floor((VOCAB - 2) * random()));
    }
    return text;
  });
}

/** The formulas of Chen and Goodman, word for word, over dictionaries. */
class Dictionaries {
  private readonly counts: Map<string, number>[] = [];

  constructor(
    corpus: readonly number[][],
    private readonly order: number,
    private readonly vocab: number,
  ) {
    const raw: Map<string, number>[] = [];
    for (let n = 1; n <= order; n++) {
      const grams = new Map<string, number>();
      for (const text of corpus) {
        for (let at = 0; at + n <= text.length; at++) {
          const gram = text.slice(at, at + n);
          if (gram.lastIndexOf(START) > 0 || (n === 1 && gram[0] === START)) continue;
          grams.set(gram.join(), (grams.get(gram.join()) ?? 0) + 1);
        }
      }
      raw.push(grams);
    }
    raw.forEach((grams, index) => {
      const adjusted = new Map<string, number>();
      for (const [gram, count] of grams) {
        const before =
          index + 1 === order || gram.startsWith(`${START}`)
            ? count
            : [...raw[index + 1]!.keys()].filter((longer) => longer.slice(longer.indexOf(',') + 1) === gram).length;
        adjusted.set(gram, before);
      }
      this.counts.push(adjusted);
    });
  }

  probability(context: readonly number[], token: number): number {
    if (context.length >= this.order) return this.probability(context.slice(1 - this.order), token);
    const grams = this.counts[context.length]!;
    const discounts = discountsOf(Uint32Array.from(grams.values()));
    const prefix = context.map((id) => `${id},`).join('');
    const shorter = context.length === 0 ? 1 / this.vocab : this.probability(context.slice(1), token);
    let [total, taken] = [0, 0];
    for (let id = 0; id < this.vocab; id++) {
      const count = grams.get(prefix + id) ?? 0;
      total += count;
      taken += count === 0 ? 0 : discounts[Math.min(count, 3) - 1]!;
    }
    if (total === 0) return shorter;
    const count = grams.get(prefix + token) ?? 0;
    const own = count === 0 ? 0 : count - discounts[Math.min(count, 3) - 1]!;
    return own / total + (taken / total) * shorter;
  }
}

const train = (corpus: readonly number[][]): Promise<KneserNey> =>
  KneserNey.train(Uint32Array.from(corpus.flat()), { start: START, order: ORDER, vocabSize: VOCAB });

describe('KneserNey', () => {
  it('gives the probabilities of the formulas', async () => {
    for (const count of [3, 40]) {
      const corpus = texts(count, count);
      const [model, plain] = [await train(corpus), new Dictionaries(corpus, ORDER, VOCAB)];
      for (const text of [...texts(7, 6), ...corpus.slice(0, 4)]) {
        for (let at = 1; at <= text.length; at++) {
          const context = text.slice(0, at);
          for (let token = 0; token < VOCAB; token++) {
            const expected = plain.probability(context.slice(1 - ORDER), token);
            const given = model.probability(context, token);
            assert.ok(Math.abs(given - expected) < 1e-9, `P(${token} | ${context}) is ${given}, not ${expected}`);
          }
        }
      }
    }
  });

  it('gives distributions, whole and each token alike', async () => {
    const model = await train(texts(2, 30));
    const row = new Float64Array(VOCAB);
    for (const context of [[], [START], [START, 3], [5, 2, 7], [8, 8, 8], ...texts(11, 5)]) {
      model.distribution(context, row);
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-9);
      row.forEach((value, token) => assert.ok(Math.abs(value - model.probability(context, token)) < 1e-12));
    }
  });

  it('knows nothing of what stands before the beginning of a text', async () => {
    const model = await train(texts(2, 30));
    assert.equal(model.probability([4, 2, START, 3], 5), model.probability([START, 3], 5));
  });

  it('estimates the discounts from the counts of counts', () => {
    const counts = Uint32Array.from([100, 40, 20, 12].flatMap((times, index) => Array<number>(times).fill(index + 1)));
    // Y = 100 / 180; 1 − 2Y · 40/100, 2 − 3Y · 20/40, 3 − 4Y · 12/20.
    discountsOf(counts).forEach((discount, index) => {
      assert.ok(Math.abs(discount - [5 / 9, 7 / 6, 5 / 3][index]!) < 1e-12, `${discount}`);
    });
  });

  it('takes usual discounts where there is no estimate, or none that a count can bear', () => {
    const nothing: number[] = [];
    const twiceAtLeast = [2, 2, 3, 4];
    const negative = [1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4];
    for (const counts of [nothing, [1, 2], twiceAtLeast, negative]) {
      assert.deepEqual(discountsOf(Uint32Array.from(counts)), [0.5, 1, 1.5]);
    }
  });

  it('knows every token equally well from no text at all', async () => {
    const model = await train([]);
    assert.equal(model.probability([START, 3], 5), 1 / VOCAB);
  });
});

describe('KneserNeyModel', () => {
  it('answers like a network, token by token and for beams', async () => {
    const ngrams = await train(texts(4, 30));
    const model = new KneserNeyModel(ngrams, 64);
    const ids = [START, 3, 5, 2];
    const whole: Float32Array[] = [];
    for (const at of ids.keys()) whole.push((await model.prefill(ids.slice(0, at + 1))).logits);
    await model.prefill(ids.slice(0, 3));
    const batch = model.fork(2);
    const rows = await batch.step([0, 0], [2, 7]);
    assert.deepEqual(await model.step(2), whole[3]);
    assert.deepEqual(rows.slice(0, VOCAB), whole[3]);
    const likelihoods = await model.logLikelihoods(ids);
    ids.slice(1).forEach((id, at) => assert.ok(Math.abs(likelihoods[at]! - whole[at]![id]!) < 1e-6));
  });
});
