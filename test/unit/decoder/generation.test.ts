import assert from 'node:assert/strict';
import { beamSearch } from '../../../src/decoder/generation/beamSearch';
import { generate } from '../../../src/decoder/generation/generate';
import { BadRequest } from '../../../src/decoder/generation/settings';
import { createRandom } from '../../../src/decoder/generation/random';
import { candidates, sample } from '../../../src/decoder/generation/sampling';
import { argmax, topK } from '../../../src/decoder/generation/topK';
import type { Decoding, StopRules } from '../../../src/protocol/decoder';
import { BigramModel } from './support/bigramModel';

const EOS = 2;
const PROMPT = [2, 4];

/** A random table over a small vocabulary; `</s>` as likely as `eos` says. */
function randomModel(seed: number, vocab = 7, eos = 0): BigramModel {
  const random = createRandom(seed);
  const row = (): number[] => Array.from({ length: vocab }, (_, id) => 4 * random() + (id === EOS ? eos : 0));
  return new BigramModel(Array.from({ length: vocab }, row));
}

/** Every text of at most `length` tokens that ends in `</s>` or at the budget, with its log-probability. */
function* allTexts(
  model: BigramModel,
  length: number,
  ids: number[] = [],
  sum = 0,
): Generator<{ ids: number[]; sum: number }> {
  const last = ids.at(-1) ?? PROMPT.at(-1)!;
  if (ids.at(-1) === EOS || ids.length === length) {
    yield { ids, sum };
    return;
  }
  for (let id = 0; id < model.vocabSize; id++) {
    yield* allTexts(model, length, [...ids, id], sum + model.logProbability(last, id));
  }
}

const run = (model: BigramModel, decoding: Decoding, stop: StopRules) =>
  generate(model, PROMPT, decoding, stop, { eosId: EOS });

describe('topK', () => {
  it('gives the indices of a full sort', () => {
    const random = createRandom(3);
    for (let round = 0; round < 50; round++) {
      const values = Array.from({ length: 40 }, () => Math.floor(10 * random()));
      const sorted = values.map((_, i) => i).sort((i, j) => values[j]! - values[i]! || i - j);
      for (const k of [0, 1, 7, 40, 99]) assert.deepEqual(topK(values, k), sorted.slice(0, k));
    }
  });

  it('finds the largest value, and none among ruled-out ones', () => {
    assert.equal(argmax([1, 3, 3, 2]), 1);
    assert.equal(argmax([-Infinity, -Infinity]), -1);
  });
});

describe('greedy decoding', () => {
  it('takes the likeliest token until </s>', async () => {
    const model = randomModel(11, 7, 1);
    const { ids, finishReason, timings } = await run(model, { strategy: 'greedy' }, { maxNewTokens: 20 });
    let last = PROMPT.at(-1)!;
    for (const id of ids) {
      const best = argmax(Array.from({ length: 7 }, (_, next) => model.logProbability(last, next)));
      assert.equal(id, best);
      last = id;
    }
    assert.equal(finishReason, ids.at(-1) === EOS ? 'endOfText' : 'tokenBudget');
    assert.equal(timings.decodedTokens, ids.length);
  });

  it('does not end before minNewTokens', async () => {
    const model = randomModel(4, 7, 9);
    assert.deepEqual((await run(model, { strategy: 'greedy' }, { maxNewTokens: 9 })).ids, [EOS]);
    const { ids } = await run(model, { strategy: 'greedy' }, { maxNewTokens: 9, minNewTokens: 4 });
    assert.equal(ids.length, 5);
    assert.equal(ids.indexOf(EOS), 4);
  });

  it("never runs over the model's positions", async () => {
    const prompt = new Array<number>(60).fill(5);
    const model = randomModel(4, 7, -99);
    const result = await generate(model, prompt, { strategy: 'greedy' }, { maxNewTokens: 20 }, { eosId: EOS });
    assert.equal(result.ids.length, 4);
    assert.equal(result.finishReason, 'contextFull');
  });

  it('stops at the time budget', async () => {
    const model = randomModel(4, 7, -99);
    let clock = 0;
    const result = await generate(
      model,
      PROMPT,
      { strategy: 'greedy' },
      { maxNewTokens: 50, timeBudgetMs: 40 },
      {
        eosId: EOS,
        now: () => (clock += 10),
      },
    );
    assert.equal(result.finishReason, 'timeBudget');
    assert.ok(result.ids.length > 0 && result.ids.length <= 4, String(result.ids.length));
  });
});

