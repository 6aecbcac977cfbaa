import { GFM, parser, Subscript, Superscript } from '@lezer/markdown';
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Checkpoint, SteppedScan } from '../checkpoints';
import { memoized } from '../memo';
import type { SourceText } from '../sourceText';
import {
  admonitions,
  attributes,
  captions,
  citations,
  directives,
  footnotes,
  inlineNotes,
  lineBlocks,
  longBlanks,
  math,
  quietLines,
  replaced,
} from './extensions';
import { METADATA_OPENING, metadata } from './metadata';
import { obsidian } from './obsidian';
import { pandocTables, TABLE_OPENING } from './pandocTables';

const markdown = parser.configure([
  GFM,
  Subscript,
  Superscript,
  math,
  citations,
  ...footnotes,
  inlineNotes,
  attributes,
  replaced,
  captions,
  admonitions,
  lineBlocks,
  longBlanks,
  metadata,
  pandocTables,
  quietLines,
  directives,
  ...obsidian,
]);

/** Finds the same blocks without looking into their lines: a fraction of the work. */
const blocksOnly = markdown.configure({
  remove: [
    'Escape',
    'Entity',
    'InlineCode',
    'HTMLTag',
    'Emphasis',
    'HardBreak',
    'Link',
    'Image',
    'LinkEnd',
    'Strikethrough',
    'Autolink',
    'Subscript',
    'Superscript',
    'InlineMath',
    'Citation',
    'FootnoteReference',
    'Attributes',
    'InlineNote',
    'Replaced',
    'WikiLink',
    'ObsidianMarks',
    'LineMark',
    'LongBlanks',
  ],
});

/**
 * What a place between two top-level blocks must know: the opening of a block that reaches over blank lines and is
 * still open there (the line of a fence, `$$`, an HTML comment…; lines that stand for a metadata block, for a table), or
 * null. It is enough to parse on from there.
 */
export type SegmentState = string | null;

const SPACING = 1024;
/** A block longer than two of this is cut, so that a key does not cost all of it; UTF-16 units. */
const LONG = 2048;
/** A break in a long block is looked for in so many. */
const BREAK_WITHIN = 500;
/** What decides about a cut stands at most so far behind the one before it. */
const REACH = 2 * LONG + BREAK_WITHIN;
/** Read at once to find where to cut. */
const WINDOW = REACH + LONG;

