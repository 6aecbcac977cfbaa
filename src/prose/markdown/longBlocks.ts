import type { Checkpoint } from '../checkpoints';
import type { SourceText } from '../sourceText';
import type { SegmentState } from './segments';

/** A list or a table longer than this is parsed in parts. */
const LONG = 1024;
/** A part is at least this long. */
const PART = 512;

/** An unindented item; the number of an ordered one. */
const ITEM = /^(?:[-+*]|(\d{1,9})[.)])[ \t]+\S/gm;
/** What may hold lines that look like items and are none. */
const MAY_HIDE_ITEMS = /^[ \t]*(?:`{3}|~{3}|<|\$\$|\\begin|:{3}|%)/m;
/** The head of a table and its delimiter row. */
const TABLE_HEAD = /^([^\n]*\|[^\n]*\n[ \t]*\|?[ \t:]*-[ \t:|-]*\|?)[ \t]*\n/;

/** What a part of a list or a table goes on with. */
const OPENS_LIST = /^(?:[-+*]|\d{1,9}[.)])(?: x)?\n$/;
const OPENS_TABLE = /^[^\n]*\|[^\n]*\n[ \t]*\|?[ \t:]*-[ \t:|-]*\|?\n$/;

/** The part of a long block that a cursor's scope depends on, and where parts before it begin. */
export interface Parts {
  /** In document order; the first one is the whole block's start, the last one the cursor's part. */
  starts: Checkpoint<SegmentState>[];
  /** Where the cursor's part ends. */
  end: number;
}

/**
 * Divides the text between two cuts, if it is a long list or table, at items and rows: one that is written costs its
 * neighbours, not the whole list of references.
 */
export function partsAround(text: SourceText, from: Checkpoint<SegmentState>, to: number, offset: number): Parts {
  const { state: opening } = from;
  if (to - from.pos <= LONG || !(opening === null || OPENS_LIST.test(opening) || OPENS_TABLE.test(opening)))
    return { starts: [from], end: to };
  const block = text.slice(from.pos, to);
  const at = offset - from.pos;
  const lineStart = block.lastIndexOf('\n', at - 1) + 1;
  // The line above and the line below have a say in what the cursor's line is.
  const above = lineStart === 0 ? 0 : block.lastIndexOf('\n', lineStart - 2) + 1;
  const below = lineEnd(block, lineEnd(block, at) + 1);
  const starts = [from];
  for (const { pos, state } of divided(block, opening)) {
    if (pos > below) return { starts, end: from.pos + pos };
    if (pos <= above) starts.push({ pos: from.pos + pos, state });
  }
  return { starts, end: to };
}

function lineEnd(text: string, pos: number): number {
  const end = text.indexOf('\n', pos);
  return end < 0 ? text.length : end;
}

/** Where parts behind the first one begin, at least `PART` apart. */
function divided(block: string, opening: SegmentState): Iterable<Checkpoint<SegmentState>> {
  if (MAY_HIDE_ITEMS.test(block)) return [];
  if (opening !== null && OPENS_TABLE.test(opening)) return rows(block, opening.trimEnd(), 0);
  const head = TABLE_HEAD.exec(block);
  return head === null ? items(block) : rows(block, head[1]!, head[0].length);
}

function* items(block: string): Generator<Checkpoint<SegmentState>> {
  let last = 0;
  let number = NaN;
  for (const match of block.matchAll(ITEM)) {
    const follows = match[1] === undefined || Number(match[1]) === number + 1;
    number = Number(match[1]);
    // A number that does not go on may be a line of a paragraph.
    if (!follows || match.index < last + PART) continue;
    last = match.index;
    yield { pos: last, state: null };
  }
}

function* rows(block: string, head: string, from: number): Generator<Checkpoint<SegmentState>> {
  let last = 0;
  for (let pos = from; pos < block.length; pos = lineEnd(block, pos) + 1) {
    if (block.slice(pos, lineEnd(block, pos)).trim() === '') break;
    if (pos < last + PART) continue;
    last = pos;
    yield { pos, state: `${head}\n` };
  }
}
