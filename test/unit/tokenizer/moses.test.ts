import assert from 'node:assert/strict';
import { mosesTokenize } from '../../../src/tokenizer/moses';
import { goldens, growthOverEightfold, randomIntegers } from './support';

describe('mosesTokenize', () => {
  for (const { text, tokens } of goldens) {
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(mosesTokenize(text), tokens));
  }

  it('takes what Python calls whitespace for whitespace, and no more', () => {
    assert.deepEqual(mosesTokenize('a\u001cb\u0085c\u3000d'), ['a', 'b', 'c', 'd']);
    assert.deepEqual(mosesTokenize('\ufeffa'), ['\ufeff', 'a']);
  });

  it('drops control characters without splitting there', () => {
    assert.deepEqual(mosesTokenize('a\u0001b\u0000'), ['ab']);
  });

  it('splits an apostrophe by what stands on both sides', () => {
    assert.deepEqual(mosesTokenize("a' 'b"), ['a', '&apos;', '&apos;', 'b']);
    assert.deepEqual(mosesTokenize("5's"), ['5', '&apos;s']);
    assert.deepEqual(mosesTokenize("5'x"), ['5&apos;x']);
  });

  it('keeps the period of "No." before a number only', () => {
    assert.deepEqual(mosesTokenize('No. 5'), ['No.', '5']);
    assert.deepEqual(mosesTokenize('No. Five'), ['No', '.', 'Five']);
    assert.deepEqual(mosesTokenize('No. five'), ['No.', 'five']);
    assert.deepEqual(mosesTokenize('No.'), ['No', '.']);
  });

  it('keeps runs of dots whole', () => {
    assert.deepEqual(mosesTokenize('a..b...c....'), ['a', '..', 'b', '...', 'c', '....']);
  });

  it('treats the port’s name for dots as sacremoses does', () => {
    assert.deepEqual(mosesTokenize('a DOTMULTI b DOTDOTMULTI c DOTMULTI.d'), ['a', '.', 'b', '..', 'c', '..', 'd']);
  });

  it('counts digits of fractions and powers as numbers, but not as parts of words', () => {
    assert.deepEqual(mosesTokenize('½,² x²y'), ['½', ',', '²', 'x', '²', 'y']);
    assert.deepEqual(mosesTokenize('1,5'), ['1,5']);
  });

  it('reads a lone surrogate as U+FFFD', () => {
    assert.deepEqual(mosesTokenize('a\ud800b \udc00'), ['a', '\ufffd', 'b', '\ufffd']);
    assert.deepEqual(mosesTokenize('🧬'), ['🧬']);
  });

  it('takes any string, and gives tokens without whitespace', () => {
    const random = randomIntegers(1);
    for (let i = 0; i < 3000; i++) {
      const text = randomString(random);
      for (const token of mosesTokenize(text)) {
        assert.match(token, /^[^\s\u001c-\u001f\u0085]+$|\ufeff/, JSON.stringify(text));
      }
    }
  });

  const repeated: Record<string, string> = {
    letters: 'abcdefghij',
    digits: '0123456789',
    dots: '.',
    commas: ',',
    hyphens: '-',
    apostrophes: "'",
    quotes: '"',
    backticks: '`',
    ampersands: '&',
    'letters and hyphens': 'a-',
    'letters and dots': 'a.',
    'dots in pairs': '..a',
    'spaces and control characters': ' \u0001',
    'the name for dots': 'DOTMULTI.',
    'part of that name': 'DOT',
    surrogates: '\ud800',
    emoji: '🧬',
    combining: '\u0301\u0323',
  };
  for (const [name, unit] of Object.entries(repeated)) {
    it(`takes linear time on a line of ${name}`, () => {
      const growth = growthOverEightfold((n) => mosesTokenize(`${unit.repeat(n / unit.length)}x`));
      assert.ok(growth < 30, `8 × the text took ${growth.toFixed(1)} × the time`);
    });
  }
});

/** UTF-16 units of every kind: lone surrogates, controls, punctuation, letters of many scripts. */
function randomString(random: (below: number) => number): string {
  const kinds = [
    () => random(0x10000),
    () => 0xd800 + random(0x800),
    () => random(0x80),
    () => '.,\'"-`& DOTMULTI'.charCodeAt(random(16)),
  ];
  return Array.from({ length: random(60) }, () => String.fromCharCode(kinds[random(4)]?.() ?? 0)).join('');
}
