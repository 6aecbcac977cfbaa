import assert from 'node:assert/strict';
import { inSmallLetters } from '../../../src/decoder/text/inSmallLetters';

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
