import type { BlockContext, Line } from '@lezer/markdown';

/** How many containers the line belongs to; what @lezer/markdown's own multi-line blocks go by. */
export function depthOf(line: Line): number {
  return (line as unknown as { depth?: number }).depth ?? Infinity;
}

/** Consumes the current line and those that `belongs` accepts, as one node. */
export function takeWhile(cx: BlockContext, line: Line, name: string, belongs: (next: string) => boolean): true {
  takeLines(cx, line, belongs, () => name);
  return true;
}

/** Consumes the current line and those that `belongs` accepts; `name` is asked for behind them. */
export function takeLines(cx: BlockContext, line: Line, belongs: (next: string) => boolean, name: () => string): void {
  const from = cx.lineStart + line.pos;
  const depth = cx.depth;
  let to = cx.lineStart + line.text.length;
  while (cx.nextLine() && depthOf(line) >= depth && belongs(line.text.slice(line.basePos)))
    to = cx.lineStart + line.text.length;
  cx.addElement(cx.elt(name(), from, to));
}

/** Lines are looked ahead for in so many characters. */
const AHEAD = 1500;

/** The current line and those below it; what stands further down than a screen is not looked at. */
export function linesAhead(cx: BlockContext): string[] {
  const { input } = cx as unknown as { input: { length: number; read(from: number, to: number): string } };
  const lines = input.read(cx.lineStart, Math.min(input.length, cx.lineStart + AHEAD)).split('\n');
  if (cx.lineStart + AHEAD < input.length) lines.pop();
  return lines;
}
