import { WHITESPACE } from './characterClasses';
import { Detokenizer } from './detokenizer';
import { END_OF_WORD } from './endOfWord';

const WHITESPACE_RUN = new RegExp(`[${WHITESPACE}]+`, 'u');

/**
 * Turns ids into text as they are generated. Each id costs its own length, not that of the text before
 * it. The end of a text already given may change with the next id: `wait` becomes `waiting`.
 */
export class IncrementalDecoder {
  #tokens = new Detokenizer();
  /** The end of a token whose last symbol has not come yet. */
  #partial = '';

  /** @param symbolOf symbol of an id; undefined for ids that stand for no text. */
  constructor(private readonly symbolOf: (id: number) => string | undefined) {}

  push(id: number): void {
    const symbol = this.symbolOf(id);
    if (symbol === undefined) {
      return;
    }
    const [end = '', ...tokens] = symbol.replaceAll(' ', '').replaceAll(END_OF_WORD, ' ').split(WHITESPACE_RUN);
    this.#partial += end;
    for (const token of tokens) {
      if (this.#partial !== '') {
        this.#tokens.push(this.#partial);
      }
      this.#partial = token;
    }
  }

  /** Another decoder that goes on from here. */
  clone(): IncrementalDecoder {
    const copy = new IncrementalDecoder(this.symbolOf);
    copy.#tokens = this.#tokens.clone();
    copy.#partial = this.#partial;
    return copy;
  }

  /** Text of all ids so far, an unfinished last word included. */
  get text(): string {
    if (this.#partial === '') {
      return this.#tokens.text;
    }
    const tokens = this.#tokens.clone();
    tokens.push(this.#partial);
    return tokens.text;
  }
}
