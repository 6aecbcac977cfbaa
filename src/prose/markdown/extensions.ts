import type { BlockContext, InlineContext, Line, MarkdownConfig } from '@lezer/markdown';

/** Longest inline construct looked for, UTF-16 units: a paragraph of openers must not cost its square. */
const LONGEST = 1000;

const DOLLAR = 36;
const BACKSLASH = 92;
const BRACKET = 91;
const AT = 64;
const BRACE = 123;

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
        while (cx.nextLine() && !closed && depthOf(line) >= depth) closed = CLOSES_MATH.test(line.text.slice(line.basePos));
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

/** How many containers the line belongs to; what @lezer/markdown's own multi-line blocks go by. */
function depthOf(line: Line): number {
  return (line as unknown as { depth?: number }).depth ?? Infinity;
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
        return add(cx, 'Citation', pos, /^@(?:\{[^}\n]*\}|[\p{L}\p{N}_](?:[\w:.#$%&\-+?<>~/]*[\w/])?)/u);
      },
    },
  ],
};

/** `[^note]` and its definition `[^note]: text`, whose text is prose. */
export const footnotes: MarkdownConfig = {
  defineNodes: [{ name: 'FootnoteReference' }, { name: 'FootnoteLabel' }, { name: 'FootnoteDefinition', block: true }],
  parseInline: [
    {
      name: 'FootnoteReference',
      before: 'Link',
      parse: (cx, next, pos) => (next === BRACKET ? add(cx, 'FootnoteReference', pos, /^\[\^[^\]\s^]+\]/) : -1),
    },
  ],
  parseBlock: [
    {
      name: 'FootnoteDefinition',
      before: 'LinkReference',
      leaf(_cx, leaf) {
        const label = /^\[\^[^\]\s^]+\]:/.exec(leaf.content);
        if (label === null) return null;
        return {
          nextLine: () => false,
          finish(cx, block) {
            const end = block.start + label[0].length;
            const content = cx.parser.parseInline(block.content.slice(label[0].length), end);
            const to = block.start + block.content.length;
            cx.addLeafElement(
              block,
              cx.elt('FootnoteDefinition', block.start, to, [cx.elt('FootnoteLabel', block.start, end), ...content]),
            );
            return true;
          },
        };
      },
    },
  ],
};

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
        return add(cx, 'Attributes', pos, /^\{\s*(?:(?:[#.][\w:.-]+|[\w-]+=(?:"[^"\n]*"|[^\s"}]+)|-)\s*)+\}/);
      },
    },
  ],
};

/** Lines that are markup alone: `:::{note}`, `:::`, `(label)=`, Pandoc's `\newpage`. */
export const directives: MarkdownConfig = {
  defineNodes: [{ name: 'Directive', block: true }],
  parseBlock: [
    {
      name: 'Directive',
      before: 'FencedCode',
      parse(cx, line) {
        if (!isDirective(line)) return false;
        const from = cx.lineStart + line.pos;
        const to = cx.lineStart + line.text.length;
        cx.nextLine();
        cx.addElement(cx.elt('Directive', from, to));
        return true;
      },
      endLeaf: (_cx: BlockContext, line: Line) => isDirective(line),
    },
  ],
};

function isDirective(line: Line): boolean {
  return /^(?::{3,}.*|\([\w:.-]+\)=\s*|\\[a-zA-Z]+\s*(?:\{[^}]*\}\s*)*)$/.test(line.text.slice(line.pos));
}

function add(cx: InlineContext, name: string, pos: number, pattern: RegExp): number {
  const match = pattern.exec(cx.slice(pos, Math.min(cx.end, pos + LONGEST)));
  return match === null ? -1 : cx.addElement(cx.elt(name, pos, pos + match[0].length));
}
