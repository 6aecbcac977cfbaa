import assert from 'node:assert/strict';
import { OneText, plainEngine } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

describe('a completion that only says again what the text has said', () => {
  const tokenizer = tinyTokenizer();
  async function complete(before: string, text: string): Promise<string[]> {
    const engine = plainEngine(new OneText(tokenizer, before, text));
    const stop = { maxNewTokens: 40, sentenceEnd: true };
    const result = await engine.complete({ textBefore: before, decoding: { strategy: 'greedy' }, stop });
    return [result.text, result.finishReason];
  }

  it('is left out between words', async () => {
    assert.deepEqual(await complete('in the cells of patients in the', ' cells of patients in the cells'), [
      '',
      'repetition',
    ]);
  });

  it('still completes the word that is begun', async () => {
    assert.deepEqual(await complete('in the cells of patients in the cel', 'ls of patients in the cells of patients'), [
      'ls',
      'repetition',
    ]);
  });
});
