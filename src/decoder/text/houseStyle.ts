import { abbreviated, abbreviationsIn } from './abbreviations';
import { englishSpelling, respelt } from './englishSpelling';
import { inForms, wordFormsOf } from './wordForms';

/** A suggestion in the style of the text before it. */
export type InHouseStyle = (suggestion: string) => string;

/**
 * Makes suggestions keep to the style of the text before them: its abbreviations, its English, its hyphens and capitals.
 * A stream asks with each token: the style is found out once, when first needed.
 */
export function inHouseStyle(textBefore: string): InHouseStyle {
  let known: ReturnType<typeof styleOf> | null = null;
  return (suggestion) => {
    if (suggestion === '') return '';
    known ??= styleOf(textBefore);
    const spelt = inSpelling(known.spelling, textBefore, suggestion);
    return abbreviated(known.abbreviations, textBefore, inForms(known.forms, textBefore, spelt));
  };
}

function styleOf(text: string) {
  return { abbreviations: abbreviationsIn(text), spelling: englishSpelling(text), forms: wordFormsOf(text) };
}

/** The rest of a word begun in the text changes only where the letters typed stay as they are. */
function inSpelling(spelling: ReturnType<typeof englishSpelling>, textBefore: string, suggestion: string): string {
  if (spelling.size === 0) return suggestion;
  const begun = /\p{L}*$/u.exec(textBefore.slice(-40))![0];
  const text = (begun + suggestion).replace(/\p{L}{4,}/gu, (word, at: number) => {
    const whole = respelt(word, spelling);
    return at > 0 || whole.startsWith(begun) ? whole : word;
  });
  return text.slice(begun.length);
}
