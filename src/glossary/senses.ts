import type { Context } from './context';
import { OWN_SOURCE, type Definition, type Entry, type Kind } from './entry';
import { isAllCapital, termKey, wordKeys } from './normalForm';
import { wellKnownMeanings } from './wellKnown';

/** Words that say nothing about which sense a text means. */
const COMMON = new Set(
  wordKeys(
    `a an the of in on at by for with without and or nor to from as is are was were be been being that which this these
    those it its they their them he she his her we our you your into than then thus not no any all each every both some
    one two three first second more most less least many much other others another such same only own about above after
    against before below between during over through under until up down out off again further here there when where
    while how what who whom whose why has have had having do does did done can may might could should will would must
    also either whether if because so but very often usually generally typically called known used using use uses
    include includes including included e g i g etc type types kind form forms part parts group groups number person
    people patient individual characterized associated related resulting result caused cause based due different
    specific various several certain common condition process disease disorder human body cell measurement level`,
  ),
);
/** Words that a text about a kind of thing has near it. */
const CUES: Partial<Record<Kind, readonly string[]>> = {
  gene: wordKeys(
    'gene genes genetic mutation polymorphism allele genotype expression mRNA transcript promoter locus variant knockout protein',
  ),
  protein: wordKeys('protein enzyme receptor expression antibody kinase binding signaling mRNA gene serum'),
  statistics: wordKeys('mean median analysis statistical regression test error ± variance values significance model'),
  drug: wordKeys('mg dose doses daily oral administered placebo treated treatment drug drugs therapy'),
  chemical: wordKeys('concentration serum plasma acid compound solution'),
  method: wordKeys('measured using performed analysis technique assay image imaging scan'),
  disease: wordKeys('patients diagnosis diagnosed symptoms risk incidence history diseases'),
  symptom: wordKeys('patients symptoms reported severity adverse'),
  anatomy: wordKeys('anatomical muscle artery nerve bone tissue left right'),
};
const GENE_CUES: ReadonlySet<string> = new Set(CUES.gene);

/** Whether the words around a symbol speak of a gene or a protein. */
export function speaksOfGenes(near: ReadonlySet<string>): boolean {
  for (const word of near) if (GENE_CUES.has(word)) return true;
  return false;
}

/** The keys of the words of a text that say something about a sense, each once. */
export const contentWords = (text: string): string[] =>
  [...new Set(wordKeys(text))].filter((word) => word.length > 2 && !COMMON.has(word));

/** What a document speaks for an entry that it names in full. */
const NAMED = 3;

/** How much a document speaks for an entry, 0 to about 6. */
function support(entry: Entry, query: string, near: ReadonlySet<string>, context: Context): number {
  let score = 0;
  // The document names the thing in full.
  for (const form of [entry.term, ...entry.synonyms]) {
    const words = wordKeys(form);
    if (words.length < 2 || form === query) continue;
    if (context.holds(words)) {
      score += NAMED;
      break;
    }
  }
  const words = contentWords(`${entry.term} ${entry.definition}`);
  const share = (known: ReadonlySet<string>): number =>
    words.filter((word) => known.has(word)).length / Math.sqrt(4 + words.length);
  score += 0.35 * share(context.words) + 0.6 * share(near);
  const cues = CUES[entry.kind] ?? [];
  score += Math.min(3, cues.filter((word) => near.has(word)).length) * 0.25;
  return score;
}

const SYNONYM_COST = 1.2;
/** A looser synonym: "insulin resistance" is one of type 2 diabetes, "ibuprofen" one of a brand. */
const LOOSE_SYNONYM_COST = 1.2;
const LOOSE: ReadonlySet<Kind> = new Set(['disease', 'gene', 'drug']);
const LETTERS_OF_A_WORD = 5;
const GENE_COST = 10;
const OTHER_CASE_COST = 3;

/** Of equals the one that says neither too little nor too much: 0 to below 1. */
function lengthCost(characters: number): number {
  return characters < BEST_LENGTH ? (BEST_LENGTH - characters) / 150 : Math.min(0.8, (characters - BEST_LENGTH) / 600);
}
const BEST_LENGTH = 120;

export interface Candidate extends Definition {
  /** Whether letter case speaks against it. */
  readonly otherCase: boolean;
  /** Whether the document's long form of an abbreviation is a synonym of the entry rather than its name. */
  readonly bySynonym?: boolean;
}

/** A well-known meaning comes before others of its rank, and before a slightly better one. */
const WELL_KNOWN_GAIN = 2.5;
/** A text this long says what its abbreviations stand for, unless everybody knows. */
const WHOLE_DOCUMENT = 1500;
/** A definition of our own was written because the sources define the term poorly; its synonyms were not asked about. */
const OWN_NAME_GAIN = 3;
/** By whichever name they were asked for, it comes before definitions of the same name. */
const OWN_SAME_NAME_GAIN = 0.01;
/** What the words around an abbreviation speak for at least, where nothing else does; three letters could be anything. */
const LEAST_SUPPORT = 0.3;
const SHORT_LETTERS = 3;

