import type { SyntaxNode } from '@lezer/common';
import QuickLRU from 'quick-lru';
import { Checkpoints, type Checkpoint } from '../checkpoints';
import { contextHorizon, joinContext, wholeBlocks, type ProseBlock } from '../context';
import { memoized } from '../memo';
import { LONGEST_PREFIX, quiet, type BlockKind, type ScopeReason, type Scope } from '../scope';
import type { SourceText } from '../sourceText';
import { writingStyle } from '../writingStyle';
import { endsInUrl } from '../urls';
import { partsAround } from './longBlocks';
import { closingBracket, inlineText, isLeafBlock, proseBlocks } from './plainText';
import {
  frontMatterEnd,
  frontMatterOf,
  frontMatterReach,
  parseSegment,
  pieceAround,
  segmentScan,
  type Segment,
  type SegmentState,
} from './segments';

/** Segments whose prose is remembered. */
const REMEMBERED = 96;
const TITLE_WITHIN = 20_000;
/** Of a title, so much is read. */
const LONGEST_TITLE = 500;

/** Silent from the start of its first line to its end, both included. */
const QUIET_BLOCKS: Record<string, ScopeReason> = {
  FencedCode: 'codeBlock',
  CodeBlock: 'codeBlock',
  MathBlock: 'math',
  CommentBlock: 'comment',
  HTMLBlock: 'html',
  ProcessingInstructionBlock: 'html',
  LinkReference: 'url',
  Directive: 'directive',
  CommentLines: 'comment',
  LatexEnvironment: 'math',
  RawEnvironment: 'directive',
  Metadata: 'frontMatter',
  OpenMetadata: 'frontMatter',
  GridTable: 'markup',
  OpenTable: 'markup',
  HorizontalRule: 'markup',
};

/** Silent between its delimiters. */
const QUIET_INLINE: Record<string, ScopeReason> = {
  InlineCode: 'inlineCode',
  InlineMath: 'math',
  Comment: 'comment',
  HTMLTag: 'html',
  ProcessingInstruction: 'html',
  Entity: 'html',
  Autolink: 'url',
  Citation: 'citation',
  FootnoteReference: 'footnoteLabel',
  Attributes: 'attribute',
  RoleName: 'directive',
  Shortcode: 'directive',
  CrossReference: 'label',
  CriticComment: 'comment',
  TaskMarker: 'markup',
  Escape: 'markup',
  RawCommand: 'command',
  RawMark: 'command',
  WikiOpen: 'label',
  WikiClose: 'label',
  Embed: 'label',
  NoteComment: 'comment',
};

/** Silent at its end too: the writer may still be typing it. */
const QUIET_TO_END: Record<string, ScopeReason> = {
  URL: 'url',
  LinkLabel: 'label',
  LinkTitle: 'url',
  FootnoteLabel: 'footnoteLabel',
  ListMark: 'markup',
  HeaderMark: 'markup',
  AdmonitionMark: 'directive',
  CalloutMark: 'markup',
  WikiName: 'label',
  BlockId: 'label',
};

/** An unfinished construct begins at most this far before the cursor, UTF-16 units. */
const UNFINISHED_WITHIN = 1000;

