import assert from 'node:assert/strict';
import { EncodedTexts, inSmallLetters } from '../../../src/decoder/text/likelierWords';
import type { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';

describe('words in small letters', () => {
  const cases: [text: string, words: string[]][] = [
    ['Zanubrutinib in lymphoma. Ibrutinib was given. It helped.', ['zanubrutinib', 'ibrutinib']],
    ['Zanubrutinib and zanubrutinib. Results: Zanubrutinib.', ['results']],
    ['Patients with Zanubrutinib', ['patients']],
    ['COVID-19 rose. PubMed was read. Follow-up ended.', []],
    ['', []],
  ];
  for (const [text, words] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(inSmallLetters(text), words));
  }
});

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