/**
 * Definitions in the order they are to be shown: those reached through the document's own long form first, then by
 * what the document speaks for, names before synonyms, general sources before formal ones. For a symbol in capitals
 * genes are last, unless the words around it speak of genes or proteins. Of an abbreviation that a whole document
 * uses without saying what it stands for, only meanings are left that everybody knows or that the document speaks of:
 * others are chance, such as the initials of an author.
 */
export function ordered(candidates: readonly Candidate[], query: string, context: Context | undefined): Candidate[] {
  const capital = isAllCapital(query);
  // A document is read only where it has something to decide.
  if (candidates.length < 2 && !capital) return [...candidates];
  const near = context?.wordsNear(query) ?? new Set<string>();
  const genes = speaksOfGenes(near) || /\bgenes?\b|\bproteins?\b/iu.test(query);
  const known = wellKnownMeanings(query);
  const weighed = candidates.map((candidate) => {
    const { entry, matched, otherCase, bySynonym } = candidate;
    const supported = context === undefined ? 0 : support(entry, query, near, context);
    const wellKnown = known.size > 0 && [entry.term, ...entry.synonyms].some((form) => known.has(termKey(form)));
    let cost = entry.rank + lengthCost(entry.definition.length);
    if (bySynonym) cost += SYNONYM_COST;
    if (matched === 'synonym') {
      cost += SYNONYM_COST;
      if (!capital && query.length >= LETTERS_OF_A_WORD && LOOSE.has(entry.kind)) cost += LOOSE_SYNONYM_COST;
    }
    if (otherCase) cost += OTHER_CASE_COST;
    if (capital && entry.kind === 'gene' && !genes) cost += GENE_COST;
    if (wellKnown) cost -= WELL_KNOWN_GAIN;
    if (matched === 'name' && entry.source === OWN_SOURCE) cost -= OWN_NAME_GAIN;
    if (matched !== 'abbreviation') cost -= (capital ? 2 : 0.5) * supported;
    return { candidate, cost, wellKnown, supported, key: termKey(entry.term) };
  });
  for (const own of weighed.filter(({ candidate }) => candidate.entry.source === OWN_SOURCE)) {
    const others = weighed.filter(({ key, candidate }) => key === own.key && candidate !== own.candidate);
    own.cost = Math.min(own.cost, ...others.map(({ cost }) => cost - OWN_SAME_NAME_GAIN));
  }
  const whole = capital && context !== undefined && context.text.length >= WHOLE_DOCUMENT;
  const letters = query.replace(/[^\p{L}\p{N}]/gu, '').length;
  const kept = weighed.filter(({ candidate: { entry, matched }, wellKnown, supported }) => {
    if (!whole || matched === 'abbreviation' || wellKnown || supported >= NAMED) return true;
    if (entry.kind === 'gene') return genes;
    return letters > SHORT_LETTERS && supported >= LEAST_SUPPORT;
  });
  const first = (candidate: Candidate): number => (candidate.matched === 'abbreviation' ? 0 : 1);
  return kept
    .sort(
      (a, b) =>
        first(a.candidate) - first(b.candidate) ||
        a.cost - b.cost ||
        a.candidate.entry.number - b.candidate.entry.number,
    )
    .map(({ candidate }) => candidate);
}

/** Abbreviations with so many letters hardly ever stand for two things. */
const UNAMBIGUOUS_LETTERS = 5;
/** How many of a long form's words an entry's form has to hold: of three words two. */
const MOST_WORDS = 0.6;
/** Of a proper name, of three words all: Spain's National Healthcare Service isn't the National Health Service. */
const MOST_WORDS_OF_A_PROPER_NAME = 0.7;
/** A form whose words all have a capital. */
const PROPER_NAME = /^\p{Lu}\p{Ll}+(?:[ -](?:(?:of|for|and|the|on|in) )*\p{Lu}\p{Ll}+)+$/u;

/**
 * Whether an entry may be what a document's long form of an abbreviation names: most of the long form's words are in
 * one of the entry's forms, or the abbreviation is long and the entry's own name.
 */
export function mayMean(entry: Entry, abbreviation: string, longForm: string): boolean {
  if (entry.kind !== 'gene' && abbreviation.length >= UNAMBIGUOUS_LETTERS && isAllCapital(entry.term)) return true;
  const wanted = wordKeys(longForm).filter((word) => !COMMON.has(word));
  if (wanted.length === 0) return false;
  return [entry.term, ...entry.synonyms].some((form) => {
    const has = new Set(wordKeys(form));
    const least = PROPER_NAME.test(form) ? MOST_WORDS_OF_A_PROPER_NAME : MOST_WORDS;
    return has.size > 1 && wanted.filter((word) => has.has(word)).length / wanted.length > least;
  });
}
