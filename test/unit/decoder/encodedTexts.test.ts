import assert from 'node:assert/strict';
import { EncodedTexts } from '../../../src/decoder/text/encodedTexts';
import type { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';

describe('texts that come with each request', () => {
  it('are encoded once, and again when they change', () => {
    const encoded: string[] = [];
    const tokenizer = { encode: (text: string) => (encoded.push(text), [2, text.length]) };
    const texts = new EncodedTexts(tokenizer as unknown as BioGptTokenizer);
    assert.deepEqual(texts.idsOf(['a', 'bc']), [2, 1, 2, 2]);
    assert.deepEqual(texts.idsOf(['a', 'bc']), [2, 1, 2, 2]);
    assert.deepEqual(encoded, ['a', 'bc']);
    assert.deepEqual(texts.idsOf(['a']), [2, 1]);
    assert.deepEqual(texts.idsOf([]), []);
  });
});
