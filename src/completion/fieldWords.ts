import type { WordList } from '../glossary/wordList';
import type { FieldWord } from '../protocol/decoder';

/** The words of the field that the half-typed word at the end of a text may become. */
export type FieldWords = (textBefore: string) => readonly FieldWord[];

/** Fewer letters begin too many words. */
const FEWEST_LETTERS = 3;
const MOST_WORDS = 200;
const HALF_WORD = /(?<![\p{L}\p{M}\p{N}-])(?:\p{Lu}|\p{Ll})\p{Ll}*$/u;

export function fieldWordsIn(list: Pick<WordList, 'startingWith'>): FieldWords {
  return (textBefore) => {
    const letters = HALF_WORD.exec(textBefore.slice(-60))?.[0] ?? '';
    if (letters.length < FEWEST_LETTERS) return [];
    return list.startingWith(letters, MOST_WORDS, textBefore.slice(0, textBefore.length - letters.length));
  };
}
