import type { SyntaxNode } from '@lezer/common';
import type { ProseBlock } from '../context';
import { greekLetter, mathToText } from '../math';

const DROPPED = new Set([
  'AdmonitionMark',
  'LineMark',
  'BlockId',
  'CalloutMark',
  'Embed',
  'HighlightMark',
  'NoteComment',
  'RawMark',
  'WikiClose',
  'WikiOpen',
  'Attributes',
  'Autolink',
  'CaptionMark',
  'Citation',
  'CodeMark',
  'Comment',
  'CriticComment',
  'CriticMark',
  'CrossReference',
  'EmphasisMark',
  'InlineNote',
  'NoteMark',
  'Shortcode',
  'FootnoteLabel',
  'FootnoteReference',
  'RawCommand',
  'HeaderMark',
  'ListMark',
  'ProcessingInstruction',
  'QuoteMark',
  'RoleName',
  'StrikethroughMark',
  'SubscriptMark',
  'SuperscriptMark',
  'TaskMarker',
  'URL',
]);

/** Blocks that hold a line of prose; table rows and footnotes are read only where the cursor is in them. */
export function isLeafBlock(name: string): boolean {
  return (
    name === 'Paragraph' ||
    name === 'Task' ||
    name === 'CalloutTitle' ||
    name.startsWith('ATXHeading') ||
    name.startsWith('SetextHeading')
  );
}

/** The blocks of a parsed source in order, from `start` to `end`, offsets shifted by `shift`. */
export function proseBlocks(root: SyntaxNode, source: string, shift: number, start: number, end: number): ProseBlock[] {
  const blocks: ProseBlock[] = [];
  root.cursor().iterate((node) => {
    if (node.from >= end) return false;
    // What a footnote says is read in that footnote.
    if (!isLeafBlock(node.name)) return node.name !== 'Table' && !(node.name === 'FootnoteDefinition' && node.to < end);
    const from = Math.max(start, node.from);
    if (from >= node.to) return false;
    const read = inlineText(node.node, source, from, Math.min(node.to, end));
    // Attributes hid the marks that close a heading.
    const text = node.name.startsWith('ATXHeading') ? read.replace(/(?<! ) +#+ *$/, '') : read;
    if (text.trim() === '') return false;
    const continues = from > node.from;
    // What divides a long block is a blank.
    blocks.push({ from: from + shift, text: continues ? ` ${text}` : text, ...(continues && { continues }) });
    return false;
  });
  return blocks;
}

/** The text of a node between `from` and `end`, without its markup. */
export function inlineText(node: SyntaxNode, source: string, from: number, end: number): string {
  return textBetween(node, source, Math.max(node.from, from), Math.min(node.to, end));
}

function textBetween(node: SyntaxNode, source: string, from: number, to: number): string {
  let text = '';
  let pos = from;
  for (let child = node.childAfter(from); child !== null && child.from < to; child = child.nextSibling) {
    if (child.from < pos) continue;
    text += literal(source.slice(pos, child.from)) + childText(child, source, to);
    pos = child.to;
  }
  return pos < to ? text + literal(source.slice(pos, to)) : text;
}

/** Emphasis that is not closed yet is markup all the same. */
function literal(text: string): string {
  return /[*_~]/.test(text) ? text.replace(/(?<=^|[\s([])(?:\*{1,3}|_{1,3}|~~)(?=[\p{L}\p{N}])/gu, '') : text;
}

function childText(node: SyntaxNode, source: string, end: number): string {
  const to = Math.min(node.to, end);
  switch (node.name) {
    case 'Escape':
      return source.slice(node.from + 1, to);
    case 'HardBreak':
      return ' ';
    case 'Entity':
      return entityText(source.slice(node.from, node.to));
    case 'HTMLTag':
      return /^<\/?(?:br|p|div)\b/i.test(source.slice(node.from, node.to)) ? ' ' : '';
    case 'InlineMath':
      return mathToText(source.slice(node.from, node.to).replace(/^(?:\$+|\\[([])|(?:\$+|\\[)\]])$/g, ''));
    case 'InlineCode':
      return codeText(node, source);
    case 'Image':
      // Obsidian has a picture's width there.
      return linkText(node, source, to).replace(/\|\d+(?:x\d+)?$/, '');
    case 'Link':
      return linkText(node, source, to);
    default:
      return DROPPED.has(node.name) ? '' : textBetween(node, source, node.from, to);
  }
}

function codeText(node: SyntaxNode, source: string): string {
  const code = source.slice(node.from, node.to).replace(/^`+|`+$/g, '');
  const role = node.prevSibling;
  if (role?.name === 'RoleName' && role.to === node.from) {
    const name = source.slice(role.from + 1, role.to - 1);
    if (name === 'math') return mathToText(code);
    if (/^(?:cite|ref|numref|eq|doc|term$)/.test(name)) return name === 'term' ? code : '';
  }
  // `<br>` for one format alone (Pandoc's manual, "Generic raw attribute").
  const format = node.nextSibling;
  if (format?.name === 'Attributes' && format.from === node.to && source.startsWith('{=', format.from)) return '';
  // R Markdown and Quarto put a computed value here.
  return /^(?:r|py|python|\{\w+\}) /.test(code) ? '' : code;
}

function linkText(node: SyntaxNode, source: string, to: number): string {
  const open = node.firstChild;
  const close = closingBracket(node, source);
  if (open === null || close === null) return source.slice(node.from, to);
  if (close.nextSibling !== null) return textBetween(node, source, open.to, Math.min(close.from, to));
  // A span with attributes.
  if (node.nextSibling?.name === 'Attributes' && node.nextSibling.from === node.to)
    return textBetween(node, source, open.to, Math.min(close.from, to));
  // `[18F]`: brackets that lead nowhere are text.
  const inner = textBetween(node, source, open.to, Math.min(close.from, to));
  return `${source.slice(open.from, open.to)}${inner}${source.slice(Math.min(close.from, to), Math.min(close.to, to))}`;
}

/** The `]` that ends a link's text. */
export function closingBracket(link: SyntaxNode, source: string): SyntaxNode | null {
  for (let child = link.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'LinkMark' && source[child.from] === ']') return child;
  }
  return null;
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  thinsp: ' ',
  ensp: ' ',
  emsp: ' ',
  ndash: '–',
  mdash: '—',
  plusmn: '±',
  times: '×',
  deg: '°',
  le: '≤',
  ge: '≥',
  micro: 'µ',
  middot: '·',
  hellip: '…',
  reg: '®',
  trade: '™',
  copy: '©',
  minus: '−',
  ne: '≠',
  asymp: '≈',
  rarr: '→',
  larr: '←',
  sup2: '²',
  sup3: '³',
  shy: '',
};

function entityText(entity: string): string {
  const name = entity.slice(1, -1);
  const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (code !== null) {
    const point = code[1] !== undefined ? parseInt(code[1], 16) : Number(code[2]);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
  }
  if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name]!;
  return greekLetter(name) ?? entity;
}
