import type { CompleteParams } from '../../protocol/decoder';
import { SPECIAL_IDS, type BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';
import type { SymbolTable } from '../../tokenizer/symbolTable';
import { documentCache } from '../generation/documentCache';
import type { LogitsProcessor } from '../generation/logitsProcessors';

/**
 * Makes the words of a text likelier: what it said itself, with each of the writer's words as if it had said that once;
 * behind them the words of titles, and those that it has with a sentence's capital alone, in small letters.
 */
export class LikelierWords {
  private readonly words: EncodedTexts;
  private readonly titles: EncodedTexts;
  private readonly small: EncodedTexts;
  private readonly manuscript: EncodedTexts;

  constructor(
    tokenizer: BioGptTokenizer,
    private readonly symbols: SymbolTable,
  ) {
    this.words = new EncodedTexts(tokenizer);
    this.titles = new EncodedTexts(tokenizer);
    this.small = new EncodedTexts(tokenizer);
    this.manuscript = new EncodedTexts(tokenizer);
  }

  /**
   * @param ids of the prompt, the leading `</s>` included.
   * @param manuscript words of other files of the same manuscript.
   */
  of(
    { textBefore, words = [], titles = [] }: Pick<CompleteParams, 'textBefore' | 'words' | 'titles'>,
    ids: readonly number[],
    manuscript: readonly string[] = [],
  ): LogitsProcessor {
    const text = [...this.words.idsOf(words), ...ids];
    const others = [
      ...this.manuscript.idsOf(manuscript),
      ...this.titles.idsOf(titles),
      ...this.small.idsOf(inSmallLetters(textBefore)),
    ];
    return documentCache(text, SPECIAL_IDS.eos, this.symbols.endsWord, others);
  }
}

/** The tokens of texts that come with each request and seldom change: encoded once. */
export class EncodedTexts {
  private texts: readonly string[] = [];
  private encoded: readonly number[] = [];

  constructor(private readonly tokenizer: BioGptTokenizer) {}

  /** All of them, each with its leading `</s>`. */
  idsOf(texts: readonly string[]): readonly number[] {
    const known = texts.length === this.texts.length && texts.every((text, i) => text === this.texts[i]);
    if (!known) {
      this.encoded = texts.flatMap((text) => this.tokenizer.encode(text));
      this.texts = texts;
    }
    return this.encoded;
  }
}

/** A word that begins a sentence; shorter ones are common words, which need no help. */
const FIRST_WORD = /(?:^|[.!?:] )(\p{Lu}\p{Ll}{5,})(?![\p{L}\p{N}-])/gu;

/**
 * The words that a text has with a sentence's capital alone, in small letters: how it would write them further on.
 * Names may be among them.
 */
export function inSmallLetters(text: string): string[] {
  const words = new Set(Array.from(text.matchAll(FIRST_WORD), ([, word]) => word!.toLowerCase()));
  return [...words].filter((word) => !new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'u').test(text));
}
