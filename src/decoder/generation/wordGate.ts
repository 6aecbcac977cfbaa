import { endsWord, spellingOf } from '../../tokenizer/endOfWord';

/** No word is expected to save more characters than this. */
const LONGEST_WORD = 16;
/** A mark behind the last word stays if it is at least this likely. */
const LIKELY_MARK = 0.5;

/** What becomes of a text that has grown by a token. */
export type Verdict = 'goOn' | 'unsure';

/**
 * Weighs what a suggestion saves against what it costs, word by word: a word is worth writing when
 *
 *     P(text with it) · (its characters − 1)  ≥  caution · (P(text without it) − P(text with it))
 *
 * The left side is what accepting it with one key saves; the right side what reading it costs if it is
 * wrong, although the text before it was right. Marks and the white space before a word count with the word.
 */
export class WordGate {
  /** Tokens of the text that is worth writing, and its log-probability. */
  private kept = 0;
  private keptLogProbability = 0;
  private logProbability = 0;
  /** Characters behind the kept text; the letters that stand there already do not count. */
  private characters: number;

  /**
   * @param caution characters that a wrong word costs, above 0.
   * @param letters the typed part of the word at the cursor, with which the text begins.
   */
  constructor(
    private readonly caution: number,
    letters: string,
    private readonly symbolOf: (id: number) => string,
  ) {
    this.characters = -letters.length;
  }

  /** The text is now `generated`, whose last token has this log-probability. */
  add(generated: readonly number[], logProbability: number): Verdict {
    this.logProbability += logProbability;
    const symbol = this.symbolOf(generated[generated.length - 1]!);
    const spelling = spellingOf(symbol);
    this.characters += spelling.length;
    if (!endsWord(symbol)) return this.worth(Math.max(this.characters, LONGEST_WORD)) ? 'goOn' : 'unsure';
    // Decided on with the next word: a mark, and the end of a word that is all but typed.
    if (!/[\p{L}\p{N}]$/u.test(spelling) || this.characters <= 1) return 'goOn';
    if (!this.worth(this.characters)) return 'unsure';
    this.kept = generated.length;
    this.keptLogProbability = this.logProbability;
    // The space before the next word.
    this.characters = 1;
    return 'goOn';
  }

  /** How many tokens of a text that has ended by itself are worth writing. */
  keep(generated: readonly number[]): number {
    const likely = Math.exp(this.logProbability - this.keptLogProbability) >= LIKELY_MARK;
    return this.kept > 0 && likely ? generated.length : this.kept;
  }

  /** How many tokens of a text with an unsure end are worth writing. */
  get keptTokens(): number {
    return this.kept;
  }

  private worth(characters: number): boolean {
    const probability = Math.exp(this.logProbability);
    const before = Math.exp(this.keptLogProbability);
    return probability * (characters - 1) >= this.caution * (before - probability);
  }
}
