/* Where a long line can be divided, so that a scan may start within it. */

/** In a longer line a scan may start anew, UTF-16 units. */
export const LONG_LINE = 2048;

/** Whether a scan that starts here takes for tokens what one from before does: a token may look at the blanks behind it. */
export function isBetweenTokens(text: string, pos: number): boolean {
  const next = text.charAt(pos);
  return /\S/.test(next) || (next === ' ' && text[pos - 1] === ' ');
}

/** The first place from `from` on, before `at`, where plain text can be divided; else `at`. */
export function breakBetween(text: string, from: number, at: number): number {
  for (let pos = from; pos < at; pos++) if (isBetweenTokens(text, pos)) return pos;
  return at;
}

/** Whether no delimiter of verbatim text lies across a place: what ends such text has no blank within. */
export function dividesNoDelimiter(text: string, pos: number): boolean {
  return !/\\[a-zA-Z]*\{?[^{}\s]*$/.test(text.slice(Math.max(0, pos - 60), pos));
}
