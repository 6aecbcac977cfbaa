import assert from 'node:assert/strict';
import { generate } from '../../../src/decoder/generation/generate';
import { logProbability, logSumExp } from '../../../src/decoder/generation/logProbability';
import { createRandom } from '../../../src/decoder/generation/random';
import { suppressTokens } from '../../../src/decoder/generation/logitsProcessors';
import { WordGate } from '../../../src/decoder/generation/wordGate';
import { BigramModel } from './support/bigramModel';

const SYMBOLS = ['patients</w>', 'im', 'muno</w>', ',</w>', '.</w>', 'with</w>', 'as</w>'];
const [PATIENTS, IM, MUNO, COMMA, STOP, WITH, AS] = SYMBOLS.keys() as Iterable<number> as unknown as number[];
const symbolOf = (id: number): string => SYMBOLS[id]!;

/** Adds tokens with their probabilities until the gate has enough; what is kept of them. */
function keptOf(caution: number, tokens: [id: number, probability: number][], letters = ''): number[] {
  const gate = new WordGate(caution, letters, symbolOf);
  const generated: number[] = [];
  for (const [id, probability] of tokens) {
    generated.push(id);
    if (gate.add(generated, Math.log(probability)) === 'unsure') return generated.slice(0, gate.keptTokens);
  }
  return generated.slice(0, gate.keep(generated));
}

describe('WordGate', () => {
  it('keeps a word whose expected saving outweighs its expected cost', () => {
    // "patients" saves 7 keys: at caution 3 from p · 7 = 3 · (1 − p) on, that is p = 0.3.
    assert.deepEqual(keptOf(3, [[PATIENTS!, 0.31]]), [PATIENTS]);
    assert.deepEqual(keptOf(3, [[PATIENTS!, 0.29]]), []);
    // "as" saves one key, and needs p = 0.75.
    assert.deepEqual(keptOf(3, [[AS!, 0.76]]), [AS]);
    assert.deepEqual(keptOf(3, [[AS!, 0.74]]), []);
  });

  it('counts the space before a further word, and weighs it given the text before it', () => {
    // " with" saves 4 keys: P · 4 ≥ 3 · (0.9 − P) from P = 0.386 on, of which 0.9 is the first word's.
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [WITH!, 0.43],
      ]),
      [PATIENTS, WITH],
    );
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [WITH!, 0.42],
      ]),
      [PATIENTS],
    );
  });

  it('does not count letters that stand there already', () => {
    assert.deepEqual(keptOf(3, [[PATIENTS!, 0.74]], 'patien'), []);
    assert.deepEqual(keptOf(3, [[PATIENTS!, 0.76]], 'patien'), [PATIENTS]);
  });

  it('never keeps what saves nothing', () => {
    assert.deepEqual(keptOf(0.1, [[PATIENTS!, 1]], 'patient'), []);
    assert.deepEqual(keptOf(0.1, [[STOP!, 1]]), []);
  });

  it('decides on a word at its end, and gives up a hopeless one before', () => {
    assert.deepEqual(
      keptOf(3, [
        [IM!, 0.6],
        [MUNO!, 0.9],
      ]),
      [IM, MUNO],
    );
    const gate = new WordGate(3, '', symbolOf);
    assert.equal(gate.add([IM!], Math.log(0.1)), 'unsure');
  });

  it('keeps marks with the word behind them, or at the end where they are likely', () => {
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [COMMA!, 0.6],
        [WITH!, 0.9],
      ]),
      [PATIENTS, COMMA, WITH],
    );
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [COMMA!, 0.6],
        [WITH!, 0.1],
      ]),
      [PATIENTS],
    );
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [STOP!, 0.6],
      ]),
      [PATIENTS, STOP],
    );
    assert.deepEqual(
      keptOf(3, [
        [PATIENTS!, 0.9],
        [STOP!, 0.4],
      ]),
      [PATIENTS],
    );
  });

  it('ends a generation as unsure, with what was worth writing', async () => {
    // After "patients" the model is sure of "with", and after that of nothing.
    const sure = (id: number): number[] => SYMBOLS.map((_, other) => (other === id ? 10 : 0));
    const model = new BigramModel(
      SYMBOLS.map((_, id) => (id === PATIENTS ? sure(WITH!) : id === STOP ? sure(PATIENTS!) : SYMBOLS.map(() => 0))),
    );
    const result = await generate(
      model,
      [STOP!],
      { strategy: 'greedy' },
      { maxNewTokens: 10, caution: 3 },
      {
        eosId: -1,
        gate: new WordGate(3, '', symbolOf),
      },
    );
    assert.deepEqual(result.ids, [PATIENTS, WITH]);
    assert.equal(result.finishReason, 'unsure');
  });
});

describe('logProbability', () => {
  it('is that of softmax, and gives ruled-out tokens no share', () => {
    const logits = Float32Array.of(1, 2, 3, 4);
    const total = [1, 2, 3, 4].reduce((sum, logit) => sum + Math.exp(logit), 0);
    assert.ok(Math.abs(logProbability(logits, 2) - Math.log(Math.exp(3) / total)) < 1e-6);
    suppressTokens([0, 1, 3])(logits, []);
    assert.equal(logProbability(logits, 2), 0);
  });

  it('is as exact as Math.exp, however far the logits lie apart', () => {
    const random = createRandom(7);
    for (const spread of [0.1, 5, 40, 400]) {
      const logits = Float32Array.from({ length: 5000 }, () => spread * (random() - 0.5));
      const max = Math.max(...logits);
      const exact = max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
      assert.ok(Math.abs(logSumExp(logits) - exact) < 1e-8, `spread ${spread}: ${logSumExp(logits)}, not ${exact}`);
    }
  });
});
