import assert from 'node:assert/strict';
import { wholeText } from '../../../../src/prose/manuscript/wholeText';

describe('the whole text of a file', () => {
  const sentence = (i: number): string => `Sentence number ${i} of this chapter says that the drug helps.`;
  const paragraphs = Array.from({ length: 900 }, (_, i) => sentence(i)).join('\n\n');

  it('is its prose, whatever its length', () => {
    for (const language of ['markdown', 'latex'] as const) {
      const text = [...wholeText(language, paragraphs)].join('');
      for (const i of [0, 1, 250, 450, 899]) assert.ok(text.includes(sentence(i)), `${language}: sentence ${i}`);
    }
  });

  it('leaves code, math and what stands behind the end out', () => {
    const latex = '\\begin{verbatim}\nsecret\n\\end{verbatim}\nSivelestat helps. \\end{document} never';
    assert.match([...wholeText('latex', latex)].join(''), /^Sivelestat helps\.? *$/);
    const markdown = 'Sivelestat helps.\n\n```r\nsecret\n```\n';
    const text = [...wholeText('markdown', markdown)].join('');
    assert.match(text, /Sivelestat helps/);
    assert.doesNotMatch(text, /secret/);
  });

  it('is all of it where it ends in markup', () => {
    for (const end of ['\\input{table}', '\\begin{figure}\\includegraphics{a}\\end{figure}\n', '% to do', '$x$'])
      assert.match([...wholeText('latex', `Sivelestat helps. ${end}`)].join(''), /^Sivelestat helps\./, end);
    for (const end of ['{{< include _table.qmd >}}', '```r\nx\n```', '<!-- to do -->', '\n| a |\n|---|\n| b |'])
      assert.match([...wholeText('markdown', `Sivelestat helps.\n\n${end}`)].join(''), /^Sivelestat helps\./, end);
  });

  it('obeys what other files define', () => {
    const text = 'We gave \\drug{} to all.\n\\begin{rcode}\nsecret\n\\end{rcode}\n';
    const head = '\\newcommand{\\drug}{aspirin}\\newtcblisting{rcode}{listing only}';
    assert.equal([...wholeText('latex', text, head)].join(''), 'We gave aspirin to all.');
  });

  it('holds little twice, and leaves little out', () => {
    const varied = (i: number): string => `Patient ${i} was given ${i * 7} mg of it, and ${i + 3} others ${i * 5}.`;
    for (const language of ['markdown', 'latex'] as const) {
      const source = Array.from({ length: 3_000 }, (_, i) => varied(i)).join('\n\n');
      const text = [...wholeText(language, source)].join('');
      for (let i = 0; i < 3_000; i++) assert.ok(text.includes(varied(i)), `${language}: ${i}`);
      assert.ok(text.length < 1.05 * source.length, `${language}: ${text.length} of ${source.length}`);
    }
  });

  it('of nothing is nothing', () => {
    assert.deepEqual([...wholeText('markdown', '')].join(''), '');
  });
});
