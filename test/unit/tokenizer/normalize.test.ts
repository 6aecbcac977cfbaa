import assert from 'node:assert/strict';
import { normalizePunctuation } from '../../../src/tokenizer/normalize';
import { growthOverEightfold } from './support';

describe('normalizePunctuation', () => {
  it('writes typographic punctuation plainly', () => {
    assert.equal(normalizePunctuation('“a” „b“ «c»'), '"a" "b" "c"');
    assert.equal(normalizePunctuation('‘a’ ‚b´ `c'), "'a' 'b' 'c");
    assert.equal(normalizePunctuation('1–2 and x—y…'), '1-2 and x - y...');
  });

  it('drops invisible characters and composes accents', () => {
    assert.equal(normalizePunctuation('\ufeffzero\u200bwidth soft\u00adhyphen'), 'zerowidth softhyphen');
    assert.equal(normalizePunctuation('cafe\u0301 A\u030angstro\u0308m'), 'café Ångström');
    assert.equal(normalizePunctuation('\u1100\u1161\u11a8 \u09c7\u09be'), '\uac01 \u09cb');
  });

  it('leaves what the vocabulary has', () => {
    const known = '‐ ‑ ‒ − ― ′ ″ ± ° × · ≤ ≥ ≈ → α µ μ ² ³ ₂ ½ ™ ® €';
    assert.equal(normalizePunctuation(known), known);
  });

  it('takes linear time on runs of combining marks', () => {
    for (const marks of ['\u0301\u0323', '\u0301']) {
      const growth = growthOverEightfold((n) => normalizePunctuation(`${marks.repeat(n / 2)}\u0323`));
      assert.ok(growth < 30, `8 × the text took ${growth.toFixed(1)} × the time`);
    }
  });
});
