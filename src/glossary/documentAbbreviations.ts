import { isAbbreviation, longFormsOf } from './abbreviations';

const WORD = /[\p{L}\p{N}][\p{L}\p{N}-]*/gu;
/** More than any abstract has. */
const MOST = 100;

/** The abbreviations of a text, each with what the text says it stands for. One pass over the text for each. */
export function documentAbbreviations(text: string): { short: string; long: string }[] {
  const words = new Set([...text.matchAll(WORD)].map(([word]) => word).filter(isAbbreviation));
  return [...words].slice(0, MOST).flatMap((short) => longFormsOf(short, text).map((long) => ({ short, long })));
}
