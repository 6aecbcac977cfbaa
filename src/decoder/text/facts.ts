import { cutBack } from './cutBack';

/** How much of the text before the cursor is looked at for a fact that the writer has begun. */
const TAIL = 80;

/** What a suggestion must not make up. */
export type FactKind = 'number' | 'unit' | 'variant' | 'identifier' | 'citation';

interface Fact {
  kind: FactKind;
  /** The same for facts that the same texts hold. */
  key: string;
  begin: number;
  end: number;
  /** Whether a text says the same. */
  held: (text: SearchedText) => boolean;
  /** What comes next could still make it the same, or another one. */
  open: boolean;
}

/**
 * A suggestion without facts of its own: it ends before the first number, p-value, dose, interval, gene variant,
 * identifier or citation that `textBefore` does not hold, cut back to words that can stand alone there.
 *
 * A number is held where it stands with the same unit, noun, label or comparison: "5 mg" does not vouch for "5 %",
 * nor "p = 0.03" for "HR = 0.03". Number words ("two groups") count as numbers. Digits that belong to a name
 * ("IL-6", "CD4", "COVID-19") are no fact. Behind the writer's own number only a unit of mass, volume, activity
 * or concentration is one: the text has to use it with a number somewhere.
 *
 * @param textBefore what is known of the document
 * @param source what else may be repeated; omitted: nothing
 */
export function withoutInventedFacts(textBefore: string, suggestion: string, source?: FactSource): string {
  const at = inventedFactAt(textBefore, suggestion, false, source);
  return at < 0 ? suggestion : cutBack(textBefore, suggestion.slice(0, at));
}

/** Texts that facts may be drawn from. Each fact is looked for once, however long they are and however often one asks. */
export class FactSource {
  readonly #held = new Map<string, boolean>();
  readonly #texts: readonly SearchedText[];

  constructor(texts: readonly (string | SearchedText)[]) {
    this.#texts = texts.map((text) => (typeof text === 'string' ? new SearchedText(text) : text));
  }

  holds(fact: Pick<Fact, 'key' | 'held'>): boolean {
    return this.#once(fact.key, fact.held);
  }

  /** Whether a fact that is being written may still become one that it holds. */
  begins(words: string): boolean {
    return this.#once(`begins ${words}`, ({ text }) => text.includes(words));
  }

  #once(key: string, ask: (text: SearchedText) => boolean): boolean {
    let known = this.#held.get(key);
    if (known === undefined) this.#held.set(key, (known = this.#texts.some(ask)));
    return known;
  }
}

/** A text that remembers what numbers stand in it with. */
export class SearchedText {
  readonly #contexts = new Map<string, Context[]>();

  constructor(readonly text: string) {}

  has(words: string): boolean {
    return occurrences(this.text, words).next().done !== true;
  }

  /** What stands around a number, each once. */
  contextsOf(number: string): readonly Context[] {
    let contexts = this.#contexts.get(number);
    if (contexts === undefined) {
      const all = new Map<string, Context>();
      for (const at of occurrences(this.text, number)) {
        const context = contextOf(this.text, at, at + number.length);
        all.set(`${context.before} ${context.compared} ${context.next}`, context);
      }
      this.#contexts.set(number, (contexts = [...all.values()]));
    }
    return contexts;
  }

  /** Whether a unit stands behind a number. */
  uses(unit: string): boolean {
    for (const at of occurrences(this.text, unit))
      if (/\p{N}[\s\u00a0]*$/u.test(this.text.slice(Math.max(0, at - 8), at))) return true;
    return false;
  }
}

/**
 * Where the first fact begins that neither `textBefore` nor `source` holds, as an index of `suggestion`; -1 for none.
 *
 * @param growing the suggestion goes on: what its next word may still decide is left open.
 */
export function inventedFactAt(textBefore: string, suggestion: string, growing = false, source?: FactSource): number {
  const cut = textBefore.slice(-TAIL);
  const space = textBefore.length > TAIL ? cut.search(/\s/u) : -1;
  const tail = cut.slice(space + 1);
  const cursor = tail.length;
  const before = new SearchedText(textBefore);
  for (const fact of factsIn(tail + suggestion, cursor)) {
    if (fact.held(before) || source?.holds(fact)) continue;
    // More text could make it one that is held.
    const words = (tail + suggestion).slice(fact.begin, fact.end);
    if (growing && fact.open && (textBefore.includes(words) || source?.begins(words))) continue;
    return Math.max(0, fact.begin - cursor);
  }
  return -1;
}

/** Names that begin with a letter, whatever digits they hold, and numbers with what is joined to them. */
const WORDS = new RegExp(
  [
    // c.35G>A, p.Val600Glu
    '(?<variant>(?<![\\p{L}\\p{N}])[cgmnpr]\\.\\(?(?=[\\p{L}\\d_*+>=?-]*\\d)[\\p{L}\\d_*+>=?-]+\\)?)',
    '(?<address>(?:https?:\\s?/|www\\.)\\S*|10\\.\\d{4,9}\\s?/\\s?\\S*|[^\\s@]+@[^\\s@]+\\.\\S+)',
    "(?<name>\\p{L}[\\p{L}\\p{M}\\p{N}_]*(?:[-‐‑/'’]?[\\p{L}\\p{M}\\p{N}_]+)*)",
    '(?<digits>\\p{N}+(?:[.,·:/–−-]\\p{N}+)*)(?<joined>(?:[-‐‑]?\\p{L}[\\p{L}\\p{N}]*)*)',
  ].join('|'),
  'gu',
);

