import assert from 'node:assert/strict';
import { scopeAt } from '../../../src/prose/proseDocument';

/** What the model reads of a text, the cursor at its end. */
function readOf(text: string): string {
  const scope = scopeAt('plaintext', text, text.length);
  assert.ok(scope.prose);
  return scope.textBefore;
}

/** No vocabulary has them, and nobody sees them: golden cases could not show them either. */
describe('what nobody sees is not read', () => {
  const nothing: [what: string, sign: string][] = [
    ['a zero-width space', '\u200b'],
    ['a word joiner', '\u2060'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['a direction isolate', '\u2068'],
    ['the end of an embedding', '\u202c'],
    ['an Arabic letter mark', '\u061c'],
    ['a variation selector', '\ufe0e'],
    ['a selector of the second plane', '\u{e0101}'],
    ['a tag', '\u{e0041}'],
    ['a Hangul filler', '\u3164'],
    ['an annotation anchor', '\ufff9'],
    ['an object replacement', '\ufffc'],
    ['a replacement character', '\ufffd'],
    ['a null', '\0'],
    ['a control character of a PDF', '\x02'],
    ['a delete character', '\x7f'],
    ['a control character of Windows', '\x96'],
    ['a grapheme joiner', '\u034f'],
    ['an inhibited swap', '\u206a'],
  ];
  for (const [what, sign] of nothing) {
    it(`leaves out ${what}`, () => assert.equal(readOf(`Inter${sign}leukin-6 was `), 'Interleukin-6 was '));
  }

  const spaces: [what: string, sign: string][] = [
    ['a non-breaking space', '\u00a0'],
    ['a narrow non-breaking space', '\u202f'],
    ['a thin space', '\u2009'],
    ['a line separator', '\u2028'],
    ['a next line', '\x85'],
    ['a vertical tab', '\v'],
    ['a form feed', '\f'],
  ];
  for (const [what, sign] of spaces) {
    it(`reads ${what} as a space`, () => assert.equal(readOf(`The${sign}mean was `), 'The mean was '));
  }

  it('reads letters in composed form', () => {
    assert.equal(readOf('Mu\u0308ller and Ho\u0308dgkin '), 'M\u00fcller and H\u00f6dgkin ');
    assert.equal(readOf('\ufb01brosis and su\ufb03cient '), 'fibrosis and sufficient ');
    assert.equal(readOf('10\u00b2 \u00b5g of H\u2082O '), '10\u00b2 \u00b5g of H\u2082O ');
  });
});
