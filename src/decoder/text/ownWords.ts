import { abbreviated, abbreviationsIn } from './abbreviations';
import { respelt, spellingOf } from './spelling';
import { inForms, wordFormsOf } from './wordForms';

/** A suggestion in the words of the text before it. */
export type InOwnWords = (suggestion: string) => string;

/**
 * Makes suggestions keep to what the text before them does: its abbreviations, its English, its hyphens and capitals. A stream asks with each
 * token: what the text does is found out once, when first needed.
 */
export function inOwnWords(textBefore: string): InOwnWords {
  let known: ReturnType<typeof habitsOf> | null = null;
  return (suggestion) => {
    if (suggestion === '') return '';
    known ??= habitsOf(textBefore);
    const spelt = inSpelling(known.spelling, textBefore, suggestion);
    return abbreviated(known.abbreviations, textBefore, inForms(known.forms, textBefore, spelt));
  };
}

function habitsOf(text: string) {
  return { abbreviations: abbreviationsIn(text), spelling: spellingOf(text), forms: wordFormsOf(text) };
}

/** The rest of a word begun in the text changes only where the letters typed stay as they are. */
function inSpelling(spelling: ReturnType<typeof spellingOf>, textBefore: string, suggestion: string): string {
  if (spelling.size === 0) return suggestion;
  const begun = /\p{L}*$/u.exec(textBefore.slice(-40))![0];
  const text = (begun + suggestion).replace(/\p{L}{4,}/gu, (word, at: number) => {
    const whole = respelt(word, spelling);
    return at > 0 || whole.startsWith(begun) ? whole : word;
  });
  return text.slice(begun.length);
}
