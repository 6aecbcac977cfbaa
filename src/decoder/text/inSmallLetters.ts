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
