import assert from 'node:assert/strict';
import { citedKeys, namedBibliographies, rootOf } from '../../../../src/completion/bibliography/mentions';

describe('what a document says of its bibliography', () => {
  it('is, in LaTeX, the names of its files', () => {
    const laTeX =
      '\\documentclass{article}\n\\addbibresource[location=local]{lib/own.bib}\nText\n\\bibliography{refs, more ,refs}\n';
    assert.deepEqual(namedBibliographies('latex', laTeX), ['lib/own.bib', 'refs.bib', 'more.bib']);
    assert.deepEqual(namedBibliographies('latex', '\\bibliographystyle{plain}'), []);
  });

  it('is, in Markdown, what the front matter names', () => {
    const file = (lines: string): string => `---\ntitle: A title\n${lines}\n---\n\nSee other.bib.\n`;
    assert.deepEqual(namedBibliographies('markdown', file('bibliography: refs.bib')), ['refs.bib']);
    assert.deepEqual(namedBibliographies('markdown', file('bibliography: ["a.bib", sub/b.bib]')), [
      'a.bib',
      'sub/b.bib',
    ]);
    assert.deepEqual(
      namedBibliographies('markdown', file('bibliography:\n  - a.bib\n  - b.bib').replace(/\n/g, '\r\n')),
      ['a.bib', 'b.bib'],
    );
    assert.deepEqual(namedBibliographies('markdown', 'See refs.bib.'), []);
  });

  it('may be in the main document', () => {
    assert.equal(rootOf('% !TeX root = ../main.tex\n\\section{Methods}'), '../main.tex');
    assert.equal(rootOf('\\section{Methods}'), undefined);
  });

  it('are the keys that it cites', () => {
    assert.deepEqual(
      [...citedKeys('As shown \\citep[see][p.~3]{doe2019, roe:2001} and \\textcite{poe}.')],
      ['doe2019', 'roe:2001', 'poe'],
    );
    assert.deepEqual(
      [...citedKeys('As shown [@doe2019; see @roe:2001, p. 3] by @poe.')],
      ['doe2019', 'roe:2001', 'poe'],
    );
    assert.deepEqual([...citedKeys('Write to jane@example.org.')], []);
  });
});
