import type { BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';

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
