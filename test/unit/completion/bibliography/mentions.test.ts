import assert from 'node:assert/strict';
import { citedKeys, namedBibliographies } from '../../../../src/completion/bibliography/mentions';
import { rootOf } from '../../../../src/prose/manuscript/includedFiles';

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

  const laTeX: [what: string, text: string, names: string[]][] = [
    ['a name in a comment', '%\\bibliography{old}\n\\bibliography{new}', ['new.bib']],
    ['a name in a comment behind one', '\\bibliography{new} % \\bibliography{old}', ['new.bib']],
    ['a comment behind a line break', 'Text \\\\% \\bibliography{old}', []],
    ['a per cent sign', 'all of 100\\% \\bibliography{refs}', ['refs.bib']],
    ['a name with spaces in quotes', '\\addbibresource{"My Library.bib"}', ['My Library.bib']],
    ['a name with spaces', '\\bibliography{My Library,refs}', ['My Library.bib', 'refs.bib']],
    ['a Windows path', '\\addbibresource{C:/Users/Me/My Library.bib}', ['C:/Users/Me/My Library.bib']],
    ['an address', '\\addbibresource[location=remote]{https://example.org/refs.bib}', []],
    ["the document's own name", '\\bibliography{\\jobname}', []],
    ['another list of multibib', '\\bibliographysupp{supplement}', ['supplement.bib']],
    ['the works of bibentry', '\\nobibliography{refs}', ['refs.bib']],
    ['a name in text that is left out', '\\begin{comment}\n\\bibliography{old}\n\\end{comment}', []],
    ['a name in text that is switched off', '\\iffalse \\bibliography{old} \\fi', []],
    ["a name behind the document's end", '\\end{document}\n\\bibliography{old}', []],
    ['a name in verbatim text', 'Write \\verb|\\bibliography{x}| there.', []],
    ['capitals', '\\addbibresource{REFS.BIB}', ['REFS.BIB']],
  ];
  for (const [what, text, names] of laTeX) {
    it(`is found in LaTeX with ${what}`, () => assert.deepEqual(namedBibliographies('latex', text), names));
  }

  const front = (lines: string): string => `---\ntitle: A title\n${lines}\nlang: en\n---\n\nThe mean\n`;
  const markdown: [what: string, text: string, names: string[]][] = [
    ['a name with spaces in quotes', front('bibliography: "My Library.bib"'), ['My Library.bib']],
    ['a name with spaces', front('bibliography: My Library.bib'), ['My Library.bib']],
    ['a name with a comma', front('bibliography: Sepsis, children.bib'), ['Sepsis, children.bib']],
    ['a name with an apostrophe', front("bibliography: 'Smith''s Library.bib'"), ["Smith's Library.bib"]],
    [
      'a list of names with spaces',
      front('bibliography:\n- "My Library.bib"\n- other refs.bib'),
      ['My Library.bib', 'other refs.bib'],
    ],
    [
      'names in brackets',
      front('bibliography: ["My Library.bib", other refs.bib]'),
      ['My Library.bib', 'other refs.bib'],
    ],
    ['brackets over two lines', front('bibliography: [a.bib,\n  b.bib]'), ['a.bib', 'b.bib']],
    ['a Windows path', front('bibliography: C:\\Users\\me\\refs.bib'), ['C:/Users/me/refs.bib']],
    ['a Windows path in quotes', front('bibliography: "C:\\\\Users\\\\me\\\\refs.bib"'), ['C:/Users/me/refs.bib']],
    [
      'a Windows path in quotes, not doubled',
      front('bibliography: "C:\\Users\\me\\refs.bib"'),
      ['C:/Users/me/refs.bib'],
    ],
    ['a folder in the manner of Windows', front('bibliography: lib\\refs.bib'), ['lib/refs.bib']],
    ['a name of another machine', front('bibliography: \\\\server\\share\\refs.bib'), []],
    ['an address', front('bibliography: https://example.org/refs.bib'), []],
    ['a comment', front('# bibliography: old.bib\nbibliography: new.bib # was old.bib'), ['new.bib']],
    ['an item in a comment', front('bibliography:\n  - a.bib\n  # - b.bib\n  - c.bib'), ['a.bib', 'c.bib']],
    ['a map', front('bibliography:\n  main: a.bib\n  supplement: b b.bib'), ['a.bib', 'b b.bib']],
    ['a key further in', front('format:\n  pdf:\n    bibliography: deep.bib'), ['deep.bib']],
    ['another field', front('abstract: It reads refs.bib and more.'), []],
    ['a block at the end', 'Text.\n\n---\nbibliography: end.bib\n...\n', ['end.bib']],
    ['a heading underlined', 'Methods\n---\nText.\n\n---\nbibliography: end.bib\n---\n', ['end.bib']],
    ['TOML', '+++\nbibliography = "My Library.bib"\n+++\n', ['My Library.bib']],
    ['other formats', front('bibliography: [refs.json, refs.bib]'), ['refs.bib']],
  ];
  for (const [what, text, names] of markdown) {
    it(`is found in Markdown with ${what}`, () => assert.deepEqual(namedBibliographies('markdown', text), names));
  }

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
