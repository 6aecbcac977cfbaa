import { CJK, CURRENCY_SIGN, LETTER } from './characterClasses';

const STARTS_CJK = new RegExp(`^[${CJK}]`, 'u');
const ENDS_CJK = new RegExp(`[${CJK}]$`, 'u');
const OPENING = new RegExp(`^[${CURRENCY_SIGN}([{¿¡]+$`, 'u');
const CLOSING = /^[,.?!:;\\%}\])]+$/;
const CONTRACTION = new RegExp(`^'[${LETTER}]`, 'u');
const QUOTES = /^['"„“`]+$/;
const CURLY_QUOTES = /^[„“]+$/;

const HYPHEN = '@-@';
const UNESCAPES: Record<string, string> = {
  '&bar;': '|',
  '&#124;': '|',
  '&lt;': '<',
  '&gt;': '>',
  '&bra;': '[',
  '&ket;': ']',
  '&quot;': '"',
  '&apos;': "'",
  '&#91;': '[',
  '&#93;': ']',
  '&amp;': '&',
};
const ENTITY = /&(?:bar|#124|lt|gt|bra|ket|quot|apos|#91|#93|amp);/g;

/**
 * Puts Moses tokens back into prose, one at a time, after sacremoses 0.1.1 (`MosesDetokenizer` for
 * English). Tokens hold no whitespace. A token joined to its neighbours by `@-@` is one word with them.
 */
export class Detokenizer {
  /** Text of all words before `#word`. */
  #settled = '';
  /** The last word; a hyphen may still lengthen it. */
  #word = '';
  /** `#word` ends in a hyphen that takes the next token, whatever it is. */
  #open = false;
  #previous: string | undefined;
  /** What goes before the next word unless a rule says otherwise. */
  #space = ' ';
  /** How often each quotation mark was seen where it counts: opening and closing alternate. */
  #quotes = new Map<string, number>();

  push(token: string): void {
    if (this.#open) {
      this.#word += token;
      this.#open = false;
    } else if (token === HYPHEN) {
      this.#word += '-';
      this.#open = true;
    } else {
      this.#settle();
      this.#word = token;
    }
  }

  /** Text of all tokens so far. */
  get text(): string {
    const whole = this.clone();
    whole.#settle();
    return whole.#settled.startsWith(' ') ? whole.#settled.slice(1) : whole.#settled;
  }

  clone(): Detokenizer {
    const copy = new Detokenizer();
    copy.#settled = this.#settled;
    copy.#word = this.#word;
    copy.#open = this.#open;
    copy.#previous = this.#previous;
    copy.#space = this.#space;
    copy.#quotes = new Map(this.#quotes);
    return copy;
  }

  #settle(): void {
    if (this.#word === '') {
      return;
    }
    const word = this.#word.replace(ENTITY, (entity) => UNESCAPES[entity] as string);
    const [before, after] = this.#spacing(word);
    this.#settled += before + word;
    this.#space = after;
    this.#previous = word;
    this.#word = '';
  }

  /** The spaces before the word and before the one after it; the first rule that applies. */
  #spacing(word: string): [before: string, after: string] {
    const previous = this.#previous;
    if (STARTS_CJK.test(word)) {
      return [previous !== undefined && ENDS_CJK.test(previous) ? '' : this.#space, ' '];
    }
    if (OPENING.test(word)) {
      return [this.#space, ''];
    }
    if (CLOSING.test(word) || (previous !== undefined && CONTRACTION.test(word))) {
      return ['', ' '];
    }
    if (QUOTES.test(word)) {
      return this.#quoteSpacing(word, previous);
    }
    return [this.#space, ' '];
  }

  #quoteSpacing(quote: string, previous: string | undefined): [before: string, after: string] {
    const kind = CURLY_QUOTES.test(quote) ? '"' : quote;
    const count = this.#quotes.get(kind) ?? 0;
    const opens = count % 2 === 0;
    if (opens && quote === "'" && previous?.endsWith('s')) {
      return ['', ' ']; // a possessive: "patients' outcomes"
    }
    this.#quotes.set(kind, count + 1);
    return opens ? [this.#space, ''] : ['', ' '];
  }
}

/** The text of Moses tokens. */
export function detokenize(tokens: Iterable<string>): string {
  const detokenizer = new Detokenizer();
  for (const token of tokens) {
    detokenizer.push(token);
  }
  return detokenizer.text;
}
