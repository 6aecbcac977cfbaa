import { memoized } from './memo';

/** Prose of one block (paragraph, heading, list item…), markup stripped. */
export interface ProseBlock {
  /** Raw offset in the document where the block begins; fixed while the writer types after it. */
  from: number;
  text: string;
  /** It goes on with the block before it: a long one is read in parts. */
  continues?: boolean;
}

export interface ContextOptions {
  /** Longest `textBefore`, UTF-16 units; at least 200. Default 6000. */
  maxChars?: number;
}

export const DEFAULT_MAX_CHARS = 6000;

/** Widths of the steps in which the front of the context is cut. */
function step(maxChars: number): number {
  return Math.max(1, Math.floor(maxChars / 4));
}

/**
 * The earliest raw offset that context for a cursor at `offset` may come from. It moves in steps,
 * so that the same keystrokes see the same document whatever was edited before.
 */
export function contextHorizon(offset: number, maxChars: number): number {
  const width = step(maxChars);
  return Math.max(0, Math.floor((offset - 2 * maxChars) / width) * width);
}

/** Blocks with their parts put together. */
export function wholeBlocks(parts: readonly ProseBlock[]): ProseBlock[] {
  const blocks: ProseBlock[] = [];
  for (const part of parts) {
    const before = blocks[blocks.length - 1];
    if (part.continues !== true || before === undefined) blocks.push(part);
    else blocks[blocks.length - 1] = { from: before.from, text: before.text + part.text };
  }
  return blocks;
}

/** Blocks above the cursor's stay as they are while it is written. */
const finished = memoized(2048, (text) => closeSentence(collapse(text).trim()));

/** A full stop where a block ends without punctuation: the model reads headings and items as sentences. */
export function closeSentence(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === '' || /[.!?:;,…]["”’)\]]*$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/**
 * Joins blocks into what the model reads. Too long a text loses its front at a block or sentence
 * start, in coarse steps: a prefix that moved with each keystroke would empty the model's KV cache.
 * @param blocks in document order; the last one ends at the cursor, its trailing whitespace kept.
 * @param title put first where the front was lost.
 * @param partialFirst the first block began before the horizon and lacks its beginning.
 */
export function joinContext(
  blocks: readonly ProseBlock[],
  partialFirst: boolean,
  title: () => string,
  maxChars: number,
): string {
  const last = blocks.length - 1;
  const tail = blocks[last];
  if (tail === undefined) return '';
  const texts = blocks.map((block, i) => (i === last ? collapse(block.text) : finished(block.text)));
  const width = step(maxChars);

  let start = last;
  let total = texts[last]!.length;
  while (start > 0 && total + texts[start - 1]!.length + 1 <= maxChars) total += texts[--start]!.length + 1;
  if (partialFirst && start === 0 && last > 0) start = 1;

  let cut = start > 0;
  if (cut && total <= maxChars) {
    for (let i = start; i <= last; i++) {
      if (Math.floor(blocks[i]!.from / width) !== Math.floor(blocks[i - 1]!.from / width)) {
        start = i;
        break;
      }
    }
  }
  const kept = texts.slice(start);
  if (kept.length === 1 && (kept[0]!.length > maxChars || (partialFirst && last === 0))) {
    kept[0] = cutSentences(kept[0]!, Math.max(0, kept[0]!.length - maxChars), width);
    cut = true;
  }
  if (cut) kept.unshift(finished(title()));
  const before = kept.slice(0, -1).filter((text) => text !== '');
  const current = kept[kept.length - 1]!.replace(/^ /, '');
  return before.length === 0 ? current : `${before.join(' ')} ${current}`;
}

/** The text from the first sentence start that lies in another step than the sentence before it, at or after `least`. */
function cutSentences(text: string, least: number, width: number): string {
  const starts = /[.!?]["”’)\]]* (?=[\p{Lu}\d("“])/gu;
  let previous = 0;
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const at = match.index + match[0].length;
    const newStep = Math.floor(at / width) !== Math.floor(previous / width);
    previous = at;
    if (at >= least && newStep && at < text.length) return text.slice(at);
  }
  const grid = Math.ceil(least / width) * width;
  const space = text.indexOf(' ', grid);
  return space < 0 || space >= text.length - 1 ? text.slice(least) : text.slice(space + 1);
}

/**
 * Characters that show nothing: controls, zero width, soft hyphen, joiners, fillers, the marks and embeddings of writing
 * direction (Unicode Standard Annex 9, section 2), annotations, selectors, tags. No vocabulary has them.
 */
const INVISIBLE =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffd\u{e0000}-\u{e0fff}]/gu;
/** Letters that PDF files hold as one. */
const LIGATURES = /[\ufb00-\ufb06]/g;

/** As it is shown, in composed characters: what was copied from a PDF file or typed on a Mac may hold others. */
function visible(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(/\x85/g, ' ')
    .replace(LIGATURES, (letters) => letters.normalize('NFKC'))
    .normalize('NFC');
}

/** Whitespace runs become one space; invisible characters and what a dropped citation leaves behind go. */
export function collapse(text: string): string {
  return (/[^\x20-\x7e]/.test(text) ? visible(text) : text)
    .replace(/\s+/g, ' ')
    .replace(/ ?\([ ,;]*\)/g, '')
    .replace(/\( /g, '(')
    .replace(/ (?=[.,;:!?)\]]+(?: |$))/g, '');
}