/** Constructs begun before the cursor and not closed yet; recognised ones are blanked out before. */
const UNFINISHED: readonly [RegExp, ScopeReason][] = [
  [/<!--[^]*$/, 'comment'],
  [/(?<![\w\\`])`+[^`\n]*$/, 'inlineCode'],
  [/\[\[[^\]\n]*$/, 'label'],
  [/(?:^|>)[ \t]*\[![\w-]*$/, 'markup'],
  [/(?<![\w%])%%(?!%)[^]*$/, 'comment'],
  [/\[[^\]\n]*(?<![\w.])@[^\]\n]*$/, 'citation'],
  [/(?:^|[\s([;-])@[\w:.#$%&\-+?<>~/{]*$/, 'citation'],
  [/@$/, 'citation'],
  [/\[\^[^\]\s^]*$/, 'footnoteLabel'],
  [/\\@ref\([^)\n]*$/, 'label'],
  [/\{\{[^}\n]*$/, 'directive'],
  [/\{%(?:(?!%\})[^\n])*$/, 'directive'],
  [/\{#(?=\s)(?:(?!#\})[^])*$/, 'comment'],
  [/(?<=`)\{=[^}\n]*$/, 'attribute'],
  [/\{>>[^\n]*$/, 'comment'],
  [/\]\([^)\n]*$/, 'url'],
  [/\]\[[^\]\n]*$/, 'label'],
  [/<\/?[a-zA-Z][^>\n]*$/, 'html'],
  [/\{[#.][^}\n]*$/, 'attribute'],
  [/^\s*:{3,}[^\n]*$/, 'directive'],
];

/** Words side by side, which a formula does not have. */
const WORDS = /(?:^|[^\p{L}\\])\p{L}{2,}[,;.)]? +\p{L}{2,}(?!\p{L})/u;

/**
 * Whether a `$` in `before` begins a formula that the writer has not closed yet. Pandoc takes one for math whatever
 * stands between it and the next; until there is one, `$500`, `$US` and `$/QALY` are money.
 */
function opensMath(before: string): boolean {
  const tail = /(?<![\\\w$])\$\$?([^$\n]*)$/.exec(before)?.[1];
  if (tail === undefined || tail === '') return tail === '';
  if (/^[\s/)\],.;:%]/.test(tail) || /^(?:US|AUD?|CAD?|NZD?|HKD?|SGD?)(?![\p{L}\\^_{])/u.test(tail)) return false;
  const words = tail.search(WORDS);
  const sign = tail.search(/\\/);
  if (words >= 0 && (sign < 0 || sign > words)) return false;
  return !/^\d/.test(tail) || /[\\^_{]/.test(tail);
}

/** Scopes of one Markdown document. */
export class MarkdownScopes {
  private readonly checkpoints = new Checkpoints<SegmentState>(segmentScan, null);
  /** Blocks by segment text, offsets relative to the segment. */
  private readonly remembered = new QuickLRU<string, ProseBlock[]>({ maxSize: REMEMBERED });

  edit(oldText: SourceText, from: number, to: number, inserted: number): void {
    // Where front matter ends depends on all of it, and on the head of the document while its end is not written.
    const doubt = from <= frontMatterReach(oldText);
    if (doubt) this.checkpoints.edit(oldText, 0, to, from + inserted);
    else this.checkpoints.edit(oldText, from, to, inserted);
  }

  scopeAt(text: SourceText, offset: number, maxChars: number): Scope {
    const front = frontMatterOf(text);
    if (offset < front || (offset === front && front > 0 && text.slice(front - 1, front) !== '\n'))
      return quiet('frontMatter');

    const piece = pieceAround(text, this.checkpoints.before(text, offset), offset);
    const { starts, end } = partsAround(text, piece.start, piece.end, offset);
    const segment = parseSegment(text, starts[starts.length - 1]!, end);
    const cursor = new Cursor(text, offset, segment);
    const reason = cursor.quietReason();
    if (reason !== null) return quiet(reason);

    const horizon = contextHorizon(offset, maxChars);
    const current = cursor.currentBlock();
    const least = Math.max(horizon, front);
    const blocks = this.blocksBefore(text, starts, horizon).filter((block) => block.from >= least);
    for (const block of proseBlocks(
      segment.tree.topNode,
      segment.source,
      segment.shift,
      segment.from - segment.shift,
      offset - segment.shift,
    )) {
      if (block.from < cursor.blockFrom && block.from >= least) blocks.push(block);
    }
    if (cursor.note !== null) blocks.push(cursor.blockBeforeNote());
    blocks.push(current);
    return {
      prose: true,
      textBefore: joinContext(
        wholeBlocks(blocks),
        blocks[0]!.continues === true,
        () => this.titleOf(text, front),
        maxChars,
      ),
      block: cursor.blockKind(),
      linePrefix: cursor.linePrefix,
      style: writingStyle('markdown', text.slice(Math.max(front, horizon), offset), ''),
    };
  }

  /** The prose of the segments from the one that holds `horizon` up to the last of `starts`, which divide them more. */
  private blocksBefore(text: SourceText, starts: readonly Checkpoint<SegmentState>[], horizon: number): ProseBlock[] {
    const blocks: ProseBlock[] = [];
    const end = starts[starts.length - 1]!.pos;
    let point: Checkpoint<SegmentState> = this.checkpoints.before(text, Math.min(horizon, end));
    for (const start of starts) if (start.pos > point.pos && start.pos <= horizon) point = start;
    while (point.pos < end) {
      const { pos } = point;
      const start: Checkpoint<SegmentState> = starts.find((one) => one.pos > pos)!;
      const after: Checkpoint<SegmentState> | null = pos < starts[0]!.pos ? this.checkpoints.after(text, point) : null;
      const next: Checkpoint<SegmentState> = after !== null && after.pos < start.pos ? after : start;
      for (const block of this.segmentBlocks(text, point, next.pos)) blocks.push({ ...block, from: block.from + pos });
      point = next;
    }
    return blocks;
  }

  private segmentBlocks(text: SourceText, point: Checkpoint<SegmentState>, to: number): ProseBlock[] {
    const piece = text.slice(point.pos, to);
    if (point.pos === 0 && to === frontMatterEnd(piece)) return [];
    const key = `${point.state ?? ''}\0${piece}`;
    let blocks = this.remembered.get(key);
    if (blocks === undefined) {
      const segment = parseSegment(text, point, to);
      const shift = segment.shift - point.pos;
      const end = to - segment.shift;
      blocks = proseBlocks(segment.tree.topNode, segment.source, shift, -shift, end);
      this.remembered.set(key, blocks);
    }
    return blocks;
  }

  /** The front matter's title or the first heading of level 1. */
  private titleOf(text: SourceText, front: number): string {
    const field = /^title[ \t]*[:=][ \t]*(.+)$/m.exec(text.slice(0, front));
    if (field !== null) return field[1]!.trim().replace(/^(["'])(.*)\1$/, '$2');
    const heading = /^# +(.+?)(?: +#+)?[ \t]*$/m.exec(text.slice(front, front + TITLE_WITHIN));
    if (heading === null) return '';
    return textOfHeading(heading[0].slice(0, LONGEST_TITLE));
  }
}

const textOfHeading = memoized(16, (heading): string => {
  const { tree, source } = parseSegment(heading, { pos: 0, state: null }, heading.length);
  return proseBlocks(tree.topNode, source, 0, 0, heading.length)[0]?.text ?? '';
});

/** A cursor in a parsed segment. */
class Cursor {
  readonly linePrefix: string;
  /** The cursor in the segment's source. */
  private readonly at: number;
  private readonly root: SyntaxNode;
  private readonly source: string;
  /** Where the document's own text begins in the source. */
  private readonly start: number;
  /** The leaf block that the cursor is in or goes on with. */
  private readonly leaf: SyntaxNode | null;
  /** The inline note, `^[…]`, that the cursor is in. */
  readonly note: SyntaxNode | null;

  constructor(
    text: SourceText,
    private readonly offset: number,
    private readonly segment: Segment,
  ) {
    this.at = offset - segment.shift;
    this.root = segment.tree.topNode;
    this.source = segment.source;
    this.start = segment.from - segment.shift;
    this.linePrefix = text.slice(Math.max(text.lineStart(offset), offset - LONGEST_PREFIX), offset);
    this.leaf = this.findLeaf();
    this.note = this.findNote();
  }

  quietReason(): ScopeReason | null {
    const { at, source } = this;
    let reason: ScopeReason | null = null;
    let lastBlock: { name: string; to: number } | null = null;
    this.root.cursor().iterate((node) => {
      if (reason !== null || node.from > at + 4) return false;
      const { name, from, to } = node;
      const block = lookup(QUIET_BLOCKS, name);
      if (block !== undefined) {
        if (to <= at) lastBlock = { name, to };
        const lineStart = source.lastIndexOf('\n', from - 1) + 1;
        if ((name === 'CodeBlock' ? lineStart : from) <= at && at <= to) reason = block;
        return false;
      }
      if (from > at || to < at) return false;
      const inline = lookup(QUIET_INLINE, name);
      if (inline !== undefined) {
        const open = name === 'Citation' && source[from] === '@';
        if (from < at && (at < to || open)) reason = inline;
      }
      const toEnd = lookup(QUIET_TO_END, name);
      if (toEnd !== undefined && (from < at || name === 'URL' || name === 'WikiName') && at <= to)
        reason = this.markReason(node.node, toEnd);
      if (name === 'TableDelimiter' && node.node.parent?.name === 'Table') reason = 'tableDelimiter';
      if ((name === 'Link' || name === 'Image') && at < to) {
        const close = closingBracket(node.node, source);
        if (close !== null && close.nextSibling !== null && at >= close.to)
          reason = source[close.to] === '[' ? 'label' : 'url';
      }
      return reason === null;
    });
    if (reason !== null) return reason;
    const above = lastBlock as { name: string; to: number } | null;
    if (
      above?.name === 'CodeBlock' &&
      /^(?: {4}|\t)\s*$/.test(this.linePrefix) &&
      source.slice(above.to, at).trim() === ''
    ) {
      return 'codeBlock';
    }
    const before = this.maskedBefore();
    if (opensMath(before)) return 'math';
    for (const [pattern, unfinished] of UNFINISHED) if (pattern.test(before)) return unfinished;
    return endsInUrl(this.linePrefix, this.linePrefix.length) ? 'url' : null;
  }

  /** A closing `##` or a list mark with text behind it does not silence its end. */
  private markReason(mark: SyntaxNode, reason: ScopeReason): ScopeReason | null {
    if (mark.name === 'URL' && mark.parent?.name !== 'Link' && mark.parent?.name !== 'Image' && mark.from === this.at)
      return null;
    return reason;
  }

  /** The leaf block's raw text before the cursor, finished quiet constructs blanked out. */
  private maskedBefore(): string {
    const lineStart = this.at - this.linePrefix.length;
    const start = Math.max(
      this.start,
      this.leaf === null || this.leaf.to + 1 < lineStart ? lineStart : Math.min(this.leaf.from, this.at),
    );
    const from = Math.max(start, this.at - UNFINISHED_WITHIN);
    let masked = this.source.slice(from, this.at);
    const blank = (a: number, b: number): void => {
      const left = Math.max(0, a - from);
      const right = Math.min(masked.length, b - from);
      if (right > left) masked = masked.slice(0, left) + ' '.repeat(right - left) + masked.slice(right);
    };
    const node = this.leaf ?? this.root;
    node.cursor().iterate((inner) => {
      if (inner.from >= this.at || inner.to <= from) return false;
      if (lookup(QUIET_INLINE, inner.name) !== undefined || inner.name === 'URL') {
        if (inner.to <= this.at) blank(inner.from, inner.to);
        return false;
      }
      if (inner.name === 'Link' || inner.name === 'Image') {
        const close = closingBracket(inner.node, this.source);
        if (close !== null && close.nextSibling !== null && inner.to <= this.at) blank(close.from, inner.to);
      }
      return true;
    });
    return masked;
  }

  currentBlock(): ProseBlock {
    const { leaf, at, source } = this;
    if (leaf === null) return { from: this.offset, text: '' };
    const behind = at > leaf.to ? ' ' : '';
    if (this.note !== null)
      return {
        from: this.note.from + this.segment.shift,
        text: inlineText(this.note, source, this.start, at).trimStart(),
      };
    const text = inlineText(leaf, source, this.start, at).trimStart();
    const from = this.blockFrom;
    // A part of a long block.
    if (leaf.from < this.start && leaf.to > this.start) return { from, text: ` ${text}${behind}`, continues: true };
    return { from, text: text === '' ? '' : text + behind };
  }

  /** Where the cursor's block begins in the document. */
  get blockFrom(): number {
    return this.leaf === null ? this.offset : Math.max(this.leaf.from, this.start) + this.segment.shift;
  }

  /** What the sentence says up to the inline note that the cursor is in. */
  blockBeforeNote(): ProseBlock {
    const { leaf, note, source } = this;
    return { from: this.blockFrom, text: inlineText(leaf!, source, this.start, note!.from) };
  }

  blockKind(): BlockKind {
    if (this.note !== null) return 'footnote';
    if (this.inImage()) return 'caption';
    for (
      let node = this.leaf ?? (this.root.resolveInner(this.at, -1) as SyntaxNode | null);
      node !== null;
      node = node.parent
    ) {
      if (node.name.startsWith('ATXHeading') || node.name.startsWith('SetextHeading')) return 'heading';
      if (node.name === 'TableCell' || node.name === 'Table') return 'tableCell';
      if (node.name === 'FootnoteDefinition') return 'footnote';
      if (node.name === 'Caption') return this.isDefinition(node) ? 'paragraph' : 'caption';
      if (node.name === 'ListItem') return 'listItem';
      if (node.name === 'Blockquote') return 'quote';
    }
    if (this.leaf !== null) return 'paragraph';
    if (/^\s*\[\^[^\]\s^]+\]:/.test(this.linePrefix)) return 'footnote';
    if (/^\s*(?:[-+*]|\d{1,9}[.)])\s/.test(this.linePrefix)) return 'listItem';
    return /^\s*>/.test(this.linePrefix) ? 'quote' : 'paragraph';
  }

  /** A definition stands below its term, or below another one of it; its text is set off by more than one blank. */
  private isDefinition(caption: SyntaxNode): boolean {
    const above = caption.prevSibling?.name;
    const mark = this.source.slice(caption.from, caption.from + 3);
    if (mark === 'Tab') return false;
    return above === undefined ? /^[:~](?:\t| {2})/.test(mark) : above === 'Paragraph' || above === 'Caption';
  }

  private inImage(): boolean {
    for (let node: SyntaxNode | null = this.root.resolveInner(this.at, -1); node !== null; node = node.parent) {
      if (node.name === 'Image') return this.at < node.to;
    }
    return false;
  }

  private findLeaf(): SyntaxNode | null {
    const { at, source } = this;
    let found: SyntaxNode | null = null;
    this.root.cursor().iterate((node) => {
      if (node.from > at) return false;
      const table = node.name === 'TableCell';
      if (!isLeafBlock(node.name) && !table) return true;
      if (at <= node.to) {
        found = node.node;
        return false;
      }
      const between = source.slice(node.to, at);
      if (between.trim() === '' && !between.includes('\n')) found = node.node;
      else if (/^[ \t]*\n[ \t>]*$/.test(between) && this.goesOn(node.node)) found = node.node;
      return false;
    });
    return found;
  }

  private findNote(): SyntaxNode | null {
    for (let node: SyntaxNode | null = this.root.resolveInner(this.at, -1); node !== null; node = node.parent) {
      if (node.name !== 'InlineNote') continue;
      const closed = this.source[node.to - 1] === ']';
      return this.at >= node.from + 2 && (this.at < node.to || !closed) ? node : null;
    }
    return null;
  }

  /** Whether text on the line below a block would belong to it. */
  private goesOn(block: SyntaxNode): boolean {
    if (block.name !== 'Paragraph') return false;
    return block.parent?.name !== 'ListItem' || /^\s/.test(this.linePrefix);
  }
}

function lookup<V>(table: Record<string, V>, key: string): V | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
