import { SPECIAL_IDS, type BioGptTokenizer } from './bioGptTokenizer';
import { endsWord, spellingOf } from './endOfWord';
import { SymbolIndex } from './symbolIndex';

/** The symbols of a model by their ids; its methods may be passed on by themselves. */
export class SymbolTable {
  private searched: SymbolIndex | null = null;

  /** @param size tokens that both the tokenizer and the model have. */
  constructor(
    private readonly tokenizer: BioGptTokenizer,
    private readonly size: number,
  ) {}

  readonly symbolOf = (id: number): string => this.tokenizer.idToSymbol(id);

  /** The letters of a token, without its end-of-word mark. */
  readonly spellingOf = (id: number): string => spellingOf(this.symbolOf(id));

  readonly endsWord = (id: number): boolean => endsWord(this.symbolOf(id));

  /** All symbols, by id; undefined where a row of the model has none. */
  all(): (string | undefined)[] {
    return Array.from({ length: this.size }, (_, id) => (this.tokenizer.hasSymbol(id) ? this.symbolOf(id) : undefined));
  }

  /** Tokens by their letters, the special ones left out; made when first asked for. */
  get index(): SymbolIndex {
    return (this.searched ??= new SymbolIndex(this.all(), Object.values(SPECIAL_IDS)));
  }
}
