import assert from 'node:assert/strict';
import { longestMatchAt, mayBeTerm } from '../../../src/glossary/termAt';
import { glossaryOf } from './support';

const glossary = glossaryOf(
  { term: 'acute kidney injury' },
  { term: 'kidney' },
  { term: 'injury' },
  { term: 'quality of life' },
  { term: 'study' },
  { term: 'in vitro', kind: 'term' },
  { term: 'IL-6', kind: 'gene' },
  { term: 'fibroblast growth factor' },
  { term: 'the study', kind: 'term' },
  { term: 'odds ratio', synonyms: ['OR'], kind: 'statistics' },
  { term: 'BRIP1', synonyms: ['OF'], kind: 'gene' },
  { term: "Crohn's disease" },
);

/** The term at the mark `|` of a text, or undefined. */
function at(marked: string): string | undefined {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = longestMatchAt(glossary, text, offset);
  return found === undefined ? undefined : text.slice(found.start, found.end);
}

describe('the term at a place', () => {
  it('is the longest one', () => {
    for (const text of ['of |acute kidney injury in', 'of acute kid|ney injury in', 'of acute kidney injury| in'])
      assert.equal(at(text), 'acute kidney injury');
    assert.equal(at('their qua|lity of life was'), 'quality of life');
    assert.equal(at('with Cro|hn’s disease who'), 'Crohn’s disease');
  });

  it('may be a part of a longer one that is not known', () => assert.equal(at('chronic kid|neys failed'), undefined));

  it('does not reach over the end of a clause', () => {
    assert.equal(at('was acute. Kid|ney injury'), undefined);
    assert.equal(at('acute (kidney) inj|ury'), undefined);
  });

  it('is no everyday or function word', () => {
    for (const text of ['in the st|udy of', 'STU|DY', 'o|f all', 'O|F THE', 'the |study'])
      assert.equal(at(text), undefined, text);
    assert.equal(at('an O|R of 2'), 'OR');
  });

  it('may be a Latin phrase', () => assert.equal(at('grown in vit|ro for'), 'in vitro'));

  it('may have hyphens, digits and Greek letters', () =>
    assert.equal(at('serum IL|‑6 fell'.replace('‑', '-')), 'IL-6'));

  it('is nothing between words or outside of the text', () => {
    assert.equal(at('acute kidney injury  |  in'), undefined);
    assert.equal(longestMatchAt(glossary, '', 0), undefined);
    assert.equal(longestMatchAt(glossary, 'kidney injury', 99), undefined);
  });

  it('is found in a long text as quickly as in a short one', () => {
    const text = `${'a word and another one with more '.repeat(20_000)}acute kidney injury${' and so on and on'.repeat(20_000)}`;
    const offset = text.indexOf('kidney');
    const started = performance.now();
    for (let i = 0; i < 50; i++) assert.ok(longestMatchAt(glossary, text, offset) !== undefined);
    assert.ok(performance.now() - started < 1000);
  });
});

describe('words that may be terms', () => {
  it('are no everyday words, alone', () => {
    for (const word of ['patients', 'significant'.slice(0, 3), 'treatment', 'Results', 'however', '2019', 'a', 'of'])
      assert.ok(!mayBeTerm(word), word);
    for (const word of ['placebo', 'IL-6', 'fibroblasts', 'odds ratio', 'OR']) assert.ok(mayBeTerm(word), word);
  });
});
