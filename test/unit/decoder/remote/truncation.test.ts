import assert from 'node:assert/strict';
import { beamSearch } from '../../../../src/decoder/generation/beamSearch';
import { generate } from '../../../../src/decoder/generation/generate';
import type { LanguageModel } from '../../../../src/decoder/generation/languageModel';
import { suppressTokens, type LogitsProcessor } from '../../../../src/decoder/generation/logitsProcessors';
import { ruleOutUnknown, type Truncation } from '../../../../src/decoder/generation/truncation';

const VOCABULARY = 20;
const EOS = 2;

/** Knows of each row that 5 has the probability 0.5 and 6 that of 0.3. */
const TRUNCATION: Truncation = { known: new Set([5, 6]), least: Math.log(0.3) };

function row(): Float32Array {
  const logits = new Float32Array(VOCABULARY).fill(Math.log(0.2 / 18));
  logits[5] = Math.log(0.5);
  logits[6] = Math.log(0.3);
  return logits;
}

class Truncated implements LanguageModel {
  readonly vocabSize = VOCABULARY;
  readonly maxPositions = 40;
  readonly truncation = TRUNCATION;
  rested = 0;

  async prefill(ids: readonly number[]): ReturnType<LanguageModel['prefill']> {
    return { logits: row(), reusedTokens: 0, computedTokens: ids.length };
  }

  async step(): Promise<Float32Array> {
    return row();
  }

  fork(beams: number): ReturnType<LanguageModel['fork']> {
    return {
      truncations: new Array<Truncation>(beams).fill(TRUNCATION),
      step: async () => Float32Array.from(Array.from({ length: beams }, () => [...row()]).flat()),
      dispose: () => undefined,
    };
  }

  rest(): void {
    this.rested++;
  }
}

describe('rows of which only a part is known', () => {
  const run = (processors: LogitsProcessor[], model = new Truncated()): ReturnType<typeof generate> =>
    generate(model, [2, 4], { strategy: 'greedy' }, { maxNewTokens: 3 }, { eosId: EOS, processors });
  /** As words of the document make a token likelier. */
  const raise =
    (id: number, probability: number): LogitsProcessor =>
    (logits) =>
      void (logits[id] = Math.log(probability));

  it('rule out what nobody knows, but not what has become as likely as any unknown token can be', () => {
    const logits = row();
    logits[9] = Math.log(0.31);
    logits[10] = Math.log(0.29);
    ruleOutUnknown(logits, TRUNCATION);
    assert.deepEqual(
      [...logits.keys()].filter((id) => logits[id]! > -Infinity),
      [5, 6, 9],
    );
    const unsure = Float32Array.of(NaN, 1);
    ruleOutUnknown(unsure, { known: new Set([1]), least: 0 });
    assert.equal(unsure[0], -Infinity);
  });

  it('give the likeliest known token', async () => {
    assert.deepEqual((await run([suppressTokens([5])])).ids, [6, 6, 6]);
  });

  it('end a text rather than have it go on with an unknown token', async () => {
    const model = new Truncated();
    const { ids, finishReason } = await run([suppressTokens([5, 6])], model);
    assert.deepEqual(ids, []);
    assert.equal(finishReason, 'unsure');
    assert.equal(model.rested, 1, 'nothing is asked for any more');
    assert.deepEqual((await run([suppressTokens([5, 6]), raise(9, 0.1)])).ids, []);
    assert.deepEqual((await run([suppressTokens([5, 6]), raise(9, 0.4)])).ids, [9, 9, 9]);
  });

  it('keep unknown tokens out of beams', async () => {
    const hypotheses = await beamSearch(
      row(),
      new Truncated().fork(4),
      { beams: 4, lengthPenalty: 1, earlyStopping: false, maxNewTokens: 3 },
      { isFinished: () => false, processors: [], truncation: TRUNCATION },
    );
    const ids = hypotheses.filter(({ score }) => score > -100).flatMap((one) => one.ids);
    assert.ok(ids.length > 0);
    assert.deepEqual(
      ids.filter((id) => id !== 5 && id !== 6),
      [],
    );
  });
});
