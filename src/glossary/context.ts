import { isAbbreviation, longFormsOf } from './abbreviations';
import { wordKeys } from './normalForm';
import { wellKnownTerm } from './wellKnown';

/** More of a document than this says nothing new about a term's sense; half from its beginning, half from its end. */
const MOST_CHARACTERS = 60_000;
const NEAR_CHARACTERS = 120;
const MOST_PLACES = 8;
const WORD = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu;

/** The words for people who do the work of a paper, and an opened bracket with nothing but initials in it. */
const PERSON =
  /\b(?:of us|authors?|investigators?|researchers?|reviewers?|raters?|readers?|observers?|coders?|assessors?|examiners?|interviewers?|therapists?|statisticians?|surgeons?|physicians?|radiologists?|pathologists?|psychologists?|physiotherapists?|nurses?|clinicians?|doctors?)\s*[([](?:(?:\p{Lu}[.-]?){1,4}(?:,|;|&|\band\b|\s)+)*$/u;

/** The document around a term, read as far as a question needs; keep it for as long as the text stays the same. */
export class Context {
  readonly #abbreviations: ReadonlyMap<string, string> | undefined;
  #keys: string | undefined;
  #words: ReadonlySet<string> | undefined;

  /**
   * @param text the document's prose
   * @param abbreviations long forms by their short forms, where the caller knows them; else they are looked for
   */
  constructor(
    readonly text: string,
    abbreviations?: ReadonlyMap<string, string>,
  ) {
    this.#abbreviations = abbreviations;
  }

  /** What the document says that an abbreviation stands for; abbreviations in that are spelled out. */
  longFormsOf(short: string): string[] {
    return this.#longForms(short).map((long) =>
      long.replace(WORD, (word) => (isAbbreviation(word) && word !== short ? this.#spelledOut(word) : word)),
    );
  }

  #longForms(short: string): string[] {
    const known = this.#abbreviations?.get(short);
    return known !== undefined ? [known] : longFormsOf(short, this.text);
  }

  /** "AEs" in "serious AEs (SAEs)". */
  #spelledOut(short: string): string {
    return this.#longForms(short)[0] ?? wellKnownTerm(short) ?? short;
  }

  /**
   * Whether the document has these letters only as a person's initials: "by one of us (DM)", "two reviewers (DM and
   * J.S.)". @param short letters and digits
   */
  hasOnlyAsInitials(short: string): boolean {
    const places = [...this.text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}-])${short}(?![\\p{L}\\p{N}-])`, 'gu'))];
    return (
      places.length > 0 &&
      places.every(({ index }) => PERSON.test(this.text.slice(Math.max(0, index - NEAR_CHARACTERS), index)))
    );
  }

  /** Whether the document holds these words, by their keys, one behind the other. */
  holds(words: readonly string[]): boolean {
    return this.#allKeys().includes(` ${words.join(' ')} `);
  }

  /** The keys of all words of the document. */
  get words(): ReadonlySet<string> {
    return (this.#words ??= new Set(this.#allKeys().split(' ')));
  }

  /** The keys of the words around the places where a term stands as it is written. */
  wordsNear(term: string): ReadonlySet<string> {
    const near = new Set<string>();
    let at = -1;
    for (let places = 0; places < MOST_PLACES; places++) {
      at = this.text.indexOf(term, at + 1);
      if (at < 0) break;
      const around = this.text.slice(Math.max(0, at - NEAR_CHARACTERS), at + term.length + NEAR_CHARACTERS);
      for (const key of wordKeys(around)) near.add(key);
    }
    return near;
  }

  #allKeys(): string {
    if (this.#keys === undefined) {
      const half = MOST_CHARACTERS / 2;
      const { text } = this;
      const read = text.length <= MOST_CHARACTERS ? text : `${text.slice(0, half)}\n${text.slice(-half)}`;
      this.#keys = ` ${wordKeys(read).join(' ')} `;
    }
    return this.#keys;
  }
}
