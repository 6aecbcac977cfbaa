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