/** A line that may open a top-level block which blank lines do not end. */
const SPANNING = /^ {0,3}(?:`{3}|~{3}|<|\$\$|-{2,}|%%|:{3})/m;
const SENTINEL = '\n\nx';
/** Of an opening line, so much is kept. */
const LONGEST_OPENING = 200;
/** Of containers within containers, so many are kept: marks and blanks. */
const LONGEST_CONTAINERS = 40;

/** A piece of a document, parsed as if it stood alone; offsets in the tree are `shift` behind the document's. */
export interface Segment {
  from: number;
  to: number;
  /** What was parsed: the still open block's opening line, the piece, a sentinel paragraph. */
  source: string;
  tree: Tree;
  /** Document offset of the source's start. */
  shift: number;
}

/**
 * Cuts a document where CommonMark's block structure starts anew: at an unindented line below a
 * blank one, which closes every list, quote, paragraph and table before it; only the spanning
 * blocks go on, and those are the state.
 */
export const segmentScan: SteppedScan<SegmentState> = {
  next(text, from, wanted) {
    if (from.pos === 0) {
      const end = frontMatterOf(text);
      if (end > 0 && end < text.length) return { pos: end, state: null };
    }
    const cuts = new Cuts(text);
    let last = from;
    for (;;) {
      const { pos, between } = cuts.behind(last.pos);
      if (pos >= text.length) return null;
      const part = text.slice(last.pos, pos);
      last = { pos, state: between ? openAfterPart(part, last.state) : openWithin(part, last.state) };
      if (!between || pos >= from.pos + SPACING || pos === wanted) return last;
    }
  },
  same: (a, b) => a === b,
  reach: REACH,
};

/** The place to cut behind a cut. */
interface Cut {
  pos: number;
  /** Between two blocks; else within a long one, or at the text's end. */
  between: boolean;
}

/** Finds cuts one after the other: each follows from the one before it and from what stands within `REACH` behind it. */
class Cuts {
  private window = '';
  private start = 0;

  constructor(private readonly text: SourceText) {}

  behind(pos: number): Cut {
    const { text } = this;
    const seen = this.start + this.window.length;
    // The line above may be the blank one.
    if (pos - 1 < this.start || (pos + REACH > seen && seen < text.length)) {
      this.start = Math.max(0, pos - 1);
      this.window = text.slice(this.start, this.start + WINDOW);
    }
    const at = pos - this.start;
    let cut = nextCut(this.window, at);
    while (cut >= 0 && cut <= at) cut = nextCut(this.window, cut);
    if (cut >= 0 && cut - at <= 2 * LONG) return { pos: this.start + cut, between: true };
    if (text.length - pos <= 2 * LONG) return { pos: text.length, between: false };
    return { pos: pos + breakIn(this.window.slice(at, at + REACH)), between: false };
  }
}

/** Where a long block is cut: at a line's start, or where a line is long at a word's. */
function breakIn(window: string): number {
  const line = window.indexOf('\n', LONG - 1);
  if (line >= 0 && line < LONG + BREAK_WITHIN) return line + 1;
  const word = /\s(?=[\p{L}\p{N}])/u.exec(window.slice(LONG, LONG + BREAK_WITHIN));
  return LONG + (word === null ? 0 : word.index + 1);
}

/**
 * The first place to cut in `window` whose blank line ends at `from` or behind it; -1 if there is none. From line to
 * line, which takes a tenth of what the pattern `\n[ \t]*\n(?=\S)` does.
 */
function nextCut(window: string, from: number): number {
  let newline = window.indexOf('\n', Math.max(0, from - 1));
  while (newline >= 0) {
    let pos = newline + 1;
    while (window[pos] === ' ' || window[pos] === '\t') pos++;
    if (window[pos] === '\n' && /\S/.test(window.charAt(pos + 1))) return pos + 1;
    newline = window.indexOf('\n', pos);
  }
  return -1;
}

/** The piece that holds `offset`, from a checkpoint before it on: where it can be cut last, and where next. */
export function pieceAround(
  text: SourceText,
  from: Checkpoint<SegmentState>,
  offset: number,
): { start: Checkpoint<SegmentState>; end: number } {
  const cuts = new Cuts(text);
  let start = from;
  for (;;) {
    const { pos, between } = cuts.behind(start.pos);
    if (pos > offset || pos >= text.length || !between) return { start, end: pos };
    start = { pos, state: openAfterPart(text.slice(start.pos, pos), start.state) };
  }
}

function openAfterPart(part: string, opening: SegmentState): SegmentState {
  if (opening === null && !SPANNING.test(part)) return null;
  const source = sourceOf(part, opening);
  return openAtEnd(source);
}

/** What is open at the end of a part follows from its text; while one part is written the others stay. */
const openAtEnd = memoized(256, (source): SegmentState => {
  const tree = blocksOnly.parse(source);
  const last = tree.topNode.lastChild;
  if (last === null) return null;
  if (last.from === source.length - 1) return last.prevSibling === null ? null : openingAfter(last.prevSibling.name);
  return firstLine(source, last.from);
});

function firstLine(source: string, from: number): string {
  const end = source.indexOf('\n', from);
  return `${source.slice(from, Math.min(end < 0 ? source.length : end, from + LONGEST_OPENING))}\n`;
}

/** What goes on behind a blank line if what follows is of its kind. */
function openingAfter(block: string): SegmentState {
  if (block === 'OpenMetadata') return METADATA_OPENING;
  return block === 'OpenTable' ? TABLE_OPENING : null;
}

const LEAVES_OF_PROSE = /^(?:Paragraph|Task|CalloutTitle)$/;
/** Blocks that their first line opens, and a blank line or a line of theirs ends. */
const LINES_TO_END = /^(?:HTMLBlock|LatexEnvironment|RawEnvironment)$/;

/**
 * What is open where a long block is cut: lines that make the same containers and begin the same block, with an `x` in
 * place of the text before. What an inline construct reaches over is given up: none is as long.
 */
const openWithinSource = memoized(64, (source): SegmentState => {
  const spanning = openAtEnd(source + SENTINEL);
  if (spanning !== null) return spanning;
  const atLine = source.endsWith('\n');
  let containers = '';
  let node = blocksOnly.parse(source).topNode;
  for (let child = node.lastChild; child !== null; child = node.lastChild) {
    const mark = markOf(child, source);
    if (mark === null) break;
    if (containers.length < LONGEST_CONTAINERS) containers += mark;
    node = child;
  }
  const leaf = node.lastChild;
  const closed = containers === '' ? null : `${containers.trimEnd()}\n`;
  if (leaf === null || source.slice(leaf.to).trim() !== '' || /\n[ \t>]*\n$/.test(source)) return closed;
  if (LEAVES_OF_PROSE.test(leaf.name)) return `${containers}x${atLine ? '\n' : ' '}`;
  if (leaf.name.startsWith('ATXHeading')) return atLine ? closed : `${containers}# x `;
  if (containers !== '') {
    const open = leaf.name === 'FencedCode' && leaf.getChildren('CodeMark').length < 2;
    return open ? containers + firstLine(source, leaf.from) : closed;
  }
  if (leaf.name === 'Table') {
    const head = firstLine(source, leaf.from);
    return `${head}${firstLine(source, leaf.from + head.length)}${atLine ? '' : '| x '}`;
  }
  if (leaf.name === 'GridTable') return source[leaf.from] === '+' ? '+---+---+\n' : '--- ---\n';
  return LINES_TO_END.test(leaf.name) && !/\\end\{[^}]*\}\s*$/.test(source) ? firstLine(source, leaf.from) : null;
});

