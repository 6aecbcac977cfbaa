import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openGlossary } from '../../../src/cli/glossaryFile';
import { longestMatchAt } from '../../../src/glossary/termAt';
import { proseAround } from '../../../src/prose/proseAround';
import { ProseDocument, scopeAt } from '../../../src/prose/proseDocument';
import type { ProseLanguage } from '../../../src/prose/scope';
import { goldenFiles } from './goldenCases';

function around(language: ProseLanguage, text: string, offset: number, document = new ProseDocument(language, text)) {
  return proseAround(document, (from, to) => text.slice(from, to), offset);
}

/** The prose around the `█` of a document with its own `█`, and what stands in the document for `part` of it. */
function at(language: ProseLanguage, marked: string, part?: string): [string, string] | undefined {
  const text = marked.replace('█', '');
  const found = around(language, text, marked.indexOf('█'));
  if (!found) return undefined;
  const start = part === undefined ? 0 : found.text.indexOf(part);
  assert.ok(start >= 0, `${JSON.stringify(part)} is not in ${JSON.stringify(found.text)}`);
  const { from, to } = found.rangeOf(start, start + (part ?? '').length);
  return [`${found.text.slice(0, found.at)}█${found.text.slice(found.at)}`, text.slice(from, to)];
}

describe('prose around a place', () => {
  it('is what a reader sees on both sides, without markup', () => {
    assert.deepEqual(at('markdown', 'It is **cystic** *fib█rosis* here.', 'cystic fibrosis'), [
      'It is cystic fib█rosis here',
      'cystic** *fibrosis',
    ]);
    assert.deepEqual(
      at('latex', 'Severe \\emph{ac█ute} respiratory\ndistress syndrome.', 'acute respiratory distress'),
      ['Severe ac█ute respiratory distress syndrome', 'acute} respiratory\ndistress'],
    );
    assert.deepEqual(at('latex', '\\textit{Staphylococcus} au█reus', 'Staphylococcus aureus'), [
      'Staphylococcus au█reus',
      'Staphylococcus} aureus',
    ]);
  });

  it('does not go on over the paragraph, code, math, and citations', () => {
    assert.equal(at('markdown', 'the out█come\n\nsepsis')?.[0], 'the out█come');
    assert.equal(at('markdown', 'the out█come `sepsis` here')?.[0], 'the out█come');
    assert.equal(at('latex', 'the out█come $x$ here')?.[0], 'the out█come');
  });

  it('is nowhere in code, math, markup, and between words', () => {
    for (const text of [
      'a `sep█sis` b',
      '```\nsep█sis\n```',
      '$sep█sis$',
      '[a](sep█sis)',
      '[@sep█sis]',
      'a  █  b',
      '<b class="sep█sis">',
    ])
      assert.equal(at('markdown', text), undefined, text);
    for (const text of [
      '\\cite{sep█sis}',
      '% sep█sis',
      '\\sep█sis',
      '$sep█sis$',
      '\\begin{sep█sis}',
      '\\label{sep█sis}',
    ])
      assert.equal(at('latex', text), undefined, text);
  });

  it('finds the word itself where a part of the text stands elsewhere', () => {
    const found = around('latex', 'cystic \\cite{a} fibrosis', 17)!;
    const start = found.text.indexOf('cystic');
    assert.deepEqual(found.rangeOf(start, found.text.length), { from: 16, to: 24 });
  });

  it('lies in prose, wherever it is asked for in the golden documents', () => {
    const glossary = openGlossary(join(__dirname, '..', '..', '..', 'glossary'));
    let places = 0;
    let terms = 0;
    for (const { name, cases } of goldenFiles()) {
      for (const { name: title, language, marked, expected } of cases) {
        const text = marked.replace('█', '');
        const cursor = marked.indexOf('█');
        const document = new ProseDocument(language, text);
        for (let offset = 0; offset <= text.length; offset++) {
          const found = around(language, text, offset, document);
          if (!found) continue;
          places++;
          const where = `${name}, ${title}, at ${offset}: ${text.slice(0, offset)}█${text.slice(offset)}`;
          assert.ok(scopeAt(language, text, offset).prose, where);
          if (offset === cursor) assert.ok(!expected.some(({ kind }) => kind === 'quiet'), where);
          const match = longestMatchAt(glossary, found.text, found.at);
          if (!match) continue;
          terms++;
          const { from, to } = found.rangeOf(match.start, match.end);
          assert.ok(from <= offset && offset <= to, where);
          const term = found.text.slice(match.start, match.end);
          // The range is the term, markup aside, or the one word.
          const letters = (part: string, counts = (_: number): boolean => true): string =>
            [...part.matchAll(/[\p{L}\p{N}]/gu)]
              .flatMap(({ 0: letter, index }) => (counts(index) ? [letter] : []))
              .join('');
          const held = letters(text.slice(from, to), (index) => scopeAt(language, text, from + index).prose);
          const one = /^[\p{L}\p{N}\p{M}]+$/u.test(text.slice(from, to));
          assert.ok(held === letters(term) || one, `${where}\n${term} is not ${text.slice(from, to)}`);
          for (const { index } of text.slice(from, to).matchAll(/[\p{L}\p{N}]/gu)) {
            const scope = scopeAt(language, text, from + index);
            if (!scope.prose) assert.match(scope.reason, /^(?:command|commandArgument|markup|html)$/, where);
          }
        }
      }
    }
    assert.ok(places > 10_000 && terms > 1000, `${places} places, ${terms} terms`);
  }).timeout(60_000);
});
