/** A word, and how often it stands in a million words of its list. */
export interface ListedWord {
  word: string;
  perMillion: number;
}

/**
 * The words of the glossary's names and definitions with their frequencies, to finish half-typed words. A sorted text that is
 * searched as it stands: one line, `word` TAB `count`, for each, and the sum of counts on the first.
 */
export class WordList {
  private readonly total: number;
  private readonly start: number;

  /** @param text as `encodeWordList` writes it */
  constructor(private readonly text: string) {
    this.start = text.indexOf('\n') + 1;
    this.total = Number(text.slice(0, this.start - 1));
  }

  /** At most `limit` words that begin with some letters, most frequent first. @param letters in lower case */
  startingWith(letters: string, limit: number): ListedWord[] {
    const found: ListedWord[] = [];
    for (let at = this.firstAtLeast(letters); this.text.startsWith(letters, at);) {
      const end = this.text.indexOf('\n', at);
      const tab = this.text.indexOf('\t', at);
      found.push({
        word: this.text.slice(at, tab),
        perMillion: (1e6 * Number(this.text.slice(tab + 1, end))) / this.total,
      });
      at = end + 1;
    }
    return found.sort((a, b) => b.perMillion - a.perMillion).slice(0, limit);
  }

  /** Where the first line is that is not before `letters`. */
  private firstAtLeast(letters: string): number {
    let [low, high] = [this.start, this.text.length];
    while (low < high) {
      const middle = this.text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
      const line = Math.max(low, middle);
      const tab = this.text.indexOf('\t', line);
      if (this.text.slice(line, tab) < letters) low = this.text.indexOf('\n', line) + 1;
      else high = line;
    }
    return low;
  }
}

/** The text of a `WordList`, in UTF-8. */
export function encodeWordList(counts: readonly (readonly [word: string, count: number])[]): Uint8Array {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return new TextEncoder().encode([total, ...sorted.map(([word, count]) => `${word}\t${count}`), ''].join('\n'));
}