function openWithin(part: string, opening: SegmentState): SegmentState {
  return openWithinSource((opening ?? '') + part);
}

/** What makes a container; null for what is none. */
function markOf(node: SyntaxNode, source: string): string | null {
  switch (node.name) {
    case 'Blockquote':
      return '> ';
    case 'BulletList':
    case 'OrderedList':
      return '';
    case 'ListItem':
    case 'FootnoteDefinition':
    case 'Caption':
    case 'Admonition': {
      const mark = node.firstChild;
      return mark === null ? '' : `${source.slice(mark.from, mark.to).trimEnd()} `;
    }
    default:
      return null;
  }
}

/** A table's delimiter row with spaces behind its last bar, which the parser does not take for one. */
const DELIMITER_ROWS = /^([ \t:|]*-[ \t:|-]*)\|([ \t]+)$/gm;
const DELIMITER_ROW = new RegExp(DELIMITER_ROWS.source, 'm');

function sourceOf(piece: string, opening: SegmentState): string {
  const lines = DELIMITER_ROW.test(piece) ? piece.replace(DELIMITER_ROWS, '$1$2|') : piece;
  return `${opening ?? ''}${lines}${SENTINEL}`;
}

/** Parses the segment that begins at a checkpoint. */
export function parseSegment(text: Pick<SourceText, 'slice'>, from: Checkpoint<SegmentState>, to: number): Segment {
  const source = sourceOf(text.slice(from.pos, to), from.state);
  const tree = markdown.parse(source);
  const shift = from.pos - (from.state?.length ?? 0);
  return { from: from.pos, to, source, tree, shift };
}

/** Front matter is looked for in this many characters. */
const FRONT_MATTER_WITHIN = 20_000;

/** Where a document's front matter ends, 0 if it has none. */
export function frontMatterOf(text: SourceText): number {
  return mayHaveFrontMatter(text) ? frontMatterEnd(text.slice(0, FRONT_MATTER_WITHIN)) : 0;
}

/** The last offset at which an edit can move the front matter's end; -1 if there is none to move. */
export function frontMatterReach(text: SourceText): number {
  if (!mayHaveFrontMatter(text)) return -1;
  const head = text.slice(0, FRONT_MATTER_WITHIN);
  const end = frontMatterEnd(head);
  const lastLine = head.slice(head.lastIndexOf('\n', end - 2) + 1, end);
  const closed = end > 4 && /^(?:---|\.\.\.|\+\+\+)[ \t]*\n$/.test(lastLine);
  return closed ? end : FRONT_MATTER_WITHIN;
}

function mayHaveFrontMatter(text: SourceText): boolean {
  return /^\ufeff?(?:---|\+\+\+)/.test(text.slice(0, 4));
}

/**
 * Where the YAML (`---`) or TOML (`+++`) front matter ends in a document's head, 0 if it has none.
 * While its end is not written yet, the lines that look like keys are taken for it.
 */
export function frontMatterEnd(head: string): number {
  const open = /^\ufeff?(---|\+\+\+)[ \t]*\n/.exec(head);
  if (open === null) return 0;
  const closing = open[1] === '---' ? /^(?:---|\.\.\.)[ \t]*$/ : /^\+\+\+[ \t]*$/;
  let pos = open[0].length;
  let keysEnd = pos;
  let onlyKeys = true;
  for (let first = true; pos <= head.length; first = false) {
    const lineEnd = head.indexOf('\n', pos);
    const end = lineEnd < 0 ? head.length : lineEnd;
    const line = head.slice(pos, end);
    if (closing.test(line)) return Math.min(head.length, end + 1);
    const key = /^(?:[ \t]*(?:[\w"'-]+[ \t]*[:=].*|-(?: .*)?|#.*|\w*)|[ \t]+\S.*)$/.test(line);
    if (first && (!key || line.trim() === '') && head.length > pos) return 0;
    onlyKeys = onlyKeys && key && line.trim() !== '';
    if (onlyKeys) keysEnd = Math.min(head.length, end + 1);
    if (lineEnd < 0) break;
    pos = end + 1;
  }
  return keysEnd;
}
