import assert from 'node:assert/strict';
import { OneText, plainEngine } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

describe('a capitalised word that the model knows in small letters', () => {
  const tokenizer = tinyTokenizer();

  async function complete(before: string, known: string): Promise<string> {
    const model = new OneText(tokenizer, known, 'histochemistry is in');
    const { text } = await plainEngine(model).complete({
      textBefore: before,
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 12 },
    });
    return text;
  }

  it('is completed in these, behind its own letters', async () => {
    assert.equal(await complete('the Immuno', 'the immuno'), 'histochemistry is in');
    assert.equal(await complete('the immuno', 'the immuno'), 'histochemistry is in');
  });

  it('is left alone where capitals are more than a beginning', async () => {
    assert.equal(await complete('the IMmuno', 'the immuno'), '');
  });
});
