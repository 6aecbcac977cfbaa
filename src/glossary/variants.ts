import type { Kind } from './entry';

/**
 * Other ways to say a term, tried in this order where the term itself is unknown. Each rule keeps the meaning: it
 * swaps words that the sources use alike, or names the study, test or disorder that a bare phrase leaves out.
 */

const DISORDER = ['disease', 'disorder', 'syndrome'];
/** Words of the same meaning in a name, each list ordered by how often sources use it. */
const ALIKE: readonly (readonly string[])[] = [
  ['renal', 'kidney'],
  ['hepatic', 'liver'],
  ['cardiac', 'heart'],
  ['pulmonary', 'lung'],
  ['gastric', 'stomach'],
  ['cutaneous', 'skin', 'dermal'],
  ['cerebral', 'brain'],
  ['ovarian', 'ovary'],
  ['vesical', 'bladder'],
  ['cancer', 'carcinoma', 'malignant neoplasm'],
  ['tumor', 'tumour', 'neoplasm'],
  ['evaluation', 'research', 'assessment'],
  ['examination', 'exam'],
  ['therapy', 'treatment'],
  ['study', 'trial'],
  ['sequencing', 'seq'],
  ['lymphocyte', 'cell'],
  ['clinical', 'controlled'],
];
/** Ends of methods' names: an assay for a substance is another thing than the substance. */
const METHOD =
  /(?:blot(?:ting)?|i[sz]ation|reaction|metry|graphy|scopy|ing|pcr|array|phoresis|precipitation|fluorescence|elisa|spot|release|screen)$/iu;
/** What a name may go on with where a writer leaves it out. */
const LEFT_OUT: readonly { readonly words: string; readonly after?: RegExp; readonly kinds?: readonly Kind[] }[] = [
  { words: 'disease' },
  { words: 'disorder' },
  { words: 'syndrome' },
  { words: 'assay', after: METHOD },
  { words: 'test', kinds: ['statistics'] },
  {
    words: 'design',
    after: /(?:stud(?:y|ies)|trials?|over|groups?|measures?|controls?|factorial|blocks?|series|square)$/iu,
  },
  { words: 'analysis', kinds: ['statistics', 'method'] },
  { words: 'activity', kinds: ['process', 'protein'] },
  { words: 'process' },
  { words: 'system', kinds: ['anatomy', 'term'] },
  { words: 'axis' },
  { words: 'curve' },
];
/** What a writer may add to the name of a substance. */
const ADDED = /\s+(?:genes?|proteins?|polymorphisms?|antibod(?:y|ies)|levels?|concentrations?)$/iu;
/** What is no one substance. */
const GENERIC = /^(?:genes?|proteins?|m?RNA|DNA|serum|plasma|blood)$/iu;
const SUBSTANCES: readonly Kind[] = ['gene', 'protein', 'chemical', 'drug', 'term'];
const BRACKETED = /^(.*?)\s*\(([^()]+)\)\s*(.*)$/u;

export interface Variant {
  readonly term: string;
  /** What an entry that it finds may be about; anything where nothing is said. */
  readonly kinds?: readonly Kind[];
}

/** Other ways to write `term`, the nearest first; `term` itself is not among them. */
export function* variantsOf(term: string): Generator<Variant> {
  const bracketed = BRACKETED.exec(term);
  if (bracketed !== null) yield { term: `${bracketed[1]} ${bracketed[3]}`.trim() };
  const words = term.trim().split(/\s+/u);
  const swapped = words.length > 1 ? [...withSwaps(words)] : [];
  for (const others of swapped) yield { term: others.join(' ') };
  for (const others of swapped) for (const twice of withSwaps(others)) yield { term: twice.join(' ') };
  if (words.length > 1)
    for (const { words: rest, after, ...limits } of LEFT_OUT)
      if (after?.test(term) ?? true) yield { term: `${term} ${rest}`, ...limits };
  const bare = term.replace(ADDED, '');
  if (bare !== term && !GENERIC.test(bare)) yield { term: bare, kinds: SUBSTANCES };
}

/** A name with one word swapped for another of the same meaning, the last words first. */
function* withSwaps(words: readonly string[]): Generator<string[]> {
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i]!.toLowerCase();
    const one = word.replace(/(?<=[^s])s$/u, '');
    for (const alike of [DISORDER, ...ALIKE]) {
      if (!alike.includes(word) && !alike.includes(one)) continue;
      for (const other of alike) if (other !== one) yield [...words.slice(0, i), other, ...words.slice(i + 1)];
    }
  }
}
