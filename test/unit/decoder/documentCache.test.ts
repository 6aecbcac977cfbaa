import assert from 'node:assert/strict';
import { documentCache } from '../../../src/decoder/generation/documentCache';
import { logProbability, logSumExp } from '../../../src/decoder/generation/logProbability';
import { argmax } from '../../../src/decoder/generation/topK';

const EOS = 2;
const VOCAB = 20;

/** Probabilities [vocab] once a text was looked at, of a model that finds all tokens alike. */
function probabilities(text: readonly number[], generated: readonly number[] = [], logits = new Float32Array(VOCAB)): number[] {
  documentCache(text, EOS)(logits, generated);
  return Array.from(logits, (_, id) => Math.exp(logProbability(logits, id)));
}

describe('the cache of the text', () => {
  it('keeps the sum of exponentials', () => {
    for (const text of [[EOS], [EOS, 5], [EOS, 5, 6, 7, 5, 6, 8, 5, 6]]) {
      const logits = Float32Array.from({ length: VOCAB }, (_, id) => 3 * Math.sin(id));
      const before = logSumExp(logits);
      documentCache(text, EOS)(logits, []);
      assert.ok(Math.abs(logSumExp(logits) - before) < 1e-5);
    }
  });

  it('leaves a model alone whose text has said nothing', () => {
    const logits = Float32Array.from({ length: VOCAB }, (_, id) => Math.sin(id));
    const before = Array.from(logits, (_, id) => logProbability(logits, id));
    documentCache([EOS], EOS)(logits, []);
    for (const [id, expected] of before.entries()) assert.ok(Math.abs(logProbability(logits, id) - expected) < 1e-5);
  });

  it('expects what has followed the same words before, the more so the more of them', () => {
    const far = probabilities([EOS, 9, 6, 7, 4, 3, 6]);
    const near = probabilities([EOS, 5, 6, 7, 4, 5, 6]);
    assert.equal(argmax(near), 7);
    assert.ok(near[7]! > far[7]! && far[7]! > far[8]!);
  });

  it('counts what is being written as text', () => {
    const text = [EOS, 5, 6, 7, 4];
    assert.deepEqual(probabilities(text, [5, 6]), probabilities([...text, 5, 6]));
    assert.equal(argmax(probabilities(text, [5, 6])), 7);
  });

  it('never expects the token that begins texts', () => {
    const [plain, cached] = [1 / VOCAB, probabilities([EOS, 5, 6, EOS, 7, 6])];
    assert.ok(cached[EOS]! < plain);
  });

  it('gives the model its way where it is sure', () => {
    const sure = new Float32Array(VOCAB);
    sure[11] = 20;
    assert.equal(argmax(probabilities([EOS, 5, 6, 7, 4, 5, 6], [], sure)), 11);
    assert.equal(argmax(probabilities([EOS, 5, 6, 7, 8, 9, 4, 5, 6, 7, 8], [], sure)), 11);
  });

  it('leaves out what was ruled out and never said', () => {
    const logits = new Float32Array(VOCAB);
    logits[13] = -Infinity;
    assert.equal(probabilities([EOS, 5, 6, 7], [], logits)[13], 0);
  });
});
