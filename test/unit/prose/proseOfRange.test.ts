import assert from 'node:assert/strict';
import { abstractsOf, passageAt } from '../../../src/prose/passageAt';
import { proseOfRange, type RangeProse } from '../../../src/prose/proseOfRange';
import { ProseDocument } from '../../../src/prose/proseDocument';
import type { ProseLanguage } from '../../../src/prose/scope';

function read(language: ProseLanguage, text: string, from = 0, to = text.length): RangeProse {
  return proseOfRange(new ProseDocument(language, text), (a, b) => text.slice(a, b), from, to);
}

/** What the document has where the prose has these words. */
function placed(text: string, prose: RangeProse, words: string): string {
  const at = prose.text.indexOf(words);
  assert.ok(at >= 0, `${words} in ${prose.text}`);
  const { from, to } = prose.rangeOf(at, at + words.length);
  return text.slice(from, to);
}

describe('the prose of a stretch of a document', () => {
  it('is the text without Markdown, and each part is found in the document', () => {
    const text =
      '# Results\n\nWe gave **cis*platin*** to [12 mice](http://x.org/mice).\nIt caused `x = 1` *renal failure* [@a].\n';
    const prose = read('markdown', text, text.indexOf('We gave'));
    assert.equal(prose.text.replace('x = 1 ', ''), 'We gave cisplatin to 12 mice. It caused renal failure.');
    assert.equal(placed(text, prose, '12 mice'), '12 mice');
    assert.equal(placed(text, prose, 'renal failure'), 'renal failure');
    assert.equal(placed(text, prose, 'It caused'), 'It caused');
  });

  it('is the text without LaTeX; formulas, citations, comments, and macros between words do no harm', () => {
    const text = [
      '\\documentclass{article}',
      '\\newcommand{\\drug}{cisplatin}',
      '\\begin{document}',
      '\\section{Results}',
      'In \\emph{twelve} patients~\\cite{smith2020} \\drug{} raised % TODO renal failure',
      "TNF-$\\alpha$ and caused ``renal failure'' within $3$ days.",
      '',
      'Another paragraph.',
      '\\end{document}',
    ].join('\n');
    const from = text.indexOf('In \\emph');
    const prose = read('latex', text, from, text.indexOf('\n\nAnother'));
    assert.equal(prose.text, 'In twelve patients cisplatin raised TNF-α and caused "renal failure" within 3 days.');
    assert.equal(placed(text, prose, 'renal failure'), 'renal failure');
    assert.ok(text.indexOf('``renal failure') + 2 === prose.rangeOf(...spanOf(prose.text, 'renal failure')).from);
    assert.match(placed(text, prose, 'TNF-α'), /^TNF-\$\\alpha/);
    assert.match(placed(text, prose, 'cisplatin'), /\\drug$/);
    assert.equal(placed(text, prose, prose.text).startsWith('In \\emph'), true);
  });

  it('begins and ends where the selection does, however long the document is', () => {
    const paragraph = 'Aspirin did nothing in any of the forty patients. ';
    const text = `${paragraph.repeat(2000)}\n\nMetformin caused lactic acidosis. ${paragraph.repeat(2000)}`;
    const from = text.indexOf('Metformin');
    const prose = read('markdown', text, from, from + 'Metformin caused lactic acidosis.'.length);
    assert.equal(prose.text, 'Metformin caused lactic acidosis.');
    assert.deepEqual(prose.rangeOf(0, 9), { from, to: from + 9 });
  });

  it('is empty in code and in formulas', () => {
    assert.equal(read('markdown', '```python\nprint(1)\n```\n').text, '');
    assert.equal(read('latex', '\\begin{document}\n\\[ a + b \\]\n\\end{document}', 17, 28).text, '');
    assert.equal(read('plaintext', ' \n ').text, '');
  });

  it('keeps signs at the end of a name, and line ends of Windows', () => {
    const text = 'CD4+ cells and\r\nTNF-α rose.';
    const prose = read('plaintext', text);
    assert.equal(placed(text, prose, 'CD4+'), 'CD4+');
    assert.equal(placed(text, prose, 'TNF-α'), 'TNF-α');
    assert.equal(placed(text, prose, 'TNF-α rose.'), 'TNF-α rose.');
  });
});

function spanOf(text: string, words: string): [number, number] {
  const at = text.indexOf(words);
  return [at, at + words.length];
}

describe('the passage at a place', () => {
  const latex =
    '\\maketitle\n\\begin{abstract}\nOne.\n\nTwo.\n\\end{abstract}\n\\section{A}\nThree\nfour.\n\n\\begin{itemize}\n\\item five\n\\end{itemize}\n';
  const at = (language: ProseLanguage, text: string, words: string): string | undefined => {
    const passage = passageAt(language, text, text.indexOf(words));
    return passage && `${passage.kind}: ${text.slice(passage.from, passage.to).trim()}`;
  };

  it('is the abstract, else the paragraph', () => {
    assert.equal(at('latex', latex, 'Two'), 'abstract: One.\n\nTwo.');
    assert.equal(at('latex', latex, 'four'), 'paragraph: Three\nfour.');
    assert.equal(at('latex', latex, 'five'), 'paragraph: \\item five');
    const markdown = '# Title\n\n## Abstract\n\nOne.\n\n### Aim\n\nTwo.\n\n## 1 Methods\nThree.\n';
    assert.equal(at('markdown', markdown, 'One'), 'abstract: One.\n\n### Aim\n\nTwo.');
    assert.equal(at('markdown', markdown, 'Three'), 'paragraph: Three.');
    assert.equal(at('plaintext', 'a\n\nb\nc', 'c'), 'paragraph: b\nc');
    assert.equal(abstractsOf('markdown', markdown).length, 1);
  });

  it('is nothing between paragraphs', () => {
    assert.equal(passageAt('markdown', 'a\n\nb', 2), undefined);
    assert.equal(passageAt('plaintext', '', 0), undefined);
  });
});
