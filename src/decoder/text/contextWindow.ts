import { END_OF_WORD } from '../generation/prefixConstraint';

/**
 * The most recent tokens of a text that is longer than the model can read.
 *
 * The window moves in coarse steps (a quarter of `limit`), so that between two keystrokes it nearly always
 * begins at the same token: then the KV cache's prefix stays good. Moved by one token per keystroke, every
 * keystroke would compute the whole window again. Within a step it begins at a sentence where there is
 * one, else at a word.
 *
 * @param ids the whole text, its leading `</s>` included.
 * @param limit most tokens of the result, its leading `</s>` included; at least 2.
 */
export function contextWindow(ids: readonly number[], limit: number, symbolOf: (id: number) => string): number[] {
  if (ids.length <= limit) return [...ids];
  const start = ids[0]!;
  const step = Math.max(1, Math.floor(limit / 4));
  const surplus = ids.length - limit;
  const from = Math.ceil(surplus / step) * step;
  // The leading </s> stands for what was cut, so one more token has to go.
  const least = from + 1;
  const most = Math.min(from + step, ids.length - 1);
  const endsWord = (index: number): boolean => symbolOf(ids[index]!).endsWith(END_OF_WORD);
  let begin = -1;
  for (let i = least; i < most && begin < 0; i++) {
    const sentenceOver = /^[.?!]<\/w>$/.test(symbolOf(ids[i - 1]!)) && (i < 2 || endsWord(i - 2));
    if (sentenceOver) begin = i;
  }
  for (let i = least; i < most && begin < 0; i++) if (endsWord(i - 1)) begin = i;
  return [start, ...ids.slice(begin < 0 ? least : begin)];
}
