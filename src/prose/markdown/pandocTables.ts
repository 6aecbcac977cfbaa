import type { BlockContext, Line, MarkdownConfig } from '@lezer/markdown';
import { linesAhead, takeLines, takeWhile } from './blockTools';

/** Under the heads of a table, or around its rows: dashes that columns divide. For CommonMark it is a rule. */
const COLUMNS = /^ {0,3}-{2,}(?: +-{2,})+ *$/;
/** Above and below a table. */
const RULE = /^ {0,3}-{3,} *$/;
const EDGE = /^ {0,3}-{3,}[- ]*$/;
/** A row that blank lines stand before: indented, or columns with a gap between them. */
const ROW = /^ |\S {2,}\S/;
/** What opens another block heads no table. */
const OPENS_BLOCK = /^(?:`{3}|~{3}|<|\$\$|%%|:{3}|#|>|\||[-+*] )/;
/** A table has at most so many lines of heads. */
const HEADS = 6;

/**
 * Tables of Pandoc whose columns are aligned by blanks, or drawn with a grid (Pandoc's manual, "Tables"): simple ones end
 * at a blank line; those of several lines stand between two lines of dashes, rows divided by blank lines. Blanks align
 * them, so nothing is written there.
 */
export const pandocTables: MarkdownConfig = {
  defineNodes: [
    { name: 'GridTable', block: true },
    { name: 'OpenTable', block: true },
  ],
  parseBlock: [
    {
      name: 'PandocTable',
      before: 'FencedCode',
      parse(cx, line) {
        const text = line.text.slice(line.pos);
        if (/^\+(?:[-=:]+\+)+\s*$/.test(text)) return takeWhile(cx, line, 'GridTable', (next) => /^[+|]/.test(next));
        if (cx.depth > 1) return COLUMNS.test(text) && takeWhile(cx, line, 'GridTable', (next) => next.trim() !== '');
        if (COLUMNS.test(line.text)) return takeRows(cx, line, 0);
        const below = cx.peekLine();
        if (RULE.test(line.text)) {
          if (below.trim() === '' || EDGE.test(below)) return false;
          const heads = linesAhead(cx).slice(1, 2 + HEADS);
          const columns = heads.findIndex((next) => COLUMNS.test(next));
          const blank = heads.findIndex((next) => next.trim() === '');
          return columns > 0 && (blank < 0 || blank > columns) && takeRows(cx, line, columns + 1);
        }
        return (
          COLUMNS.test(below) &&
          !OPENS_BLOCK.test(text) &&
          takeWhile(cx, line, 'GridTable', (next) => next.trim() !== '')
        );
      },
    },
  ],
};

/** Takes a table up to the line of dashes behind its first `heads` lines, or as far as there are rows. */
function takeRows(cx: BlockContext, line: Line, heads: number): true {
  let number = 0;
  let closed = false;
  let blank = false;
  const belongs = (next: string): boolean => {
    if (closed) return false;
    if (number++ < heads) return true;
    closed = EDGE.test(next);
    if (closed) return true;
    if (next.trim() === '') {
      if (blank) return false;
      blank = true;
      return true;
    }
    const row = !blank || ROW.test(next);
    blank = false;
    return row;
  };
  takeLines(cx, line, belongs, () => (closed ? 'GridTable' : 'OpenTable'));
  return true;
}

/** Opens a table that more rows of may follow. */
export const TABLE_OPENING = '--- ---\n\n';
