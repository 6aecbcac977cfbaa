/** Longest selection taken for a term; more than this is a passage. */
export const LONGEST_TERM = 120;

/** A selection or an input as a term: one line, without markup around it. */
export function cleanTerm(text: string): string {
  return text
    .replace(/\\[a-zA-Z]+\*?\s*(?=\{)|[{}]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s*_`"'“”‘’.,;:!?\\[\]]+|[\s*_`"'“”‘’.,;:!?\\[\]]+$/g, '')
    .trim();
}

/* eslint-disable strings/user-text -- words of the manuscript */
const FUNCTION_WORDS = new Set(
  (
    'a an and are as at be been but by can did do does for from had has have he her his how if in into is it its may ' +
    'more most no nor not of on or our she should so such than that the their them then there these they this those ' +
    'to was we were what when where which while who will with would you'
  ).split(' '),
);
/* eslint-enable strings/user-text */

/** Whether a word under the cursor is one that holds sentences together, and no term to describe. */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word);
}
