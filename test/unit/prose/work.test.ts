import assert from 'node:assert/strict';
import { ProseDocument } from '../../../src/prose/proseDocument';
import type { ProseLanguage } from '../../../src/prose/scope';
import { SourceText } from '../../../src/prose/sourceText';
import { latexManuscript, markdownManuscript } from './manuscripts';

/** Characters that the analysis reads while `keys` are typed at a fraction of the text; the most at one key. */
function mostRead(language: ProseLanguage, text: string, fraction: number, keys: string): number {
  const anchor = 'compared with controls';
  let pos = text.indexOf(anchor, Math.floor((text.length - 3000) * fraction)) + anchor.length;
  const document = new ProseDocument(language, text);
  document.scopeAt(pos);
  const slice = SourceText.prototype.slice;
  let read = 0;
  let most = 0;
  SourceText.prototype.slice = function (from: number, to: number): string {
    const piece = slice.call(this, from, to);
    read += piece.length;
    return piece;
  };
  try {
    for (const insert of keys) {
      read = 0;
      document.edit({ from: pos, to: pos, insert });
      document.scopeAt(++pos);
      most = Math.max(most, read);
    }
  } finally {
    SourceText.prototype.slice = slice;
  }
  return most;
}

/** A title is looked for where the context does not reach back to it. */
const TITLE = 21_000;

describe('the work of one keystroke', () => {
  const cases: [ProseLanguage, (times: number) => string, string][] = [
    ['markdown', markdownManuscript, ' rose.\n\n```r\nx <- 1\n\nfit'],
    ['latex', latexManuscript, ' rose.\n\n\\begin{equation}\nx'],
    ['latex', latexManuscript, ' rose.\n\n\\begin{verbatim}\nx <- 1\ny'],
    ['latex', latexManuscript, ' rose.\n\n\\end{document}\nx'],
    ['plaintext', (times) => markdownManuscript(times), ' rose.\n\nMice'],
  ];
  for (const [language, manuscript, keys] of cases) {
    for (const [place, fraction] of [
      ['start', 0],
      ['middle', 0.5],
      ['end', 1],
    ] as const) {
      it(`is about the same in a paper as in a book (${language}, ${place}: ${JSON.stringify(keys)})`, () => {
        const paper = mostRead(language, manuscript(40), fraction, keys);
        const book = mostRead(language, manuscript(400), fraction, keys);
        assert.ok(book <= 1.3 * paper + TITLE, `${book} characters read, ${paper} in a tenth of the text`);
        assert.ok(book <= 150_000, `${book} characters read`);
      });
    }
  }
});

describe('a long paragraph with markup', () => {
  const pieces = {
    citations: 'The effect was seen in mice [@smith2020; @doe2019]. ',
    html: 'The CO<sub>2</sub> level rose here. ',
    math: 'The $p<0.05$ level rose here. ',
    code: 'The variable `age` was used here. ',
  };

  /** The fastest of several keys at its end, milliseconds. */
  function fastestKey(text: string): number {
    const document = new ProseDocument('markdown', text);
    document.scopeAt(text.length);
    let fastest = Infinity;
    for (let at = text.length; at < text.length + 5; at++) {
      const begun = performance.now();
      document.edit({ from: at, to: at, insert: 'a' });
      document.scopeAt(at + 1);
      fastest = Math.min(fastest, performance.now() - begun);
    }
    return fastest;
  }

  for (const [name, piece] of Object.entries(pieces)) {
    // Where a key cost the square of the text, eight times the text took some sixty times as long, seconds in all.
    it(`costs a key in proportion to its length, not to its square (${name})`, () => {
      const short = fastestKey(piece.repeat(800) + 'The mean ');
      const long = fastestKey(piece.repeat(6400) + 'The mean ');
      assert.ok(
        long < 24 * short + 20,
        `${Math.round(long)} ms a key, ${Math.round(short)} ms in an eighth of the text`,
      );
    });
  }
});
