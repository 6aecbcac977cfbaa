import assert from 'node:assert/strict';
import { bookFiles, includedFiles, isMainDocument, rootOf } from '../../../../src/prose/manuscript/includedFiles';

describe('the files that a document reads', () => {
  const latex: [text: string, names: string[]][] = [
    ['\\input{chapters/intro}\n\\include{chapters/methods}', ['chapters/intro.tex', 'chapters/methods.tex']],
    ['\\input{macros.tex}', ['macros.tex']],
    ['\\input chapters/intro\n', ['chapters/intro.tex']],
    ['\\subfile{a}\\subfileinclude{b}', ['a.tex', 'b.tex']],
    ['\\import{sections/}{results}\\subimport*{x}{y.tex}\\import{}{z}', ['sections/results.tex', 'x/y.tex', 'z.tex']],
    ['% \\input{old}\n50\\% \\input{new} % \\input{no}', ['new.tex']],
    ['\\\\% \\input{old}\n\\input{new}', ['new.tex']],
    ['\\input{a}\\end{document}\\input{b}', ['a.tex']],
    ['\\input{"a chapter"}', ['a chapter.tex']],
    ['\\input{chapters\\methods}', ['chapters/methods.tex']],
    ['\\input{//server/share}\\input{https://x.org/a}', []],
    ['\\inputencoding{utf8}\\includegraphics{a.png}', []],
  ];
  for (const [text, names] of latex) {
    it(JSON.stringify(text), () => assert.deepEqual(includedFiles('latex', text), names));
  }

  const markdown: [text: string, names: string[]][] = [
    ['{{< include _methods.qmd >}}', ['_methods.qmd']],
    ['```{r, child="part.Rmd"}\n```\n\n```{r child = c(\'a.Rmd\', "b.Rmd")}\n```', ['part.Rmd', 'a.Rmd', 'b.Rmd']],
    ['```{include} shared/intro.md\n```', ['shared/intro.md']],
    ['See the include of files.', []],
  ];
  for (const [text, names] of markdown) {
    it(JSON.stringify(text), () => assert.deepEqual(includedFiles('markdown', text), names));
  }

  it('main documents', () => {
    assert.equal(rootOf('% !TEX root = ../thesis.tex\nText'), '../thesis.tex');
    assert.equal(rootOf('\\documentclass[../thesis]{subfiles}'), '../thesis');
    assert.equal(rootOf('\\documentclass{article}'), undefined);
    assert.ok(isMainDocument('\\documentclass[11pt]{article}'));
    assert.ok(!isMainDocument('\\documentclass[../thesis]{subfiles}'));
    assert.ok(!isMainDocument('% \\documentclass{article}'));
  });

  it('books', () => {
    const quarto =
      'book:\n  chapters:\n    - index.qmd\n    - part: "One"\n      chapters: [a.qmd, "b.qmd"] # c.qmd\n    - d.md\n';
    assert.deepEqual(bookFiles(quarto), ['index.qmd', 'a.qmd', 'b.qmd', 'd.md']);
    assert.deepEqual(bookFiles('rmd_files: ["index.Rmd", "01-intro.Rmd"]'), ['index.Rmd', '01-intro.Rmd']);
    assert.deepEqual(bookFiles('root: intro\nchapters:\n- file: methods\n- file: results.md\n'), [
      'intro.md',
      'methods.md',
      'results.md',
    ]);
    assert.deepEqual(bookFiles('- file: https://example.org/a.md\n- file: //host/share.md'), []);
  });
});

describe('the files of a document that is made to be slow', () => {
  it('are found in a time that grows with its length', () => {
    const cost = (length: number): number => {
      const started = process.cpuUsage().user;
      bookFiles('a'.repeat(length));
      includedFiles('markdown', `\`\`\`{r ${'child=c('.repeat(length / 8)}`);
      includedFiles('latex', '\\input{'.repeat(length / 7));
      return process.cpuUsage().user - started;
    };
    cost(10_000);
    // Quadratic, it would take minutes.
    assert.ok(cost(1_000_000) < 5_000_000);
  });
});
