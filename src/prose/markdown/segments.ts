import { GFM, parser, Subscript, Superscript } from '@lezer/markdown';
import type { Tree } from '@lezer/common';
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
  ],
});

/**
 * What a place between two top-level blocks must know: the opening of a block that reaches over blank lines and is
 * still open there (the line of a fence, `$$`, an HTML comment…; lines that stand for a metadata block, for a table), or
 * null. It is enough to parse on from there.
 */
export type SegmentState = string | null;

const SPACING = 1024;
/** Read at once to find where to cut. */
const WINDOW = 8192;
/** A line that may open a top-level block which blank lines do not end. */
const SPANNING = /^ {0,3}(?:`{3}|~{3}|<|\$\$|-{2,}|%%|:{3})/m;
const SENTINEL = '\n\nx';

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
    const end = segmentEnd(text, from.pos, SPACING, wanted);
    if (end >= text.length) return null;
    return { pos: end, state: openAfter(text.slice(from.pos, end), from.state) };
  },
  same: (a, b) => a === b,
};

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

/** The first place to cut behind `from` that is at least `spacing` away, or at `wanted`; the text's length if there is none. */
export function segmentEnd(text: SourceText, from: number, spacing: number, wanted?: number): number {
  // The line above may be the blank one.
  const start = Math.max(0, text.lineStart(from) - 1);
  for (let width = WINDOW; ; width *= 4) {
    const window = text.slice(start, start + width);
    for (let cut = nextCut(window, 0); cut >= 0; cut = nextCut(window, cut)) {
      const at = start + cut;
      if (at > from && (at >= from + spacing || at === wanted)) return at;
    }
    if (start + window.length === text.length) return text.length;
  }
}

/** The last place at or before `offset` where a document can be cut, from a checkpoint before it on. */
export function lastCut(text: SourceText, from: Checkpoint<SegmentState>, offset: number): Checkpoint<SegmentState> {
  let { pos, state } = from;
  // What stands behind a cut is looked at.
  for (const part of partsOf(text.slice(from.pos, offset + 1)).slice(0, -1)) {
    state = openAfterPart(part, state);
    pos += part.length;
  }
  return { pos, state };
}

/** A piece cut wherever it can be; the last part is the one behind the last cut. */
function partsOf(piece: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let match = nextCut(piece, 0); match >= 0; match = nextCut(piece, match)) {
    parts.push(piece.slice(from, match));
    from = match;
  }
  parts.push(piece.slice(from));
  return parts;
}

function openAfter(piece: string, opening: SegmentState): SegmentState {
  if (opening === null && !SPANNING.test(piece)) return null;
  let state = opening;
  for (const part of partsOf(piece)) state = openAfterPart(part, state);
  return state;
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
  const lineEnd = source.indexOf('\n', last.from);
  return source.slice(last.from, lineEnd < 0 ? source.length : lineEnd);
});

/** What goes on behind a blank line if what follows is of its kind. */
function openingAfter(block: string): SegmentState {
  if (block === 'OpenMetadata') return METADATA_OPENING;
  return block === 'OpenTable' ? TABLE_OPENING : null;
}

/** A table's delimiter row with spaces behind its last bar, which the parser does not take for one. */
const DELIMITER_ROWS = /^([ \t]*\|?[ \t:|]*-[ \t:|-]*)\|([ \t]+)$/gm;
const DELIMITER_ROW = new RegExp(DELIMITER_ROWS.source, 'm');

function sourceOf(piece: string, opening: SegmentState): string {
  const lines = DELIMITER_ROW.test(piece) ? piece.replace(DELIMITER_ROWS, '$1$2|') : piece;
  return `${opening === null ? '' : `${opening}\n`}${lines}${SENTINEL}`;
}

/** Parses the segment that begins at a checkpoint. */
export function parseSegment(text: Pick<SourceText, 'slice'>, from: Checkpoint<SegmentState>, to: number): Segment {
  const source = sourceOf(text.slice(from.pos, to), from.state);
  const tree = markdown.parse(source);
  const shift = from.pos - (from.state === null ? 0 : from.state.length + 1);
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
