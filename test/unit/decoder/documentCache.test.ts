import assert from 'node:assert/strict';
import { documentCache } from '../../../src/decoder/generation/documentCache';
import { logProbability, logSumExp } from '../../../src/decoder/generation/logProbability';
import { argmax } from '../../../src/decoder/generation/topK';

const EOS = 2;
const VOCAB = 20;
/** The last tokens begin words and go on. */
const endsWord = (id: number): boolean => id < 15;

/** Probabilities [vocab] once a text was looked at, of a model that finds all tokens alike. */
function probabilities(
  text: readonly number[],
  generated: readonly number[] = [],
  logits = new Float32Array(VOCAB),
): number[] {
  documentCache(text, EOS, endsWord)(logits, generated);
  return Array.from(logits, (_, id) => Math.exp(logProbability(logits, id)));
}

describe('the cache of the text', () => {
  it('keeps the sum of exponentials', () => {
    for (const text of [[EOS], [EOS, 5], [EOS, 5, 6, 7, 5, 6, 8, 5, 6]]) {
      const logits = Float32Array.from({ length: VOCAB }, (_, id) => 3 * Math.sin(id));
      const before = logSumExp(logits);
      documentCache(text, EOS, endsWord)(logits, []);
      assert.ok(Math.abs(logSumExp(logits) - before) < 1e-5);
    }
  });

  it('leaves a model alone whose text has said nothing', () => {
    const logits = Float32Array.from({ length: VOCAB }, (_, id) => Math.sin(id));
    const before = Array.from(logits, (_, id) => logProbability(logits, id));
    documentCache([EOS], EOS, endsWord)(logits, []);
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

  it('expects a word that it has to be the same one again, whatever stands before it', () => {
    const text = [EOS, 5, 16, 17, 6, 7];
    const behind = probabilities([...text, 8, 16]);
    assert.equal(argmax(behind), 17);
    assert.ok(behind[17]! > 0.2);
    // Two tokens of the word tell as much as one did.
    assert.ok(probabilities([...text, 8, 16, 17])[6]! > 0.2);
    // Another word that goes on alike says less.
    assert.ok(probabilities([EOS, 5, 18, 16, 17, 6, 7, 8, 16])[17]! < 0.1);
  });

  it('expects what other texts said, less than what the text said itself', () => {
    const others = [EOS, 5, 6, 7, EOS, 8, 9];
    const withOthers = (text: readonly number[]): number[] => {
      const logits = new Float32Array(VOCAB);
      documentCache(text, EOS, endsWord, others)(logits, []);
      return Array.from(logits, (_, id) => Math.exp(logProbability(logits, id)));
    };
    const behind = withOthers([EOS, 4, 5, 6]);
    assert.equal(argmax(behind), 7);
    assert.ok(behind[7]! < probabilities([...others, 4, 5, 6])[7]!);
    const own = withOthers([EOS, 5, 6, 10, 5, 6]);
    assert.ok(own[10]! > own[7]! && own[7]! > own[11]!);
    // Behind other words all that they hold is a little likelier.
    const elsewhere = withOthers([EOS, 12]);
    assert.ok(elsewhere[7]! > elsewhere[11]! && elsewhere[7]! < elsewhere[12]!);
  });
});
