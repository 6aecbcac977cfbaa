import type { BioGptTokenizer } from '../tokenizer/bioGptTokenizer';
import { SPECIAL_IDS } from '../tokenizer/bioGptTokenizer';
import { END_OF_WORD, SymbolIndex } from './generation/prefixConstraint';
import { unfitFirst, type FirstWord } from './text/cursor';

/** What the search looks up in a model's tokens; tables are made when first asked for. */
export class Vocabulary {
  private readonly unfit = new Map<FirstWord, number[]>();
  private symbols: SymbolIndex | null = null;

  /** @param size tokens that both the tokenizer and the model have. */
  constructor(
    private readonly tokenizer: BioGptTokenizer,
    private readonly size: number,
  ) {}

  /** Tokens by their letters; the special ones are not among them. */
  get index(): SymbolIndex {
    return (this.symbols ??= new SymbolIndex(this.all(), Object.values(SPECIAL_IDS)));
  }

  readonly symbolOf = (id: number): string => this.tokenizer.idToSymbol(id);

  /** A symbol without its end-of-word mark. */
  readonly spellingOf = (id: number): string => {
    const symbol = this.symbolOf(id);
    return symbol.endsWith(END_OF_WORD) ? symbol.slice(0, -END_OF_WORD.length) : symbol;
  };

  readonly endsWord = (id: number): boolean => this.symbolOf(id).endsWith(END_OF_WORD);

  /** Tokens that may not come first; the one that ends texts may. */
  unfitFirst(firstWord: FirstWord): readonly number[] {
    let ids = this.unfit.get(firstWord);
    if (ids === undefined) {
      ids = unfitFirst(firstWord, this.all()).filter((id) => id !== SPECIAL_IDS.eos);
      this.unfit.set(firstWord, ids);
    }
    return ids;
  }

  private all(): string[] {
    return Array.from({ length: this.size }, (_, id) => this.symbolOf(id));
  }
}
