import type { ProseLanguage } from '../../src/prose/scope';

/** A family of documents that grow without end: the text of at least so many UTF-16 units. */
export interface Shape {
  name: string;
  language: ProseLanguage;
  text(length: number): string;
}

/** Of a piece that is said again and again, numbered, between a head and a tail. */
export function repeated(
  language: ProseLanguage,
  name: string,
  piece: (n: number) => string,
  head = '',
  tail = '',
): Shape {
  return {
    name: `${language}, ${name}`,
    language,
    text(length) {
      const pieces = [head];
      for (let size = head.length, n = 1; size < length; n++) {
        const next = piece(n);
        pieces.push(next);
        size += next.length;
      }
      return `${pieces.join('')}${tail}The mean `;
    },
  };
}

const md = (name: string, piece: (n: number) => string, head = '', tail = ''): Shape =>
  repeated('markdown', name, piece, head, tail);
const tex = (name: string, piece: (n: number) => string, head = '', tail = ''): Shape =>
  repeated('latex', name, piece, head, tail);

/** Those that are known to have cost much, or that people write. */
export const KNOWN: readonly Shape[] = [
  md('one paragraph', () => 'The carbon dioxide level rose here. '),
  md('one paragraph of lines', () => 'The carbon dioxide level rose here.\n'),
  md('one paragraph of citations', () => 'The effect was seen in mice [@smith2020; @doe2019]. '),
  md('one paragraph of tags', () => 'The CO<sub>2</sub> level rose here. '),
  md('one paragraph of formulas', () => 'The $p<0.05$ level rose here. '),
  md('one paragraph of code', () => 'The variable `age` was used here. '),
  md('one paragraph of emphasis', () => 'The *E. coli* was **used** here. '),
  md('one paragraph of links', (n) => `The [registry](https://example.org/${n}) was used. `),
  md('one word', () => 'x'),
  md('one word of brackets', () => '['),
  md('one word of asterisks', () => '*a '),
  md('one word of backticks', (n) => '`'.repeat(n % 7) + 'a '),
  md('tables', () => '| Drug | Dose |\n|---|---|\n| Aspirin | 100 mg |\n\n'),
  md('one table', (n) => `| Drug ${n} | ${n} mg |\n`, '| Drug | Dose |\n|---|---|\n'),
  md('one table, then a text', (n) => `| Drug ${n} | ${n} mg |\n`, '| Drug | Dose |\n|---|---|\n', '\n'),
  md('one row', (n) => ` Drug ${n} |`, '| Drug | Dose |\n|---|---|\n|'),
  md('one list', (n) => `- Study ${n} of mice\n`),
  md('one numbered list', (n) => `${n}. Study of mice\n`),
  md('one item', () => 'of mice and men\n  ', '- '),
  md('nested lists', (n) => `${'  '.repeat(n % 9)}- Study ${n} of mice\n`),
  md('a list in a list', (n) => `  - Study ${n} of mice\n`, '- Studies\n'),
  md('lists without end', (n) => `${'  '.repeat(n)}- a\n`),
  md('a list of paragraphs', (n) => `- Study ${n} of mice\n\n  of age\n\n`),
  md('a list of paragraphs in a list', (n) => `  - Study ${n} of mice\n\n    of age\n\n`, '- Studies\n'),
  md('footnotes', (n) => `[^${n}]: Bred by us ${n}.\n`),
  md('footnotes apart', (n) => `[^${n}]: Bred by us ${n}.\n\n`),
  md('references of links', (n) => `[r${n}]: https://example.org/${n} "Title"\n`),
  md('one quote', () => '> The level rose here and there.\n'),
  md('one quote, lazy', () => 'The level rose here.\n', '> '),
  md('quotes without end', (n) => `${'>'.repeat(n)} a\n`),
  md('one fence', (n) => `x <- ${n}\n`, '```r\n'),
  md('one fence with blank lines', (n) => `x <- ${n}\n\n`, '```r\n', '```\n\n'),
  md('fences', (n) => '```r\nx <- ' + n + '\n```\n'),
  md('one block of HTML', (n) => `<p>Text ${n}</p>\n`, '<div>\n'),
  md('one comment', (n) => `to do ${n}\n\n`, '<!--\n'),
  md('one formula', (n) => `x_${n} = a\n`, '$$\n'),
  md('indented code', (n) => `    x <- ${n}\n`),
  md('one heading', () => 'of mice ', '# '),
  md('headings', (n) => `# Study ${n}\n`),
  md('underlined headings', (n) => `Study ${n}\n---\n`),
  md('metadata', (n) => `key${n}: value\n`, 'Text.\n\n---\n'),
  md('metadata at the top', (n) => `key${n}: value\n`, '---\n'),
  md('rules', () => '---\n'),
  md('a grid table', () => '| a | b |\n+---+---+\n', '+---+---+\n'),
  md('a table of Pandoc', (n) => ` Drug${n}   low\n\n`, '---------- ----\n'),
  md('callouts', (n) => `> [!note] Study ${n}\n> Of mice\n\n`),
  md('one callout', (n) => `> [!note] Study ${n}\n> Of mice\n`),
  md('wiki links', (n) => `[[note ${n}|the note]] `),
  md('divs', (n) => `::: {.note}\nStudy ${n}\n:::\n`),
  md('definitions', (n) => `Term ${n}\n:   of mice\n`),
  md('comments of Obsidian', (n) => `%%\nto do ${n}\n%%\n`),
  md('a line block', (n) => `| Line ${n}\n`),
  md('blank lines', () => '\n'),
  md('lines of blanks', () => '          \n'),
  md('blanks', () => '          '),
  md('dollars', () => 'It cost $5 and '),
  md('openers of HTML', () => '<a '),
  md('entities', () => '&amp; &alpha '),
  md('backslashes', () => '\\'),
  md('carets', () => '^[note '),
  md('braces', () => '{{ '),
  md('at signs', () => '@a '),
  tex('one paragraph', () => 'The carbon dioxide level rose here. '),
  tex('one paragraph of lines', () => 'The carbon dioxide level rose here.\n'),
  tex('one paragraph of citations', (n) => `The effect was seen in mice \\citep[see][p.~3]{smith${n}}. `),
  tex('one paragraph of formulas', () => 'The $p<0.05$ level rose here. '),
  tex('one word', () => 'x'),
  tex('one comment', () => 'x ', '%', '\n'),
  tex('one comment to the end', () => 'x ', '%'),
  tex('one list', (n) => `\\item Study ${n}\n`, '\\begin{itemize}\n'),
  tex('lists without end', () => '\\begin{itemize}\\item a\n'),
  tex('one table', (n) => `Drug ${n} & low \\\\\n`, '\\begin{tabular}{ll}\n'),
  tex('one row', (n) => `Drug ${n} & low \\\\ `, '\\begin{tabular}{ll}\n'),
  tex('tables', (n) => `\\begin{tabular}{ll}\nDrug ${n} & low \\\\\n\\end{tabular}\n`),
  tex('footnotes', (n) => `Mice\\footnote{Bred by us ${n}.} `),
  tex('one footnote', () => 'Bred by us. ', '\\footnote{'),
  tex('groups without end', () => '{a '),
  tex('arguments without end', () => '\\textbf{a '),
  tex('brackets without end', () => '\\item[a '),
  tex('options without end', () => '\\foo[a '),
  tex('unclosed citations', () => '\\cite{a '),
  tex('formulas left open', () => '$a \n\n'),
  tex('dollars', () => '$'),
  tex('one formula', (n) => `x_${n} = a + `, '\\begin{equation}'),
  tex('verbatim text', (n) => `x <- ${n}\n`, '\\begin{verbatim}\n'),
  tex('pieces of verbatim text', (n) => `\\verb|x${n}| `),
  tex('pieces of verbatim text left open', () => '\\verb|x '),
  tex('macros', (n) => `\\drug{} of ${n} `, '\\newcommand{\\drug}{aspirin}\n\\begin{document}\n'),
  tex('definitions', (n) => `\\newcommand{\\x${n % 26}}{of mice}\n`),
  tex('backslashes', () => '\\'),
  tex('blank lines', () => '\n'),
  tex('blanks', () => '          '),
  tex('sections', (n) => `\\section{Study ${n}}\n`),
  tex('environments of one’s own', (n) => `\\begin{thm}\nStudy ${n}\n\\end{thm}\n`),
  tex('opened environments', () => '\\begin{thm}\n'),
  tex('text switched off', (n) => `Study ${n}. `, '\\iffalse '),
  repeated('plaintext', 'one paragraph', () => 'The carbon dioxide level rose here. '),
  repeated('plaintext', 'paragraphs', () => 'The level rose.\n\n'),
  repeated('plaintext', 'one word', () => 'x'),
];