describe('beam search', () => {
  it('finds the best of all texts when no beam is ever lost', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      for (const lengthPenalty of [0, 1, 2]) {
        const model = randomModel(seed, 5, 1);
        const { ids, score } = await run(
          model,
          { strategy: 'beam', beams: 700, lengthPenalty, earlyStopping: 'never' },
          { maxNewTokens: 4 },
        );
        const best = [...allTexts(model, 4)]
          .map((text) => ({ ...text, score: text.sum / text.ids.length ** lengthPenalty }))
          .reduce((a, b) => (b.score > a.score ? b : a));
        assert.deepEqual(ids, best.ids, `seed ${seed}, penalty ${lengthPenalty}`);
        assert.ok(Math.abs(score! - best.score) < 1e-5);
      }
    }
  });

  it('with one beam is greedy decoding', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const model = randomModel(seed, 9, 0.5);
      const stop = { maxNewTokens: 12 };
      const greedy = await run(model, { strategy: 'greedy' }, stop);
      const beam = await run(model, { strategy: 'beam', beams: 1, earlyStopping: true }, stop);
      assert.deepEqual(beam.ids, greedy.ids);
    }
  });

  it('early stopping ends as soon as all beams are finished', async () => {
    const spend = async (earlyStopping: boolean | 'never'): Promise<number> => {
      const model = randomModel(21, 12, 2.5);
      await run(model, { strategy: 'beam', beams: 3, earlyStopping, lengthPenalty: 3 }, { maxNewTokens: 40 });
      return model.steps;
    };
    const [early, heuristic, never] = [await spend(true), await spend(false), await spend('never')];
    assert.ok(early <= heuristic && heuristic <= never && early < never, `${early} ${heuristic} ${never}`);
  });

  it('returns hypotheses best first', async () => {
    const model = randomModel(5, 9, 2);
    const { logits } = await model.prefill(PROMPT);
    const hypotheses = await beamSearch(
      logits,
      model.fork(4),
      { beams: 4, lengthPenalty: 1, earlyStopping: false, maxNewTokens: 10 },
      { isFinished: (ids) => ids.at(-1) === EOS, processors: [] },
    );
    assert.ok(hypotheses.length > 1);
    hypotheses.reduce((a, b) => {
      assert.ok(a.score >= b.score);
      return b;
    });
  });

  it('keeps min_new_tokens', async () => {
    const model = randomModel(5, 9, 9);
    const { ids } = await run(
      model,
      { strategy: 'beam', beams: 3, earlyStopping: true },
      { maxNewTokens: 10, minNewTokens: 6 },
    );
    assert.equal(ids.indexOf(EOS), 6);
  });
});

describe('sampling', () => {
  const logits = Float32Array.from([0, 1, 2, 3, 4]);

  it('keeps what top-k and top-p keep, in that order', () => {
    const all = { temperature: 1, topK: 0, topP: 1 };
    assert.deepEqual(candidates(logits, all).ids, [0, 1, 2, 3, 4]);
    assert.deepEqual(candidates(logits, { ...all, topK: 2 }).ids, [4, 3]);
    // Softmax of 4, 3, 2, 1, 0: 0.636, 0.234, 0.086, 0.032, 0.012.
    assert.deepEqual(candidates(logits, { ...all, topP: 0.6 }).ids, [4]);
    assert.deepEqual(candidates(logits, { ...all, topP: 0.9 }).ids, [4, 3, 2]);
    // Top-p works on what top-k left: 0.665, 0.245, 0.090.
    assert.deepEqual(candidates(logits, { ...all, topK: 3, topP: 0.9 }).ids, [4, 3]);
    // A low temperature sharpens before either.
    assert.deepEqual(candidates(logits, { ...all, temperature: 0.1, topP: 0.99 }).ids, [4]);
  });

  it('finds the nucleus of a flat distribution over a large vocabulary', () => {
    const flat = new Float32Array(10_000);
    assert.equal(candidates(flat, { temperature: 1, topK: 0, topP: 0.5 }).ids.length, 5000);
  });

  it('draws in proportion, the same for the same seed', () => {
    const params = { temperature: 2, topK: 0, topP: 1 };
    const { ids, probabilities } = candidates(logits, params);
    const draw = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 20_000 }, () => sample(logits, params, random));
    };
    const drawn = draw(1);
    assert.deepEqual(drawn, draw(1));
    assert.notDeepEqual(drawn, draw(2));
    ids.forEach((id, i) => {
      const share = drawn.filter((value) => value === id).length / drawn.length;
      assert.ok(Math.abs(share - probabilities[i]!) < 0.015, `${id}: ${share} instead of ${probabilities[i]}`);
    });
  });

  it('draws nothing where everything is ruled out', () => {
    assert.equal(
      sample(new Float32Array(4).fill(-Infinity), { temperature: 1, topK: 0, topP: 1 }, () => 0.5),
      -1,
    );
  });

  it('gives repeatable texts', async () => {
    const sampled = (seed: number) => run(randomModel(9, 30, -9), { strategy: 'sample', seed }, { maxNewTokens: 20 });
    assert.deepEqual((await sampled(5)).ids, (await sampled(5)).ids);
    assert.notDeepEqual((await sampled(5)).ids, (await sampled(6)).ids);
  });
});

describe('settings', () => {
  const refused: [string, Decoding, StopRules][] = [
    ['maxNewTokens', { strategy: 'greedy' }, { maxNewTokens: 0 }],
    ['minNewTokens', { strategy: 'greedy' }, { maxNewTokens: 5, minNewTokens: -1 }],
    ['caution', { strategy: 'greedy' }, { maxNewTokens: 5, caution: -1 }],
    ['timeBudgetMs', { strategy: 'greedy' }, { maxNewTokens: 5, timeBudgetMs: 0 }],
    ['beams', { strategy: 'beam', beams: 1.5 }, { maxNewTokens: 5 }],
    ['lengthPenalty', { strategy: 'beam', beams: 2, lengthPenalty: NaN }, { maxNewTokens: 5 }],
    ['temperature', { strategy: 'sample', temperature: 0 }, { maxNewTokens: 5 }],
    ['topK', { strategy: 'sample', topK: -1 }, { maxNewTokens: 5 }],
    ['topP', { strategy: 'sample', topP: 1.1 }, { maxNewTokens: 5 }],
    ['strategy', { strategy: 'other' } as unknown as Decoding, { maxNewTokens: 5 }],
  ];
  for (const [name, decoding, stop] of refused) {
    it(`refuses a wrong ${name}`, async () => {
      await assert.rejects(run(randomModel(1), decoding, stop), (error: unknown) => {
        assert.ok(error instanceof BadRequest);
        assert.match(error.message, new RegExp(name));
        assert.equal(error.details.setting, name);
        return true;
      });
    });
  }
});
