import assert from 'node:assert/strict';
import { wholeText } from '../../../../src/prose/manuscript/wholeText';

describe('the whole text of a file', () => {
  const sentence = (i: number): string => `Sentence number ${i} of this chapter says that the drug helps.`;
  const paragraphs = Array.from({ length: 900 }, (_, i) => sentence(i)).join('\n\n');

  it('is its prose, whatever its length', () => {
    for (const language of ['markdown', 'latex'] as const) {
      const text = [...wholeText(language, paragraphs)].join('\n');
      for (const i of [0, 1, 250, 450, 899]) assert.ok(text.includes(sentence(i)), `${language}: sentence ${i}`);
    }
  });

  it('leaves code, math and what stands behind the end out', () => {
    const latex = '\\begin{verbatim}\nsecret\n\\end{verbatim}\nSivelestat helps. \\end{document} never';
    assert.match([...wholeText('latex', latex)].join('\n'), /^Sivelestat helps\.? *$/);
    const markdown = 'Sivelestat helps.\n\n```r\nsecret\n```\n';
    const text = [...wholeText('markdown', markdown)].join('\n');
    assert.match(text, /Sivelestat helps/);
    assert.doesNotMatch(text, /secret/);
  });

  it('of nothing is nothing', () => {
    assert.deepEqual([...wholeText('markdown', '')].join(''), '');
  });
});
