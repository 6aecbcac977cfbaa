/** How one answer was decoded: the same text may have several answers. */
export type Variant = string;

interface Entry {
  variant: Variant;
  /** What the model read. */
  textBefore: string;
  /** What it wrote. */
  answer: string;
}

/**
 * Answers by the text they continue, least recently used first out. Memory only: no prose is ever
 * written to disk. A search looks at every entry; comparing a hundred prefixes takes microseconds,
 * since most differ early.
 */
export class AnswerCache {
  private entries: Entry[] = [];

  constructor(private readonly capacity = 100) {}

  set(variant: Variant, textBefore: string, answer: string): void {
    this.entries = this.entries.filter((entry) => entry.variant !== variant || entry.textBefore !== textBefore);
    this.entries.push({ variant, textBefore, answer });
    if (this.entries.length > this.capacity) this.entries.shift();
  }

  /**
   * What remains at `textBefore` of an answer given there or at an earlier point of the same text;
   * undefined when none is known. An empty answer counts at its own point only.
   */
  find(variant: Variant, textBefore: string): string | undefined {
    for (let at = this.entries.length - 1; at >= 0; at--) {
      const entry = this.entries[at]!;
      if (entry.variant !== variant) continue;
      const rest = remainder(entry.textBefore, entry.answer, textBefore);
      if (rest === undefined || (rest === '' && entry.textBefore !== textBefore)) continue;
      this.entries.splice(at, 1);
      this.entries.push(entry);
      return rest;
    }
    return undefined;
  }

  /** Drops the answers a writer has gone back behind: those given after `textBefore`. */
  forgetBeyond(textBefore: string): void {
    this.entries = this.entries.filter(
      (entry) => entry.textBefore.length <= textBefore.length || !entry.textBefore.startsWith(textBefore),
    );
  }

  clear(): void {
    this.entries = [];
  }
}

/** What is left of an answer to `textBefore` at the later point `now`; undefined when `now` went another way. */
export function remainder(textBefore: string, answer: string, now: string): string | undefined {
  if (!now.startsWith(textBefore)) return undefined;
  const typed = now.slice(textBefore.length);
  return answer.startsWith(typed) ? answer.slice(typed.length) : undefined;
}
