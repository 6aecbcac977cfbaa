import assert from 'node:assert/strict';
import { SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';
import { Detokenizer, detokenize } from '../../../src/tokenizer/detokenizer';
import { goldens } from './support';

describe('detokenize', () => {
  // Where all tokens are in the vocabulary, nothing is lost on the way through ids.
  const kept = goldens.filter(({ ids }) => !ids.includes(SPECIAL_IDS.unk));

  it(`gives the text of the ${kept.length} goldens within the vocabulary`, () => {
    assert.ok(kept.length >= 50, `only ${kept.length} goldens are spelt in known tokens: the rest is not compared`);
    for (const { tokens, decoded } of kept) {
      assert.equal(detokenize(tokens), decoded);
    }
  });

  it('joins words at split hyphens, one hyphen at a time', () => {
    assert.equal(detokenize(['x', '@-@', '@-@', 'y']), 'x-@-@ y');
    assert.equal(detokenize(['@-@', 'x']), '-x');
    assert.equal(detokenize(['x', '@-@']), 'x-');
  });

  it('unescapes once', () => {
    assert.equal(detokenize(['&amp;lt;', '&#91;', '&bar;', 'x', '&ket;']), '&lt; [| x]');
  });

  it('places quotation marks by turns, each kind for itself', () => {
    assert.equal(detokenize(['say', '&quot;', 'a', '&quot;', 'or', '&quot;', 'b', '&quot;']), 'say "a" or "b"');
    assert.equal(detokenize(['„', 'a', '“', 'b']), '„a“ b');
    assert.equal(detokenize(['patients', '&apos;', 'and', '&apos;', 'x', '&apos;']), "patients' and 'x'");
  });

  it('sets no space between words of scripts written without', () => {
    assert.equal(detokenize(['中', '文', 'text', '日', '本']), '中文 text 日本');
  });

  it('sets currency and brackets close to what follows', () => {
    assert.equal(detokenize(['€', '10', '(', 'n', ')', '¿', 'que', '?']), '€10 (n) ¿que?');
  });

  it('gives the text so far at any time, and goes on from a copy on its own', () => {
    const tokens = goldens.flatMap((golden) => golden.tokens);
    const detokenizer = new Detokenizer();
    tokens.slice(0, 200).forEach((token, i) => {
      detokenizer.push(token);
      assert.equal(detokenizer.text, detokenize(tokens.slice(0, i + 1)));
    });
    const before = detokenizer.text;
    const copy = detokenizer.clone();
    copy.push('more');
    assert.equal(detokenizer.text, before);
    assert.equal(copy.text, `${before} more`);
  });
});
