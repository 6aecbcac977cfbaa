import { escapeFor } from '../../prose/escape';
import type { ProseLanguage } from '../../prose/scope';

export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Columns that are set to the right. */
  numbers: readonly number[];
}

/** Cells that are longer wrap. */
const LONG = 40;

/**
 * A table as the document writes them: Markdown's pipes; LaTeX with `booktabs` where the document loads it.
 * @param caption one sentence
 * @param document its whole text
 */
export function tableText(language: ProseLanguage, table: Table, caption: string, document: string): string {
  const escape = (cell: string): string =>
    escapeFor(language, { block: 'tableCell', linePrefix: 'x ' }, cell.replace(/\s+/g, ' ').trim());
  const cells = [table.head, ...table.rows].map((row) => row.map(escape));
  return language === 'latex'
    ? latexTable(table, cells, escape(caption), document)
    : pipeTable(table, cells, escape(caption));
}

function pipeTable({ numbers }: Table, cells: readonly string[][], caption: string): string {
  const widths = cells[0]!.map((_, column) => Math.max(3, ...cells.map((row) => Math.min(LONG, row[column]!.length))));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (numbers.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (numbers.includes(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head, ...rows] = cells;
  return [line(head!), `| ${rule.join(' | ')} |`, ...rows.map(line), '', `Table: ${caption}`].join('\n');
}

function latexTable(
  { numbers, head, rows }: Table,
  cells: readonly string[][],
  caption: string,
  document: string,
): string {
  const booktabs = /\\usepackage(?:\[[^\]]*\])?\{[^}]*\bbooktabs\b[^}]*\}/.test(document);
  const [top, middle, bottom] = booktabs
    ? ['\\toprule', '\\midrule', '\\bottomrule']
    : ['\\hline', '\\hline', '\\hline'];
  const columns = head.map((_, i) => {
    const long = rows.some((row) => row[i]!.length > LONG);
    return long ? 'p{0.5\\textwidth}' : numbers.includes(i) ? 'r' : 'l';
  });
  const [first, ...others] = cells.map((row) => `${row.join(' & ')} \\\\`);
  return [
    '\\begin{table}[htbp]',
    '  \\centering',
    `  \\caption{${caption}}`,
    `  \\begin{tabular}{${columns.join('')}}`,
    `    ${top}`,
    `    ${first!}`,
    `    ${middle}`,
    ...others.map((row) => `    ${row}`),
    `    ${bottom}`,
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

/**
 * Where a block goes that follows a passage, and with which line breaks: behind the paragraph in which the passage ends; in
 * LaTeX behind an abstract as well, which holds no tables.
 */
export function blockAfter(
  language: ProseLanguage,
  document: string,
  end: number,
): { offset: number; before: string; after: string } {
  let offset = end;
  if (language === 'latex') {
    const rest = document.slice(end);
    const close = /\\end\{abstract\*?\}/.exec(rest);
    const open = rest.search(/\\begin\{abstract\*?\}/);
    if (close && (open < 0 || open > close.index)) offset = end + close.index + close[0].length;
  }
  // A passage may end in the line breaks that follow it.
  while (offset > 0 && /\s/.test(document[offset - 1]!)) offset--;
  const gap = /\n[ \t]*(?:\r?\n|$)|\n(?=[ \t]*\\(?:end|begin|(?:sub)*section)\b)/g;
  gap.lastIndex = offset;
  const found = gap.exec(document);
  offset = found ? found.index : document.length;
  if (document[offset - 1] === '\r') offset--;
  const atEnd = document.slice(offset).trim() === '';
  return {
    offset,
    before: offset === 0 ? '' : '\n\n',
    after: atEnd
      ? document[offset] === undefined
        ? '\n'
        : ''
      : /^\r?\n\s*\r?\n/.test(document.slice(offset))
        ? ''
        : '\n',
  };
}
