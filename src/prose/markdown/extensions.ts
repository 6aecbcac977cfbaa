import type { BlockContext, InlineContext, LeafBlock, Line, MarkdownConfig } from '@lezer/markdown';
import { depthOf, linesAhead, takeWhile } from './blockTools';

/** Longest inline construct looked for, UTF-16 units: a paragraph of openers must not cost its square. */
const LONGEST = 1000;

const NEWLINE = 10;
const SPACE = 32;
const DOLLAR = 36;
const BACKSLASH = 92;
const BRACKET = 91;
const AT = 64;
const BRACE = 123;
const CARET = 94;
const PARENTHESIS = 40;
const PLUS = 43;
const EQUALS = 61;
const BAR = 124;

/** `$…$` (Pandoc's rule: no space inside, no digit behind), `$$…$$`, and `\(…\)`, `\[…\]` where they hold math. */
export const math: MarkdownConfig = {
  defineNodes: [{ name: 'InlineMath' }, { name: 'MathBlock', block: true }],
  parseInline: [
    {
      name: 'InlineMath',
      before: 'Escape',
      parse(cx, next, pos) {
        if (next !== DOLLAR && next !== BACKSLASH) return -1;
        const length = mathLength(cx.slice(pos, Math.min(cx.end, pos + LONGEST)));
        return length < 0 ? -1 : cx.addElement(cx.elt('InlineMath', pos, pos + length));
      },
    },
  ],
  parseBlock: [
    {
      name: 'MathBlock',
      before: 'FencedCode',
      parse(cx, line) {
        if (!opensMathBlock(line)) return false;
        const from = cx.lineStart + line.pos;
        const depth = cx.depth;
        let closed = CLOSES_MATH.test(line.text.slice(line.pos + 2));
        while (cx.nextLine() && !closed && depthOf(line) >= depth)
          closed = CLOSES_MATH.test(line.text.slice(line.basePos));
        cx.addElement(cx.elt('MathBlock', from, cx.prevLineEnd()));
        return true;
      },
      endLeaf: (_cx, line) => opensMathBlock(line),
    },
  ],
};

const CLOSES_MATH = /\$\$[ \t]*(?:\{[^}]*\}|\(eq[^)]*\))?[ \t]*$/;

function opensMathBlock(line: Line): boolean {
  if (line.next !== DOLLAR || line.text.charCodeAt(line.pos + 1) !== DOLLAR) return false;
  const rest = line.text.slice(line.pos + 2);
  return !rest.includes('$$') || CLOSES_MATH.test(rest);
}

function mathLength(text: string): number {
  const pattern = text.startsWith('$$')
    ? /^\$\$[^$]+\$\$/
    : text.startsWith('$')
      ? /^\$(?=[^\s$])(?:\\[^]|[^\\$])*?(?<=\S)\$(?![\d$])/
      : /^\\(?:\([^]{1,400}?\\\)|\[[^]{1,400}?\\\])/;
  const match = pattern.exec(text);
  if (match === null) return -1;
  // `\[18F\]` is an escaped bracket, not math.
  if (text.startsWith('\\') && !/\\[a-zA-Z]|(?<!\\)[\^_=]/.test(match[0].slice(2, -2))) return -1;
  return match[0].length;
}

