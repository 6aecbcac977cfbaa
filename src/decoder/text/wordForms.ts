/** A word, its parts joined by hyphens. */
const WORD = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*(?![\p{L}\p{N}])/gu;
/** Shorter ones are often other words: "reform" and "re-form", "mm" and "mM". */
const SHORTEST = { hyphens: 5, capitals: 4 };
const SIGN_NEXT = /^ ?[<>=≤≥]/u;
/** The letter that is written both ways for the same; n and N are not. */
const P_VALUE = /^p$/iu;

/** How a text writes its words, by their small letters; null where it does so in several ways. */
export interface WordForms {
  /** The hyphens of words, by their letters without any; see `hyphensOf`. */
  hyphens: ReadonlyMap<string, string | null>;
  /** Words whose capitals are their own: with capitals inside, or with digits. */
  capitals: ReadonlyMap<string, string | null>;
  /** The letter of "P < 0.05". */
  letters: ReadonlyMap<string, string | null>;
}

/** How `text` hyphenates and capitalises: "followup" or "follow-up", "IL6" or "IL-6", "PubMed", "P < 0.05". */
export function wordFormsOf(text: string): WordForms {
  const hyphens = new Map<string, string | null>();
  const capitals = new Map<string, string | null>();
  const letters = new Map<string, string | null>();
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    const small = word.toLowerCase();
    note(hyphens, joined(word), hyphensOf(word));
    if (hasOwnCapitals(word)) note(capitals, small, word);
    if (P_VALUE.test(word) && SIGN_NEXT.test(text.slice(match.index + 1, match.index + 3))) note(letters, small, word);
  }
  return { hyphens, capitals, letters };
}

/**
 * A suggestion whose words are hyphenated and capitalised as the text writes them.
 * @param before the text that ends where `suggestion` begins; the letters of a word begun there stay.
 */
export function inForms(forms: WordForms, before: string, suggestion: string): string {
  const begun = /[\p{L}\p{N}-]*$/u.exec(before.slice(-60))![0];
  const text = begun + suggestion;
  const rewritten = text.replace(WORD, (word, at: number) => {
    const form = formOf(forms, word, text.slice(at + word.length, at + word.length + 2));
    return at >= begun.length || form.startsWith(begun.slice(at)) ? form : word;
  });
  return rewritten.slice(begun.length);
}

function formOf({ hyphens, capitals, letters }: WordForms, word: string, next: string): string {
  if (word.length === 1) return (SIGN_NEXT.test(next) && letters.get(word.toLowerCase())) || word;
  const places = isLong(joined(word), SHORTEST.hyphens) ? hyphens.get(joined(word)) : null;
  const form = places == null ? word : hyphenated(word, places);
  // In small letters it may be another word: that of which a trial's name is made.
  return (form !== form.toLowerCase() && capitals.get(form.toLowerCase())) || form;
}

function note(forms: Map<string, string | null>, key: string, form: string): void {
  const known = forms.get(key);
  if (known === undefined) forms.set(key, form);
  else if (known !== form) forms.set(key, null);
}

function joined(word: string): string {
  return word.replace(/-/g, '').toLowerCase();
}

/** Names such as IL-6 are told from others by their digits. */
function isLong(word: string, least: number): boolean {
  return word.length >= least || (/\p{N}/u.test(word) && /\p{L}/u.test(word));
}

/** The lengths of a word's parts. */
function hyphensOf(word: string): string {
  return word
    .split('-')
    .map((part) => part.length)
    .join(' ');
}

/** A capital that only followed a hyphen goes with it. */
function hyphenated(word: string, places: string): string {
  const whole = places.includes(' ') ? word : word.replace(/-\p{Lu}(?=\p{Ll})/gu, (capital) => capital.toLowerCase());
  const letters = whole.replace(/-/g, '');
  let at = 0;
  return places
    .split(' ')
    .map((length) => letters.slice(at, (at += Number(length))))
    .join('-');
}

/** "mRNA", "PubMed", "COVID-19"; not what a heading or the beginning of a sentence capitalises. */
function hasOwnCapitals(word: string): boolean {
  if (!/^\p{L}/u.test(word) || /-\p{Lu}\p{Ll}+(?![\p{L}\p{N}])/u.test(word)) return false;
  if (/\p{N}/u.test(word)) return true;
  return word.length >= SHORTEST.capitals && /\p{L}\p{Lu}/u.test(word) && /\p{Ll}/u.test(word);
}
