import assert from 'node:assert/strict';
import type { FinishReason } from '../../../src/protocol/decoder';
import { DeadEnds } from '../../../src/decoder/generation/deadEnds';
import { generate } from '../../../src/decoder/generation/generate';
import type { LanguageModel } from '../../../src/decoder/generation/languageModel';
import type { RuledText, Verdict } from '../../../src/decoder/generation/wholeSentences';

describe('DeadEnds', () => {
  it('gives up a beginning that mostly leads to what is forbidden, and those before it', () => {
    const ends = new DeadEnds();
    ends.chose([1], 0.4);
    ends.chose([1, 2], 0.9);
    ends.add([1, 2, 3], 'fact', 0, 0.3);
    assert.equal(ends.reason([1, 2]), undefined);
    ends.add([1, 2, 4], 'drift', 0, 0.3);
    assert.equal(ends.reason([1, 2]), 'drift');
    assert.equal(ends.reason([1]), 'drift');
  });

  it('never gives up the beginning of all', () => {
    const ends = new DeadEnds();
    ends.add([1], 'fact', 0, 0.9);
    ends.add([], 'fact', 0);
    assert.equal(ends.reason([]), undefined);
    assert.equal(ends.size, 1);
  });

  it('never gives up whole sentences that stand, and knows how much behind them is forbidden', () => {
    const ends = new DeadEnds();
    ends.chose([1], 0.9);
    ends.chose([1, 2], 0.9);
    ends.chose([1, 2, 3], 0.6);
    ends.add([1, 2, 3, 4], 'fact', 2, 0.7);
    assert.equal(ends.reason([1, 2, 3]), 'fact');
    assert.equal(ends.reason([1, 2]), undefined);
    assert.equal(ends.forbiddenBehind([1, 2]), 0.6);
    assert.equal(ends.forbiddenBehind([1]), 0);
  });

  it('counts what is forbidden once', () => {
    const ends = new DeadEnds();
    ends.chose([1], 0.1);
    for (let time = 0; time < 3; time++) ends.add([1, 2], 'fact', 0, 0.3);
    assert.equal(ends.reason([1]), undefined);
  });

  it('rules out what leads there, and nothing behind other beginnings', () => {
    const ends = new DeadEnds();
    ends.add([1, 2], 'fact', 0, 0.1);
    const behind = (ids: number[]): number[] => {
      const logits = new Float32Array(4);
      ends.rulesOut(logits, ids);
      return [...logits.keys()].filter((id) => logits[id] === -Infinity);
    };
    assert.deepEqual(behind([1]), [2]);
    assert.deepEqual(behind([]), []);
    assert.deepEqual(behind([3]), []);
  });
});