const AMINO_ACID = 'Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter';
/** V600E, R175H, F508del, Val600Glu, Gly-16, pfdhps-437G, rs1801133 as one name; one digit would make H1N of H1N1. */
const VARIANT = new RegExp(
  '^(?:[ΔδD]?[ACDEFGHIKLMNPQRSTVWY]\\d{2,4}(?:[ACDEFGHIKLMNPQRSTVWYX]|fs|del|ins|dup)|' +
    `(?:${AMINO_ACID})-?\\d+(?:${AMINO_ACID}|fs|del|ins|dup)?(?:/.*)?|[\\p{L}\\d]{3,}-\\d{2,4}[A-Z]|rs\\d{2,})$`,
  'u',
);
/** NCT01234567, PMC123456, GSE1234: a label and a serial number. */
const IDENTIFIER = /^(?:\p{L}+[-‐‑]?\d{4,}.*|(?:ISRCTN|CRD|PMID|PMCID|DOI|doi)[-‐‑:]?\d+)$/u;
/** cells¹² */
const NOTE_MARK = /\p{Ll}{3,}[¹²³⁰-⁹]+$/u;
const AUTHOR = "\\p{Lu}[\\p{L}\\p{M}'’-]+";
const YEAR = '(?:1[6-9]|20)\\d\\d[a-z]?';
/** Smith et al, Smith and Jones (2015 */
const AUTHORS = new RegExp(
  `(?:${AUTHOR} et al|(?:${AUTHOR}(?:,? (?:and|&) |, ))*${AUTHOR},? \\(?${YEAR})(?![\\p{L}\\p{N}])`,
  'gu',
);

const ONES = 'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen';
const TENS = '(?:twen|thir|for|fif|six|seven|eigh|nine)ty';
const MULTIPLES = 'hundreds?|thousands?|millions?|billions?|dozens?';
/** Quantities in words. "One" is a pronoun more often than not, "two-sided" a term. */
const NUMBER_WORD = new RegExp(
  `^(?:${ONES}|${TENS}(?:-(?:one|${ONES}))?|${MULTIPLES}|twice|thrice|half|` +
    `(?:one|${ONES}|${TENS})-(?:half|thirds?|quarters?|fifths?|tenths?|fold|times|hundred|thousand|` +
    'second|minute|hour|day|week|month|year)s?)$',
  'i',
);

const UNIT =
  '(?:%|‰|°\\s?[CFK]?|[kcmµμnpfd]?(?:g|m|L|l|M|mol|s|Da|Pa|Hz|V|A|W|J|N|Bq|Gy|Sv|IU|U|Ci|[eE]q|[oO]sm)|' +
  'kcal|cal|mmHg|ppm|bp|kb|Mb|h|hr|hrs|min|mins|sec|hours?|minutes?|seconds?|days?|weeks?|months?|years?|yr|yrs|percent|fold|times|mg|kg)';
const IS_UNIT = new RegExp(`^${UNIT}[²³]?(?:/.*)?$`, 'u');
/** Units that a wrong guess makes a wrong dose. */
const DOSE = /^(?:[kcmµμnpfd]?(?:g|L|l|M|mol|IU|U|Gy|Sv|Bq|Ci|[eE]q)|mcg|mmHg|tablets?|capsules?)(?:\/.*)?$/u;
/** Words that a number names something with: the same word and number are the same thing. */
const LABEL = new RegExp(
  '^(?:types?|phases?|grades?|stages?|class|groups?|arms?|cohorts?|levels?|days?|weeks?|months?|visits?|cycles?|tables?|' +
    'figs?|figures?|sections?|stud(?:y|ies)|experiments?|trials?|exons?|chromosomes?|cases?|steps?|models?|aims?|parts?|' +
    'box|panel)$',
  'i',
);
const FUNCTION_WORD = new RegExp(
  '^(?:a|an|the|of|to|at|by|in|on|from|for|with|and|or|was|were|is|are|than|between|about|after|before|within|during|per|' +
    'as|that|had|has|have|over|under|only|all)$',
  'i',
);

function* factsIn(text: string, cursor: number): Generator<Fact> {
  const facts: Fact[] = [...citations(text)];
  for (const match of text.matchAll(WORDS)) {
    const fact = factOf(match, text, cursor);
    if (fact) facts.push(fact);
  }
  facts.sort((a, b) => a.begin - b.begin);
  for (const fact of facts) if (fact.end > cursor) yield fact;
}

function* citations(text: string): Generator<Fact> {
  for (const match of text.matchAll(AUTHORS)) yield literal('citation', match.index, match[0], text);
}

