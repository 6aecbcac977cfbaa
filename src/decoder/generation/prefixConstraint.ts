import type { LogitsProcessor } from './logitsProcessors';

/** Marks a symbol that ends a Moses token, in BPE vocabularies of this family. */
export const END_OF_WORD = '</w>';

/** The vocabulary ordered for the question "which symbols begin with these letters". */
export class SymbolIndex {
  /** Sorted by spelling. */
  private readonly sorted: { spelling: string; endsWord: boolean; id: number }[];

  constructor(symbols: readonly (string | undefined)[], specialIds: readonly number[]) {
    const special = new Set(specialIds);
    this.sorted = symbols.flatMap((symbol, id) => {
      if (symbol === undefined || special.has(id)) return [];
      const endsWord = symbol.endsWith(END_OF_WORD);
      return [{ spelling: endsWord ? symbol.slice(0, -END_OF_WORD.length) : symbol, endsWord, id }];
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

/**
 * Token healing: the generated text must begin with `letters`, the typed part of a word that was taken
 * off the prompt, in whatever pieces the model prefers. Without it the prompt would end in a piece that
 * claims the word is over.
 *
 * @param spellingOf a symbol without its end-of-word mark.
 */
export function prefixConstraint(
  letters: string,
  index: SymbolIndex,
  spellingOf: (id: number) => string,
): LogitsProcessor {
  return (logits, generated) => {
    let rest = letters;
    for (const id of generated) {
      if (rest === '') return;
      rest = rest.slice(spellingOf(id).length);
    }
    if (rest === '') return;
    const allowed = index.piecesToward(rest);
    const kept = allowed.map((id) => logits[id]!);
    logits.fill(-Infinity);
    allowed.forEach((id, i) => (logits[id] = kept[i]!));
  };
}
