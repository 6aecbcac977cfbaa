import { isAllCapital } from './normalForm';
import { greekSpeltOut } from './spelling';

/** Capitals this long are a heading rather than an abbreviation: `ASTHMA`. */
const HEADING_LETTERS = 5;

/** How well the letter case of a query fits that of a form it was found by. */
export type CaseFit = 'same' | 'other' | 'none';

function letters(text: string): string {
  return greekSpeltOut(text)
    .replace(/(?<=[\p{Lu}\p{N}])s$/u, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Capitals are told from words: `CAT` is no cat, `PA` no pascal and a cat no `CAT`. A query in capitals that is as
 * long as a word may be a heading, a query in lower case a hasty abbreviation: `other`.
 */
export function caseFit(query: string, form: string): CaseFit {
  const asked = letters(query);
  const has = letters(form);
  if (asked === has) return 'same';
  const askedCapital = isAllCapital(query);
  const hasCapital = isAllCapital(form);
  if (askedCapital && hasCapital) return asked.toUpperCase() === has.toUpperCase() ? 'same' : 'other';
  if (askedCapital) return asked.length >= HEADING_LETTERS && !/\d/.test(asked) ? 'other' : 'none';
  const innerCapital = /.\p{Lu}/u.test(asked);
  if (innerCapital && !/\s/u.test(query.trim()) && asked.length <= 4) return 'none';
  if (hasCapital && asked === asked.toLowerCase()) return has.length >= 3 ? 'other' : 'none';
  if (hasCapital && has.length <= 3 && !/\d/u.test(has)) return 'none';
  return 'same';
}