function factOf(match: RegExpMatchArray, text: string, cursor: number): Fact | null {
  const [word] = match;
  const begin = match.index!;
  const { variant, address, name, digits, joined } = match.groups!;
  if (variant !== undefined) return literal('variant', begin, word, text);
  if (address !== undefined) return literal('identifier', begin, word, text);
  if (name !== undefined) {
    if (VARIANT.test(name)) return literal('variant', begin, word, text);
    if (IDENTIFIER.test(name)) return literal('identifier', begin, word, text);
    if (NOTE_MARK.test(name)) return literal('citation', begin, word, text);
    if (NUMBER_WORD.test(name)) return quantity(begin, word, text);
    return doseUnit(begin, name, text, cursor);
  }
  // The writer's own number: what is joined to it makes a term or a span of time.
  const behind = begin + digits!.length;
  if (behind <= cursor) return joined === '' ? null : doseUnit(behind, joined!, text, cursor);
  return joined === '' ? quantity(begin, word, text) : literal('number', begin, word, text);
}

/** A fact that the document holds where it holds the very same characters. */
function literal(kind: FactKind, begin: number, words: string, text: string): Fact {
  const end = begin + words.length;
  return { kind, key: `${kind} ${words}`, begin, end, held: (source) => source.has(words), open: end === text.length };
}

function quantity(begin: number, number: string, text: string): Fact {
  const end = begin + number.length;
  const mine = contextOf(text, begin, end);
  const held = (source: SearchedText): boolean =>
    source.contextsOf(number).some((other) => isSameQuantity(mine, other));
  const key = ['number', number, mine.before, mine.compared, mine.next].join(' ');
  return { kind: 'number', key, begin, end, held, open: /^[\s\u00a0]*\S*$/u.test(text.slice(end)) };
}

/** A unit behind the writer's own number. */
function doseUnit(begin: number, word: string, text: string, cursor: number): Fact | null {
  const number = /\p{N}[\s\u00a0]*$/u.exec(text.slice(0, begin));
  if (!number || number.index >= cursor) return null;
  const unit = nextOf(text.slice(begin)) ?? word;
  if (!DOSE.test(unit)) return null;
  return {
    kind: 'unit',
    key: `unit ${unit}`,
    begin,
    end: begin + unit.length,
    held: (source) => source.uses(unit),
    open: begin + unit.length >= text.length,
  };
}

/** What stands around a number. */
interface Context {
  /** The word before it, in lower case, function words left out; with the sign of a comparison: "p<". */
  before: string;
  compared: boolean;
  /** The unit or word behind it; null before a mark and at the end. */
  next: string | null;
}

function contextOf(text: string, begin: number, end: number): Context {
  const [, word = '', sign = ''] = /([\p{L}\p{M}\p{N}]*)[\s\u00a0]*([<>=≤≥≈~±×]*)[\s\u00a0]*[-−+]?$/u.exec(
    text.slice(Math.max(0, begin - 40), begin),
  )!;
  const compared = sign !== '';
  const before = compared ? word.toLowerCase() + sign : FUNCTION_WORD.test(word) ? '' : word.toLowerCase();
  return { before, compared, next: nextOf(text.slice(end, end + 40)) };
}

function nextOf(behind: string): string | null {
  const next =
    /^[\s\u00a0]*(%|‰|°\s?[CFK]?|\p{L}[\p{L}\p{M}\p{N}²³]*(?:[\s\u00a0]?\/[\s\u00a0]?\p{L}[\p{L}²³]*)*)/u.exec(behind);
  return next === null ? null : next[1]!.replace(/[\s\u00a0]/gu, '');
}

function isSameQuantity(mine: Context, other: Context): boolean {
  const unit = mine.next !== null && IS_UNIT.test(mine.next);
  if (unit && mine.next !== other.next) return false;
  const sameBefore = mine.before !== '' && mine.before === other.before;
  if (mine.compared) return sameBefore;
  if (unit) return true;
  if (mine.next !== null) return mine.next === other.next || (sameBefore && LABEL.test(mine.before));
  return sameBefore && (other.next === null || LABEL.test(mine.before) || !IS_UNIT.test(other.next));
}

/** Where `words` stand in a text, not as part of longer words or numbers; case as given, but for a first letter. */
function* occurrences(text: string, words: string): Generator<number> {
  for (const needle of new Set([words, words.charAt(0).toLowerCase() + words.slice(1), capitalised(words)])) {
    const startsNumber = /^\p{N}/u.test(needle);
    const endsNumber = /\p{N}$/u.test(needle);
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      // Most of what a digit is found in are longer numbers.
      if (isDigit(text, at - 1) || isDigit(text, at + needle.length)) continue;
      const before = text.slice(Math.max(0, at - 2), at);
      const after = text.slice(at + needle.length, at + needle.length + 2);
      if (startsNumber ? /(?:[\p{L}\p{N}]|\p{N}[.,:/–−-]|\p{L}-)$/u.test(before) : /[\p{L}\p{N}]$/u.test(before))
        continue;
      if (endsNumber ? /^(?:\p{N}|[.,:/–−-]\p{N})/u.test(after) : /^[\p{L}\p{N}]/u.test(after)) continue;
      yield at;
    }
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
