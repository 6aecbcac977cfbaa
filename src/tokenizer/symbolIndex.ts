import { endsWord, spellingOf } from './endOfWord';

/** A vocabulary ordered for the question "which symbols begin with these letters". */
export class SymbolIndex {
  /** Sorted by spelling. */
  private readonly sorted: { spelling: string; endsWord: boolean; id: number }[];

  /** @param symbols by id; those of `specialIds` are not text. */
  constructor(symbols: readonly (string | undefined)[], specialIds: readonly number[]) {
    const special = new Set(specialIds);
    this.sorted = symbols.flatMap((symbol, id) => {
      if (symbol === undefined || special.has(id)) return [];
      return [{ spelling: spellingOf(symbol), endsWord: endsWord(symbol), id }];
    });
    this.sorted.sort((a, b) => (a.spelling < b.spelling ? -1 : a.spelling > b.spelling ? 1 : 0));
  }

  /**
   * Every symbol that can be the next piece of a word which begins with `letters`: the symbols that
   * begin with them, whether they end the word or not, and the inner pieces that they begin with.
   */
  piecesToward(letters: string): number[] {
    const ids: number[] = [];
    for (let i = this.firstAtLeast(letters); this.sorted[i]?.spelling.startsWith(letters); i++) {
      ids.push(this.sorted[i]!.id);
    }
    for (let length = 1; length < letters.length; length++) {
      const piece = letters.slice(0, length);
      for (let i = this.firstAtLeast(piece); this.sorted[i]?.spelling === piece; i++) {
        if (!this.sorted[i]!.endsWord) ids.push(this.sorted[i]!.id);
      }
    }
    return ids;
  }

  private firstAtLeast(spelling: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]!.spelling < spelling) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