describe('a text that rules stop', () => {
  const [END, STOP, BAD] = [0, 4, 5];
  const verdictOf = (ids: readonly number[]): Verdict => {
    const last = ids.at(-1);
    if (last === BAD) return { kind: 'breaks', reason: 'fact' };
    if (last === END) return ids.at(-2) === STOP ? { kind: 'rests' } : { kind: 'breaks', reason: 'endOfText' };
    return { kind: last === STOP ? 'rests' : 'goesOn' };
  };
  const ruled = (ids: readonly number[]): RuledText => ({ verdict: verdictOf(ids), then: (id) => ruled([...ids, id]) });

  /** Chances of the next tokens behind a text; what it doesn't say is next to impossible. */
  type Chances = Record<string, Record<number, number>>;
  const modelOf = (chances: Chances): LanguageModel => {
    const logitsOf = (ids: readonly number[]): number[] =>
      Array.from({ length: 6 }, (_, id) => Math.log(chances[ids.join('')]?.[id] ?? 1e-6));
    let text: number[] = [];
    return {
      vocabSize: 6,
      maxPositions: 100,
      prefill: async ([, ...ids]) => {
        text = ids;
        return { logits: Float32Array.from(logitsOf(text)), reusedTokens: 0, computedTokens: ids.length };
      },
      step: async (id) => Float32Array.from(logitsOf((text = [...text, id]))),
      fork: (count) => {
        let beams: number[][] = Array.from({ length: count }, () => text);
        return {
          step: async (parents, ids) => {
            beams = parents.map((parent, i) => [...beams[parent]!, ids[i]!]);
            return Float32Array.from(beams.flatMap(logitsOf));
          },
          dispose: () => undefined,
        };
      },
    };
  };
  type Strategy = 'greedy' | 'beam' | 'sample';
  const write = async (
    strategy: Strategy,
    chances: Chances,
    maxNewTokens = 40,
  ): Promise<{ ids: number[]; finishReason: FinishReason; steps: number }> => {
    const decoding =
      strategy === 'beam'
        ? { strategy, beams: 2, earlyStopping: true }
        : strategy === 'sample'
          ? { strategy, seed: 3 }
          : { strategy };
    const { ids, finishReason, timings } = await generate(
      modelOf(chances),
      [2],
      decoding,
      { maxNewTokens },
      { eosId: END, sentences: ruled([]) },
    );
    return { ids, finishReason, steps: timings.decodedTokens };
  };

  // "is caused by the gene of": 1 is likeliest by far, and all that comes of it ends in what is forbidden.
  const trap: Chances = {
    '': { 1: 0.9, 2: 0.1 },
    1: { 3: 1 },
    13: { 3: 1 },
    133: { [BAD]: 0.8, 1: 0.2 },
    1331: { [BAD]: 0.9, 3: 0.1 },
    2: { [STOP]: 1 },
    24: { [END]: 1 },
  };

  for (const strategy of ['greedy', 'beam', 'sample'] as const) {
    it(`finds another beginning: ${strategy}`, async () => {
      const { ids } = await write(strategy, trap);
      assert.deepEqual(ids, [2, STOP, END]);
    });
  }

  for (const strategy of ['greedy', 'beam'] as const) {
    it(`is not asked for without end: ${strategy}`, async () => {
      const { ids, finishReason, steps } = await write(strategy, { '': { 1: 1 } }, 20);
      assert.deepEqual(ids, []);
      assert.ok(steps < 40, `${steps} steps`);
      assert.notEqual(finishReason, 'sentenceEnd');
    });
  }

  it('says which rule it broke', async () => {
    const nowhere = { '': { [BAD]: 1 } };
    assert.equal((await write('greedy', nowhere, 1)).finishReason, 'fact');
  });

  it('is not bent with an unlikely word where another beginning is likelier to stand', async () => {
    const bent: Chances = {
      '': { 1: 0.6, 3: 0.4 },
      1: { [BAD]: 0.95, 2: 0.05 },
      12: { [STOP]: 1 },
      124: { [END]: 1 },
      3: { [STOP]: 1 },
      34: { [END]: 1 },
    };
    assert.deepEqual((await write('beam', bent)).ids, [3, STOP, END]);
  });

  for (const strategy of ['greedy', 'beam', 'sample'] as const) {
    it(`goes on with another sentence from what stands: ${strategy}`, async () => {
      const { ids } = await write(strategy, {
        '': { 1: 1 },
        1: { [STOP]: 1 },
        14: { 2: 0.6, 3: 0.4 },
        142: { [BAD]: 1 },
        143: { [STOP]: 1 },
        1434: { [END]: 1 },
      });
      assert.deepEqual(ids, [1, STOP, 3, STOP, END]);
    });
  }

  it('ends behind its last whole sentence where next to nothing else may follow', async () => {
    const { ids, finishReason, steps } = await write('greedy', { '': { 1: 1 }, 1: { [STOP]: 1 }, 14: { [BAD]: 1 } });
    assert.deepEqual(ids, [1, STOP]);
    assert.equal(finishReason, 'fact');
    assert.equal(steps, 3);
  });
});
