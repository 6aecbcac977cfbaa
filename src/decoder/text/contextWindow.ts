import { endsWord } from '../../tokenizer/endOfWord';
import { SENTENCE_ENDS } from '../generation/stopRules';

/** Parts of the limit: what a window that moves leaves free for the text to come; … */
const STEP = 1 / 4;
/** … what is still free when the window moves ahead of time; … */
const HEADROOM = 1 / 8;
/** … the least context that is worth keeping a window for; … */
const LEAST = 1 / 2;
/** … and how much of its beginning the text must still have. */
const SAME = 1 / 4;

/**
 * The most recent tokens of a text that may be longer than the model can read.
 *
 * While the text grows the window keeps its beginning, so that the KV cache's prefix stays good, until it is
 * full; then a quarter of it becomes free at once. Moved by one token per keystroke, every keystroke would
 * compute the whole window again. A window begins at a sentence where there is one, else at a word.
 */
export class ContextWindow {
  private chosen: readonly number[] = [];

  constructor(private readonly symbolOf: (id: number) => string) {}

  /** The window that was chosen last, its leading `</s>` included; empty before the first. */
  get last(): readonly number[] {
    return this.chosen;
  }

  /**
   * The window of a text.
   * @param ids the whole text, its leading `</s>` included.
   * @param limit most tokens of the result, its leading `</s>` included; at least 2.
   */
  of(ids: readonly number[], limit: number): number[] {
    return this.choose(ids, limit, limit);
  }

  /**
   * As `of`, but a window that is almost full moves already: for times in which nobody waits. The windows
   * that follow begin where this one does.
   */
  ahead(ids: readonly number[], limit: number): number[] {
    return this.choose(ids, limit, limit - Math.floor(limit * HEADROOM));
  }

  private choose(ids: readonly number[], limit: number, most: number): number[] {
    const window = this.kept(ids, limit, most) ?? (ids.length <= most ? [...ids] : this.moved(ids, limit));
    this.chosen = window;
    return window;
  }

  /** The window that begins where the last one did, wherever that now is in the text. */
  private kept(ids: readonly number[], limit: number, most: number): number[] | null {
    let begin = 0;
    let longest = Math.floor(limit * SAME);
    const from = Math.max(1, ids.length - most + 1);
    const to = ids.length - Math.floor(limit * LEAST);
    for (let i = from; i <= to; i++) {
      const run = commonRun(ids, i, this.chosen, 1);
      // Of places that read alike, as in a text that repeats itself, the last leaves least to compute.
      if (run >= longest) [begin, longest] = [i, run];
    }
    return begin === 0 ? null : [ids[0]!, ...ids.slice(begin)];
  }

  private moved(ids: readonly number[], limit: number): number[] {
    const step = Math.max(1, Math.floor(limit * STEP));
    // The leading </s> stands for what was cut.
    const least = Math.min(ids.length - limit + 1 + step, ids.length - 1);
    const most = Math.min(least + step, ids.length - 1);
    const symbolAt = (index: number): string => this.symbolOf(ids[index]!);
    const endsSentence = (index: number): boolean =>
      SENTENCE_ENDS.has(symbolAt(index)) && (index < 1 || endsWord(symbolAt(index - 1)));
    let begin = -1;
    for (let i = least; i < most && begin < 0; i++) if (endsSentence(i - 1)) begin = i;
    for (let i = least; i < most && begin < 0; i++) if (endsWord(symbolAt(i - 1))) begin = i;
    return [ids[0]!, ...ids.slice(begin < 0 ? least : begin)];
  }
}

/** How many tokens `a` from `i` on and `b` from `j` on have in common. */
function commonRun(a: readonly number[], i: number, b: readonly number[], j: number): number {
  let length = 0;
  while (i + length < a.length && j + length < b.length && a[i + length] === b[j + length]) length++;
  return length;
}
