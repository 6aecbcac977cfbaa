/** Pauses longer than this are no part of anyone's pace, milliseconds. */
const LONGEST_GAP_MS = 1_000;
const GAPS = 20;
/** A key that is late by this share of the usual gap probably does not come. */
const LATE = 1.25;
/** Behind a word fewer keys follow unseen than inside it. */
const BETWEEN_WORDS = 0.5;
/** However slow the model, so much of the wait stays: a run of keys must not start a generation with each. */
const LEAST = 1 / 3;
/** Weight of the newest answer in the moving average of their times. */
const NEWEST = 0.3;

/** How fast the writer types and the model answers, and how long to wait for the next key because of it. */
export class TypingPace {
  private readonly gaps: number[] = [];
  private lastKey: number | undefined;
  private answerMs = 0;

  /** @param now milliseconds on the clock of all other calls */
  keyPressed(now: number): void {
    const gap = this.lastKey === undefined ? Infinity : now - this.lastKey;
    this.lastKey = now;
    if (gap > LONGEST_GAP_MS) return;
    this.gaps.push(gap);
    if (this.gaps.length > GAPS) this.gaps.shift();
  }

  /** The model took `ms` milliseconds for an answer. */
  answered(ms: number): void {
    this.answerMs = this.answerMs === 0 ? ms : (1 - NEWEST) * this.answerMs + NEWEST * ms;
  }

  /**
   * Milliseconds to wait before the model is asked to continue `textBefore`: at most `most`; less for a fast
   * typist, whose pauses show sooner, between words, and for a model that takes its time anyway.
   */
  wait(textBefore: string, most: number): number {
    const sorted = [...this.gaps].sort((a, b) => a - b);
    const usual = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
    const insideWord = /[\p{L}\p{N}\p{M}]$/u.test(textBefore);
    const wait = Math.min(most, LATE * usual) * (insideWord ? 1 : BETWEEN_WORDS);
    return Math.max(LEAST * wait, wait - this.answerMs);
  }
}
