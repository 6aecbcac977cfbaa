import { abbreviated, abbreviationsIn } from './abbreviations';
import { englishSpelling, respelt, type EnglishSpelling } from './englishSpelling';
import type { Manuscript } from './manuscript';
import { inForms, wordFormsOf, type WordForms } from './wordForms';

/** A suggestion in the style of the text before it. */
export type InHouseStyle = (suggestion: string) => string;

/** How other files of the same manuscript are written. */
export interface Elsewhere {
  abbreviations: ReadonlyMap<string, string>;
  spelling: EnglishSpelling;
  forms: WordForms;
}

/**
 * Makes suggestions keep to the style of the text before them: its abbreviations, its English, its hyphens and capitals.
 * A stream asks with each token: the style is found out once, when first needed.
 */
export function inHouseStyle(textBefore: string, elsewhere?: Elsewhere): InHouseStyle {
  let known: ReturnType<typeof styleOf> | null = null;
  return (suggestion) => {
    if (suggestion === '') return '';
    known ??= styleOf(textBefore, elsewhere);
    const spelt = inSpelling(known.spelling, textBefore, suggestion);
    return abbreviated(known.abbreviations, textBefore, inForms(known.forms, textBefore, spelt));
  };
}

function styleOf(text: string, elsewhere: Elsewhere | undefined) {
  const own = { abbreviations: abbreviationsIn(text), spelling: englishSpelling(text), forms: wordFormsOf(text) };
  if (!elsewhere) return own;
  // What the file itself does counts.
  return {
    abbreviations: new Map([...elsewhere.abbreviations, ...own.abbreviations]),
    spelling: new Map([...elsewhere.spelling, ...own.spelling]),
    forms: {
      hyphens: new Map([...elsewhere.forms.hyphens, ...own.forms.hyphens]),
      capitals: new Map([...elsewhere.forms.capitals, ...own.forms.capitals]),
      letters: new Map([...elsewhere.forms.letters, ...own.forms.letters]),
    },
  };
}

/** The style of the manuscript that was asked about last. */
export class StyleElsewhere {
  private known: { manuscript: Manuscript; style: Elsewhere } | undefined;

  of(manuscript: Manuscript): Elsewhere {
    if (this.known?.manuscript !== manuscript) {
      const style = { ...styleOf(manuscript.style, undefined), abbreviations: manuscript.abbreviations };
      this.known = { manuscript, style };
    }
    return this.known.style;
  }
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
