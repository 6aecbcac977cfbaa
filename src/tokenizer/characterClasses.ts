import { ALPHABETIC, CURRENCY, DECIMAL_DIGITS, INDIC_SIGNS, LOWERCASE, OTHER_NUMBERS } from './unicodeRanges';

/*
 * Insides of regular-expression classes, for use with the `u` flag: new RegExp(`[^${ALNUM}]`, 'u').
 */

/** Python's `str.isspace`. JavaScript's `\s` lacks U+001C–001F and U+0085, and has U+FEFF. */
export const WHITESPACE =
  '\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Letters, as the detokenizer sees them. */
export const LETTER = insideClass(ALPHABETIC);
/** Letters and the Indic signs, as the tokenizer sees them. */
export const ALPHA = LETTER + insideClass(INDIC_SIGNS);
export const ALNUM = ALPHA + insideClass(DECIMAL_DIGITS);
/** Digits and other numbers; `²` and `½` are numbers, but not alphanumeric. */
export const NUMBER = insideClass(DECIMAL_DIGITS) + insideClass(OTHER_NUMBERS);
export const LOWER = insideClass(LOWERCASE);
export const CURRENCY_SIGN = insideClass(CURRENCY);

/**
 * Characters of scripts written without spaces, as sacremoses' `is_cjk` finds them: it excludes both
 * ends of the blocks it lists.
 */
export const CJK = insideClass(
  '1101-11fe 2e81-a4ce a841-a87e ac01-d7ae f901-fafe fe31-fe4e ff66-ffdb 17001-18afe 1b001-1b12e 1b171-1b2fe ' +
    '20001-2fffe',
);

/** `'41-5a aa'` → `'\u{41}-\u{5a}\u{aa}'`. */
function insideClass(ranges: string): string {
  return ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '');
}
