const PIECE = 8192;

/**
 * A document's text in pieces of bounded size. One string would be copied whole at each keystroke
 * (a JavaScript string made by `+` is flattened when first read): a millisecond per megabyte.
 */
export class SourceText {
  private readonly pieces: string[];
  private size: number;

  constructor(text: string) {
    this.pieces = cutUp(text);
    this.size = text.length;
  }

  /** UTF-16 units. */
  get length(): number {
    return this.size;
  }

  slice(from: number, to: number): string {
    const end = Math.min(to, this.size);
    let text = '';
    let at = 0;
    for (const piece of this.pieces) {
      if (at >= end) break;
      if (at + piece.length > from) text += piece.slice(Math.max(0, from - at), end - at);
      at += piece.length;
    }
    return text;
  }

  /** Replaces `[from, to)`; both within the text. */
  replace(from: number, to: number, insert: string): void {
    let at = 0;
    let first = 0;
    while (first < this.pieces.length - 1 && at + this.pieces[first]!.length < from) at += this.pieces[first++]!.length;
    const head = this.pieces[first]!.slice(0, from - at);
    let last = first;
    while (last < this.pieces.length - 1 && at + this.pieces[last]!.length < to) at += this.pieces[last++]!.length;
    const tail = this.pieces[last]!.slice(to - at);
    this.pieces.splice(first, last - first + 1, ...cutUp(head + insert + tail));
    if (this.pieces.length === 0) this.pieces.push('');
    this.size += insert.length - (to - from);
  }

  /** Where the line that holds `pos` begins. */
  lineStart(pos: number): number {
    let at = this.size;
    for (let i = this.pieces.length - 1; i >= 0; i--) {
      const piece = this.pieces[i]!;
      at -= piece.length;
      if (at >= pos) continue;
      const found = lastLineBreak(piece, Math.min(piece.length, pos - at) - 1);
      if (found >= 0) return at + found + 1;
    }
    return 0;
  }

  /** The offset of the next `\n` at or after `pos`; the text's length if there is none. */
  lineEnd(pos: number): number {
    let at = 0;
    for (const piece of this.pieces) {
      if (at + piece.length > pos) {
        const found = piece.indexOf('\n', Math.max(0, pos - at));
        if (found >= 0) return at + found;
      }
      at += piece.length;
    }
    return this.size;
  }
}

/**
 * The last `\n` at or before `from`, -1 if there is none. In a long line `lastIndexOf` takes a millisecond per megabyte; whether
 * a piece has any is told many times faster.
 */
export function lastLineBreak(text: string, from = text.length - 1): number {
  for (let end = from + 1; end > 0; end -= PIECE) {
    const start = Math.max(0, end - PIECE);
    const piece = text.slice(start, end);
    if (piece.includes('\n')) return start + piece.lastIndexOf('\n');
  }
  return -1;
}

function cutUp(text: string): string[] {
  if (text.length <= 2 * PIECE) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += PIECE) pieces.push(text.slice(at, at + PIECE));
  return pieces;
}
