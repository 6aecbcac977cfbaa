import assert from 'node:assert/strict';
import { ProseDocument, scopeAt } from '../../../src/prose/proseDocument';
import type { ProseLanguage, Scope } from '../../../src/prose/scope';
import { latexManuscript, markdownManuscript, randomFrom, SNIPPETS } from './manuscripts';

const MANUSCRIPTS: Record<ProseLanguage, string> = {
  markdown: markdownManuscript(12),
  latex: latexManuscript(12),
  plaintext: markdownManuscript(6),
};
const LANGUAGES: readonly ProseLanguage[] = ['markdown', 'latex', 'plaintext'];

describe('ProseDocument', () => {
  for (const language of LANGUAGES) {
    it(`answers as scopeAt does after any edits (${language})`, () => {
      const random = randomFrom(language === 'latex' ? 7 : 8);
      let text = MANUSCRIPTS[language];
      const document = new ProseDocument(language, text);
      for (let i = 0; i < 400; i++) {
        const from = random(text.length + 1);
        const to = Math.min(text.length, from + (random(3) === 0 ? random(40) : 0));
        const insert = SNIPPETS[random(SNIPPETS.length)]!;
        text = text.slice(0, from) + insert + text.slice(to);
        document.edit({ from, to, insert });
        const offset = random(2) === 0 ? from + insert.length : random(text.length + 1);
        const expected: Scope = scopeAt(language, text, offset, { maxChars: 800 });
        assert.deepEqual(
          document.scopeAt(offset, { maxChars: 800 }),
          expected,
          `edit ${i} at ${from}, cursor at ${offset}`,
        );
      }
    });

    it(`answers as scopeAt does while a manuscript is typed (${language})`, () => {
      const text = MANUSCRIPTS[language];
      const start = Math.floor(text.length / 2);
      const document = new ProseDocument(language, text.slice(0, start));
      for (let end = start; end < start + 1500; end++) {
        document.edit({ from: end, to: end, insert: text[end]! });
        if (end % 3 !== 0) continue;
        assert.deepEqual(document.scopeAt(end + 1), scopeAt(language, text.slice(0, end + 1), end + 1));
      }
    });

    it(`never throws and takes offsets out of range (${language})`, () => {
      const random = randomFrom(language === 'latex' ? 17 : 18);
      for (let i = 0; i < 300; i++) {
        const base = MANUSCRIPTS[language];
        const from = random(base.length);
        let text = base.slice(from, from + random(1500));
        for (let k = 0; k < 6; k++) {
          const at = random(text.length + 1);
          text = text.slice(0, at) + SNIPPETS[random(SNIPPETS.length)]! + text.slice(at + random(30));
        }
        for (const offset of [-5, 0, random(text.length + 1), text.length, text.length + 9, NaN, 1.5]) {
          const scope = scopeAt(language, text, offset);
          assert.equal(typeof (scope.prose ? scope.textBefore : scope.reason), 'string');
        }
      }
    });

    it(`takes a whole new text (${language})`, () => {
      const text = MANUSCRIPTS[language];
      const document = new ProseDocument(language, text);
      const other = `${text.slice(0, 900)}Mice were ${text.slice(1000)}`;
      document.setText(other);
      assert.equal(document.length, other.length);
      assert.deepEqual(document.scopeAt(910), scopeAt(language, other, 910));
    });
  }

  it('keeps the front of the context while the writer types, and the title where the front is lost', () => {
    const sentence = 'Interleukin-6 was measured in the plasma of all patients on day 3. ';
    const head = '# IL-6 in sepsis\n\n';
    const paragraphs = `${sentence.repeat(6).trim()}\n\n`.repeat(30);
    let text = head + paragraphs;
    let fronts = 0;
    let front = '';
    const maxChars = 2000;
    for (let i = 0; i < 600; i++) {
      text += sentence[i % sentence.length]!;
      const scope = scopeAt('markdown', text, text.length, { maxChars });
      assert.ok(scope.prose);
      assert.ok(scope.textBefore.startsWith('IL-6 in sepsis. Interleukin-6'));
      assert.ok(scope.textBefore.length <= maxChars + head.length && scope.textBefore.length > maxChars / 2);
      if (front !== '' && !scope.textBefore.startsWith(front)) fronts++;
      if (front === '' || !scope.textBefore.startsWith(front)) front = scope.textBefore;
    }
    assert.ok(fronts <= 3, `the front moved ${fronts} times in 600 keystrokes`);
  });

  it('cuts a paragraph without end at a sentence, in steps', () => {
    const sentence = 'Interleukin-6 was measured in the plasma of all patients on day 3. ';
    for (const language of LANGUAGES) {
      let moved = 0;
      let front = '';
      for (let i = 0; i < 300; i++) {
        const text = sentence.repeat(200) + sentence.slice(0, 5) + 'x'.repeat(i);
        const scope = scopeAt(language, text, text.length, { maxChars: 1000 });
        assert.ok(scope.prose && scope.textBefore.startsWith('Interleukin-6'));
        assert.ok(scope.textBefore.length <= 1000 && scope.textBefore.length > 400);
        if (front !== '' && !scope.textBefore.startsWith(front)) moved++;
        front = scope.textBefore;
      }
      assert.ok(moved <= 2, `the front moved ${moved} times in 300 keystrokes`);
    }
  });

  const long: [name: string, line: (n: number) => string, head: string][] = [
    ['list', (n) => `- Study ${n} of *mice* [@a${n}] was a cohort\n`, ''],
    ['numbered list', (n) => `${n}. Study of *mice* ${n} was a cohort\n   of age\n`, ''],
    ['table', (n) => `| Study ${n} | of *mice* [@a${n}] was a cohort |\n`, '| Study | Of |\n|-------|----|\n'],
  ];
  for (const [name, line, head] of long) {
    const lines = Array.from({ length: 400 }, (_, i) => line(i + 1)).join('');
    const text = `Mice.\n\n${head}${lines}\nRats.\n`;

    it(`finds in a long ${name} what it finds in a short one`, () => {
      for (const n of [1, 2, 37, 200, 399, 400]) {
        for (const before of ['', ...(n > 1 ? [line(n - 1)] : [])]) {
          const at = text.indexOf(line(n)) + line(n).indexOf(' was a cohort') + 6;
          const few = `Mice.\n\n${head}${before}${line(n)}\n`;
          const [scope, expected] = [
            scopeAt('markdown', text, at),
            scopeAt('markdown', few, few.indexOf(line(n)) + line(n).indexOf(' was a cohort') + 6),
          ];
          assert.ok(scope.prose && expected.prose);
          assert.deepEqual([scope.block, expected.block], Array(2).fill(name === 'table' ? 'tableCell' : 'listItem'));
          const read = expected.textBefore.replace(/^Mice\. /, '');
          assert.ok(scope.textBefore.endsWith(read), `${scope.textBefore.slice(-80)} for ${read}`);
        }
        assert.deepEqual(
          scopeAt('markdown', text, text.indexOf(line(n))).prose,
          scopeAt('markdown', `Mice.\n\n${head}${line(n)}`, 7 + head.length).prose,
        );
      }
    });

    it(`answers as scopeAt does after any edits to a long ${name}`, () => {
      const random = randomFrom(23);
      let edited = text;
      const document = new ProseDocument('markdown', edited);
      for (let i = 0; i < 300; i++) {
        const from = random(edited.length + 1);
        const insert = i % 4 === 0 ? SNIPPETS[random(SNIPPETS.length)]! : ['x', ' ', '\n', '\n- ', '|'][random(5)]!;
        const to = Math.min(edited.length, from + (random(3) === 0 ? random(9) : 0));
        edited = edited.slice(0, from) + insert + edited.slice(to);
        document.edit({ from, to, insert });
        const offset = random(2) === 0 ? from + insert.length : random(edited.length + 1);
        assert.deepEqual(
          document.scopeAt(offset),
          scopeAt('markdown', edited, offset),
          `edit ${i} at ${from}, cursor at ${offset}`,
        );
      }
    });
  }

  it('finds its way in what parsers choke on', () => {
    for (const language of LANGUAGES) {
      for (const text of [
        '{'.repeat(5000),
        '$'.repeat(4999),
        '\\'.repeat(5001),
        '[('.repeat(3000),
        '`'.repeat(4001),
        '> '.repeat(800),
        '\n'.repeat(3000),
        '\\begin{'.repeat(700),
        '**a '.repeat(1500),
        '\ud800x\udc00',
        '\0\r\r\n',
      ]) {
        for (const offset of [0, text.length >> 1, text.length]) scopeAt(language, text, offset);
      }
    }
  });

  it('obeys a definition from the key that finishes it', () => {
    const body = '\\begin{document}\n\\begin{rcode}\nx <- df$age\n\\end{rcode}\n\\end{document}\n';
    const definition = '\\newtcblisting{rcode}{listing only}\n';
    const document = new ProseDocument('latex', body);
    const keys = [...definition];
    for (let typed = 0; typed <= keys.length; typed++) {
      const text = definition.slice(0, typed) + body;
      const at = text.indexOf('age');
      assert.deepEqual(document.scopeAt(at), scopeAt('latex', text, at), definition.slice(0, typed));
      if (typed < keys.length) document.edit({ from: typed, to: typed, insert: keys[typed]! });
    }
    assert.deepEqual(document.scopeAt((definition + body).indexOf('age')), { prose: false, reason: 'verbatim' });
  });

  it('obeys what other files of the manuscript define', () => {
    const text = 'The effect of \\drug{} was\n\\begin{rcode}\nx$y\n\\end{rcode}\nseen';
    const document = new ProseDocument('latex', text);
    document.scopeAt(text.length);
    document.defineElsewhere('\\newcommand{\\drug}{aspirin}\n\\newtcblisting{rcode}{listing only}\n');
    assert.deepEqual(document.scopeAt(text.indexOf('$')), { prose: false, reason: 'verbatim' });
    const scope = document.scopeAt(text.length);
    assert.equal(scope.prose && scope.textBefore, 'The effect of aspirin was. seen');
    document.defineElsewhere('');
    const without = document.scopeAt(text.indexOf(' was'));
    assert.equal(without.prose && without.textBefore, 'The effect of ');
  });
});
