import QuickLRU from 'quick-lru';

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
 * Answers by the text they continue. Memory only: no prose is ever written to disk. A search looks at every entry;
 * comparing a hundred prefixes takes microseconds, since most differ early.
 */
export class AnswerCache {
  private readonly entries: QuickLRU<string, Entry>;

  /** @param maxSize at least this many of the answers used last are kept, at most twice as many. */
  constructor(maxSize = 100) {
    this.entries = new QuickLRU({ maxSize });
  }

  set(variant: Variant, textBefore: string, answer: string): void {
    this.entries.set(keyOf(variant, textBefore), { variant, textBefore, answer });
  }

  /**
   * What remains at `textBefore` of an answer given there or at an earlier point of the same text;
   * undefined when none is known. An empty answer counts at its own point only.
   */
  find(variant: Variant, textBefore: string): string | undefined {
    for (const [key, entry] of this.entries.entriesDescending()) {
      if (entry.variant !== variant) continue;
      const rest = remainder(entry.textBefore, entry.answer, textBefore);
      if (rest === undefined || (rest === '' && entry.textBefore !== textBefore)) continue;
      this.entries.get(key);
      return rest;
    }
    return undefined;
  }

  /** Drops the answers a writer has gone back behind: those given after `textBefore`. */
  forgetBeyond(textBefore: string): void {
    for (const [key, entry] of [...this.entries.entriesAscending()]) {
      if (entry.textBefore.length > textBefore.length && entry.textBefore.startsWith(textBefore))
        this.entries.delete(key);
    }
  }

  clear(): void {
    this.entries.clear();
  }
}

function keyOf(variant: Variant, textBefore: string): string {
  return `${variant}\0${textBefore}`;
}

/** What is left of an answer to `textBefore` at the later point `now`; undefined when `now` went another way. */
export function remainder(textBefore: string, answer: string, now: string): string | undefined {
  if (!now.startsWith(textBefore)) return undefined;
  const typed = now.slice(textBefore.length);
  return answer.startsWith(typed) ? answer.slice(typed.length) : undefined;
}
