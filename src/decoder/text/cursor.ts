import type { BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';
import { endsWord, spellingOf } from '../../tokenizer/endOfWord';

/** What the model reads for a cursor position, and what its answer has to begin with. */
export interface CursorPrompt {
  /** Token ids with the leading `</s>`. */
  ids: number[];
  /** The typed part of the word at the cursor, as the tokenizer escapes it; '' between words. */
  letters: string;
  /** How many ids of the whole text spelled `letters`. */
  letterIds: number;
  /** How the first new word meets the text: see `FirstWord`. */
  firstWord: FirstWord;
}

/**
 * - `any`: whatever the model writes, punctuation that attaches to the text included;
 * - `word`: a word, as after white space or an opening quote, where attaching punctuation would stand apart;
 * - `letter`: a word that begins with a letter or digit, as after "TNF-".
 */
export type FirstWord = 'any' | 'word' | 'letter';

/** An opening bracket or quote, or a currency sign, at the end of a text: the next word attaches to it. */
export const OPENS = /(?:[([{¿¡“‘„«\p{Sc}]|(?:^|[\s([{])["'])$/u;
const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;
/** A hyphen inside a compound: the tokenizer writes it `@-@` once the next letter is there. */
const ENDS_IN_COMPOUND = /[\p{L}\p{N}]-$/u;
/** A number that may go on behind its point or comma. */
const ENDS_IN_OPEN_NUMBER = /\p{N}[.,]$/u;
/** Any letter: it only makes the tokenizer see the hyphen as one between letters. */
const PROBE = 'x';

/**
 * The prompt for the text before the cursor; null where any suggestion would be a guess at an unfinished
 * number ("p < 0.").
 *
 * A text that ends inside a word loses that word, and `letters` says what it was: encoded as it stands,
 * its last piece would tell the model that the word is over.
 */
export function promptAtCursor(textBefore: string, tokenizer: BioGptTokenizer): CursorPrompt | null {
  if (ENDS_IN_OPEN_NUMBER.test(textBefore)) return null;
  if (ENDS_IN_COMPOUND.test(textBefore)) {
    const probed = withoutLastWord(textBefore + PROBE, tokenizer);
    if (probed?.word === PROBE) return { ids: probed.ids, letters: '', letterIds: 0, firstWord: 'letter' };
  } else if (ENDS_IN_WORD.test(textBefore)) {
    const cut = withoutLastWord(textBefore, tokenizer);
    if (cut) return { ids: cut.ids, letters: cut.word, letterIds: cut.pieces, firstWord: 'any' };
  }
  const ids = tokenizer.encode(textBefore);
  const wordBegins = textBefore === '' || /\s$/u.test(textBefore) || OPENS.test(textBefore);
  return { ids, letters: '', letterIds: 0, firstWord: wordBegins ? 'word' : 'any' };
}

/** The ids of `text` without the `pieces` of its last Moses token, and that token; null if it has none. */
function withoutLastWord(
  text: string,
  tokenizer: BioGptTokenizer,
): { ids: number[]; word: string; pieces: number } | null {
  const word = tokenizer.tokenize(text).at(-1);
  if (word === undefined) return null;
  const ids = tokenizer.encode(text);
  let pieces = 0;
  let spelled = '';
  // From the end, until the pieces spell the word. An unknown piece stands for one character.
  while (pieces < ids.length - 1 && spelled.length < word.length) {
    pieces++;
    const bare = spellingOf(tokenizer.idToSymbol(ids[ids.length - pieces]!));
    const rest = word.slice(0, word.length - spelled.length);
    spelled = (rest.endsWith(bare) ? bare : [...rest].at(-1)!) + spelled;
  }
  return spelled === word ? { ids: ids.slice(0, ids.length - pieces), word, pieces } : null;
}

/** Vocabulary ids that cannot come first after `firstWord`. */
export function unfitFirst(firstWord: FirstWord, symbols: readonly (string | undefined)[]): number[] {
  if (firstWord === 'any') return [];
  return symbols.flatMap((symbol, id) => {
    if (symbol === undefined) return [];
    const spelling = spellingOf(symbol);
    const unfit = firstWord === 'letter' ? !/^[\p{L}\p{N}]/u.test(spelling) : endsWord(symbol) && attaches(spelling);
    return unfit ? [id] : [];
  });
}

/** Whether the detokenizer writes this Moses token against the word before it, or may do so (quotes). */
function attaches(token: string): boolean {
  return token === '@-@' || /^(?:[,.?!:;\\%})]|&#93;)+$/u.test(token) || /^(?:&apos;|&quot;)/.test(token);
}