/** Pandoc citations: `[see @smith2020, p. 3; -@doe]` and `@smith2020`. */
export const citations: MarkdownConfig = {
  defineNodes: [{ name: 'Citation' }],
  parseInline: [
    {
      name: 'Citation',
      before: 'Link',
      parse(cx, next, pos) {
        if (next === BRACKET) return add(cx, 'Citation', pos, /^\[[^[\]]*?(?<=[\s;[-])@[\w{][^[\]]*\](?![(])/);
        if (next !== AT || !/[\s([;-]|^$/.test(pos === cx.offset ? '' : cx.slice(pos - 1, pos))) return -1;
        return add(
          cx,
          'Citation',
          pos,
          /^@(?:\{[^}\n]*\}|[\p{L}\p{N}_](?:[\w:.#$%&\-+?<>~/]*[\w/])?)(?: \[(?:pp?|ch(?:ap)?|sec|fig|vol|§)\.? ?\d[^[\]\n]*\])?/u,
        );
      },
    },
  ],
};

/**
 * A composite block that its first line opens with a mark; more paragraphs of it are indented by four columns, and
 * would be code by themselves.
 */
function marked(
  name: string,
  mark: { name: string; pattern: RegExp; interrupts: (leaf: LeafBlock) => boolean },
): MarkdownConfig {
  const opens = (line: Line): number => mark.pattern.exec(line.text.slice(line.pos))?.[0].length ?? 0;
  return {
    defineNodes: [
      { name: mark.name },
      {
        name,
        block: true,
        composite(_cx, line, indent) {
          if (line.indent < line.baseIndent + indent && line.next > -1) return false;
          line.moveBaseColumn(line.baseIndent + indent);
          return true;
        },
      },
    ],
    parseBlock: [
      {
        name,
        before: 'FencedCode',
        parse(cx, line) {
          const length = opens(line);
          if (length === 0) return false;
          const from = cx.lineStart + line.pos;
          cx.startComposite(name, line.pos, 4);
          cx.addElement(cx.elt(mark.name, from, from + length));
          line.moveBase(line.pos + length);
          return null;
        },
        endLeaf: (_cx: BlockContext, line: Line, leaf: LeafBlock) => opens(line) > 0 && mark.interrupts(leaf),
      },
    ],
  };
}

/** `[^note]` and its definition `[^note]: text`, whose text is prose. */
export const footnotes: MarkdownConfig[] = [
  marked('FootnoteDefinition', { name: 'FootnoteLabel', pattern: /^\[\^[^\]\s^]+\]:/, interrupts: () => true }),
  {
    defineNodes: [{ name: 'FootnoteReference' }],
    parseInline: [
      {
        name: 'FootnoteReference',
        before: 'Link',
        parse: (cx, next, pos) => (next === BRACKET ? add(cx, 'FootnoteReference', pos, /^\[\^[^\]\s^]+\]/) : -1),
      },
    ],
  },
];

/** Pandoc attributes `{#fig:a .class key=value}` and MyST role names `{cite}` before inline code. */
export const attributes: MarkdownConfig = {
  defineNodes: [{ name: 'Attributes' }, { name: 'RoleName' }],
  parseInline: [
    {
      name: 'Attributes',
      before: 'Link',
      parse(cx, next, pos) {
        if (next !== BRACE) return -1;
        const role = add(cx, 'RoleName', pos, /^\{[\w:.+-]+\}(?=`)/);
        if (role >= 0) return role;
        // `{n=5}` in running text is text: attributes follow what they belong to, or name an id or class.
        const attached = pos > cx.offset && /[\])`}]/.test(cx.slice(pos - 1, pos));
        if (!attached && !/[#.-]/.test(cx.slice(pos + 1, pos + 2))) return -1;
        return add(cx, 'Attributes', pos, /^\{\s*(?:(?:[#.][\w:.-]+|=[\w-]+|[\w-]+=(?:"[^"\n]*"|[^\s"}]+)|-)\s*)+\}/);
      },
    },
  ],
};

/** Pandoc's `^[inline note]`; one not closed yet reaches to the paragraph's end. */
export const inlineNotes: MarkdownConfig = {
  defineNodes: [{ name: 'InlineNote' }, { name: 'NoteMark' }],
  parseInline: [
    {
      name: 'InlineNote',
      before: 'Superscript',
      parse(cx, next, pos) {
        if (next !== CARET || cx.char(pos + 1) !== BRACKET) return -1;
        const text = cx.slice(pos, Math.min(cx.end, pos + LONGEST));
        const close = matchingBracket(text, 1);
        const to = close < 0 ? cx.end : pos + close + 1;
        const inner = cx.parser.parseInline(cx.slice(pos + 2, close < 0 ? to : to - 1), pos + 2);
        const marks = close < 0 ? [] : [cx.elt('NoteMark', to - 1, to)];
        return cx.addElement(cx.elt('InlineNote', pos, to, [cx.elt('NoteMark', pos, pos + 2), ...inner, ...marks]));
      },
    },
  ],
};

function matchingBracket(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  return -1;
}

/** What other tools replace: shortcodes, substitutions, bookdown's references, LaTeX's own commands, CriticMarkup. */
export const replaced: MarkdownConfig = {
  defineNodes: [
    { name: 'Shortcode' },
    { name: 'CrossReference' },
    { name: 'CriticComment' },
    { name: 'CriticMark' },
    { name: 'RawCommand' },
    { name: 'RawText' },
    { name: 'RawMark' },
  ],
  parseInline: [
    {
      name: 'Replaced',
      before: 'Escape',
      parse(cx, next, pos) {
        if (next === PARENTHESIS) return pos === cx.offset ? add(cx, 'CrossReference', pos, /^\(ref:[\w-]+\)/) : -1;
        if (next === BACKSLASH) {
          const raw = add(
            cx,
            'RawCommand',
            pos,
            /^\\(?:footnote|index|label|vspace|hspace)\*?(?:\{(?:[^{}\n]|\{[^{}\n]*\})*\})/,
          );
          if (raw >= 0) return raw;
          const styled = RAW_TEXT.exec(cx.slice(pos, Math.min(cx.end, pos + LONGEST)));
          if (styled !== null) {
            const to = pos + styled[0].length;
            const textFrom = pos + styled[1]!.length;
            const text = cx.parser.parseInline(cx.slice(textFrom, to - 1), textFrom);
            const marks = [cx.elt('RawMark', pos, textFrom), cx.elt('RawMark', to - 1, to)] as const;
            return cx.addElement(cx.elt('RawText', pos, to, [marks[0], ...text, marks[1]]));
          }
          const reference = add(cx, 'CrossReference', pos, /^\\(?:@ref\([^)\n]*\)|[a-zA-Z]*ref\{[^}\n]*\})/);
          return reference >= 0
            ? reference
            : add(cx, 'Citation', pos, /^\\[a-zA-Z]*cite[a-zA-Z]*\*?(?:\[[^\]\n]*\])*\{[^}\n]*\}/);
        }
        if (next === PLUS || next === EQUALS) return add(cx, 'CriticMark', pos, /^(?:\+\+|==)\}/);
        if (next !== BRACE) return -1;
        const kind = cx.char(pos + 1);
        if (kind === PLUS || kind === EQUALS) return add(cx, 'CriticMark', pos, /^\{(?:\+\+|==)/);
        const braced = BRACED.get(kind);
        if (braced === undefined) return -1;
        const { name, closer, patterns } = braced;
        // Most that are begun and never end are known by this.
        if (!cx.slice(pos, Math.min(cx.end, pos + LONGEST)).includes(closer)) return -1;
        for (const pattern of patterns) {
          const end = add(cx, name, pos, pattern);
          if (end >= 0) return end;
        }
        return -1;
      },
    },
  ],
};

/** Longer runs of blanks are passed over but for their last one: the parser would look from each blank to the run's end. */
const LONG_BLANKS = 100;

/** Blanks in a line, of which no construct has so many. */
export const longBlanks: MarkdownConfig = {
  parseInline: [
    {
      name: 'LongBlanks',
      before: 'HardBreak',
      parse(cx, next, pos) {
        if (next !== SPACE || cx.char(pos + LONG_BLANKS) !== SPACE) return -1;
        let end = pos;
        while (cx.char(end) === SPACE) end++;
        return end - pos > LONG_BLANKS && cx.char(end) !== NEWLINE ? end - 1 : -1;
      },
    },
  ],
};

/** What begins with a brace, by the character behind that: CriticMarkup, and what Jinja, Liquid, Hugo and Quarto replace. */
const BRACED: ReadonlyMap<number, { name: string; closer: string; patterns: readonly RegExp[] }> = new Map(
  Object.entries({
    '-': { name: 'CriticComment', closer: '--}', patterns: [/^\{--[^]*?--\}/] },
    '>': { name: 'CriticComment', closer: '<<}', patterns: [/^\{>>[^]*?<<\}/] },
    '#': { name: 'CriticComment', closer: '#}', patterns: [/^\{#(?=\s)[^]*?#\}/] },
    '%': { name: 'Shortcode', closer: '%}', patterns: [/^\{%[^\n]*?%\}/] },
    '{': {
      name: 'Shortcode',
      closer: '}}',
      patterns: [/^\{\{(?:"[^"\n]*"|'[^'\n]*'|[^}"'\n]|\}(?!\}))*\}\}/, /^\{\{[^}\n]*\}\}/],
    },
  }).map(([character, braced]) => [character.charCodeAt(0), braced]),
);

/** LaTeX's commands for how text looks: Pandoc reads them in Markdown (Pandoc's manual, extension `raw_tex`). */
const RAW_TEXT =
  /^(\\(?:text(?:superscript|subscript|it|bf|tt|sc|sf|rm|up|sl|normal)|emph|underline|mbox|text)\{)[^{}\n]*\}/;

/**
 * Pandoc's table caption, `: text` or `Table: text`, and its definition of a term, `:   text` or `~   text`, which stands
 * below the one line of its term (Pandoc's manual, "Definition lists"); all are prose.
 */
export const captions = marked('Caption', {
  name: 'CaptionMark',
  pattern: /^(?:(?:Table)?:|~)[ \t]+(?=\S)/,
  interrupts: (leaf) => !leaf.content.includes('\n'),
});

/** An admonition of Python-Markdown, `!!! note "Title"` or `??? note`; its text is indented. */
export const admonitions = marked('Admonition', {
  name: 'AdmonitionMark',
  pattern: /^(?:!!!|\?\?\?\+?)[ \t]+[a-zA-Z][\w-]*(?:[ \t]+[a-zA-Z][\w-]*)*(?:[ \t]+"[^"]*"?)?[ \t]*$/,
  interrupts: () => false,
});

/** A line of a line block, `| text` (Pandoc's manual, "Line blocks"). */
export const lineBlocks: MarkdownConfig = {
  defineNodes: [{ name: 'LineMark' }],
  parseInline: [
    {
      name: 'LineMark',
      parse(cx, next, pos) {
        if (next !== BAR || (pos !== cx.offset && !/\n[ \t]*$/.test(cx.slice(Math.max(cx.offset, pos - 8), pos))))
          return -1;
        return add(cx, 'LineMark', pos, /^\|[ \t]+(?!\|)/);
      },
    },
  ],
};

/** Blocks of lines that are never prose: comments of MyST and of Obsidian, environments of LaTeX. */
export const quietLines: MarkdownConfig = {
  defineNodes: [
    { name: 'CommentLines', block: true },
    { name: 'LatexEnvironment', block: true },
    { name: 'RawEnvironment', block: true },
  ],
  parseBlock: [
    {
      name: 'QuietLines',
      before: 'FencedCode',
      parse(cx, line) {
        const text = line.text.slice(line.pos);
        if (text.startsWith('%%')) return takeNote(cx, line, text);
        if (text.startsWith('%') && !/^%[}\]]/.test(text))
          return takeWhile(cx, line, 'CommentLines', (next) => next.startsWith('%'));
        const environment = /^\\begin\{([a-zA-Z]+\*?)\}/.exec(text);
        const node = environment === null ? null : environmentNode(environment[1]!);
        if (environment === null || node === null) return false;
        let closed = text.includes(`\\end{${environment[1]!}}`);
        return takeWhile(cx, line, node, (next) => {
          if (closed || next.trim() === '') return false;
          closed = next.includes(`\\end{${environment[1]!}}`);
          return true;
        });
      },
      endLeaf: (_cx, line) => {
        const text = line.text.slice(line.pos);
        return text.startsWith('\\begin{') && environmentNode(text.slice(7).replace(/\}.*$/, '')) !== null;
      },
    },
  ],
};

const MATH_ENVIRONMENT =
  /^(?:equation|align|alignat|gather|multline|eqnarray|math|displaymath|flalign|split|aligned|gathered|cases|[pbvBV]?matrix)\*?$/;

/** Raw LaTeX that holds no running text. */
const RAW_ENVIRONMENT =
  /^(?:tabular[xy*]?|longtable|tabu|tblr|longtblr|table|figure|wrapfigure|wraptable|subfigure|tikzpicture|picture|verbatim|Verbatim|lstlisting|minted|algorithm|algorithmic|thebibliography)\*?$/;

/** The node of an environment of LaTeX of which nothing is read; null for others. */
function environmentNode(name: string): 'LatexEnvironment' | 'RawEnvironment' | null {
  if (MATH_ENVIRONMENT.test(name)) return 'LatexEnvironment';
  return RAW_ENVIRONMENT.test(name) ? 'RawEnvironment' : null;
}

/**
 * A comment of Obsidian that begins a block: up to the next `%%`, over blank lines too where `%%` stands alone on its
 * line (Obsidian Help, "Comments"). Without an end it is a line of a comment in MyST's manner.
 */
function takeNote(cx: BlockContext, line: Line, text: string): boolean {
  const alone = text.trim() === '%%';
  if (!alone && text.indexOf('%%', 2) >= 0) return false;
  const lines = linesAhead(cx).slice(1);
  const blank = lines.findIndex((next) => next.trim() === '');
  const end = lines.findIndex((next) => next.includes('%%'));
  if (!alone && (end < 0 || (blank >= 0 && blank < end)))
    return takeWhile(cx, line, 'CommentLines', (next) => next.startsWith('%') && !next.startsWith('%%'));
  let closed = false;
  return takeWhile(cx, line, 'CommentLines', (next) => {
    if (closed) return false;
    closed = next.includes('%%');
    return true;
  });
}

/** Lines that are markup alone: `:::{note}`, `:::`, `(label)=`, Pandoc's `\newpage`. */
export const directives: MarkdownConfig = {
  defineNodes: [{ name: 'Directive', block: true }],
  parseBlock: [
    {
      name: 'Directive',
      before: 'FencedCode',
      parse(cx, line) {
        if (!isDirective(line)) return false;
        const fence = CODE_DIV.exec(line.text.slice(line.pos));
        if (fence !== null) {
          let closed = false;
          return takeWhile(cx, line, 'Directive', (next) => {
            if (closed) return false;
            closed = next.startsWith(fence[1]!) && /^:+\s*$/.test(next);
            return true;
          });
        }
        // A directive of MyST has its options right below.
        const options = /^:{3,}\{/.test(line.text.slice(line.pos));
        return takeWhile(cx, line, 'Directive', (next) => options && /^:[\w-]+:(?:\s|$)/.test(next));
      },
      endLeaf: (_cx: BlockContext, line: Line) => isDirective(line),
    },
  ],
};

/** A div of a diagram, of code or of data: Quarto's and Azure's `::: {.mermaid}`, MyST's `:::{math}`. */
const CODE_DIV =
  /^(:{3,})[ \t]*(?:\{[ \t]*\.?)?(?:mermaid|dot|graphviz|plantuml|math|code|code-block|code-cell|raw|toctree|bibliography|csv-table|include|literalinclude)(?![\w-])/;

function isDirective(line: Line): boolean {
  return /^(?::{3,}.*|\[\[?_?(?:TOC|toc)_?\]?\]\s*|\([\w:.-]+\)=\s*|\\[a-zA-Z]+\*?\s*(?:(?:\{[^}]*\}|\[[^\]]*\])\s*)*)$/.test(
    line.text.slice(line.pos),
  );
}

function add(cx: InlineContext, name: string, pos: number, pattern: RegExp): number {
  const match = pattern.exec(cx.slice(pos, Math.min(cx.end, pos + LONGEST)));
  return match === null ? -1 : cx.addElement(cx.elt(name, pos, pos + match[0].length));
}
