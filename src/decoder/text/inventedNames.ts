/**
 * Short forms that every reader knows and that descriptions need: no gene, drug, study or office. A search that may name no gene
 * turns to whatever else has capitals ("the FDA may be produced in the brain"), so that the list is short.
 */
const WELL_KNOWN = new Set('ATP CNS CSF CT DNA ECG HIV II III IV MRI PCR UV VII VIII pH XI XII XX XY'.split(' '));

/** A letter and a digit (FGFR3, IL-6, p53, χ2), two capitals (AR, CFTR, mTOR) or one inside: a gene, protein, study or score. */
const SYMBOL = /^(?=[\p{L}\p{N}-]*\p{N})[\p{L}\p{N}-]+$|\p{Lu}\p{Ll}*\p{Lu}|^(?!Mc)[\p{Lu}\p{Ll}]*\p{Ll}\p{Lu}/u;
/** DNA, mRNA, siRNAs */
const NUCLEIC_ACID = /^\p{Ll}{0,3}[DR]NAs?$/u;
/** mR, siRN */
const BEGINS_NUCLEIC_ACID = /^\p{Ll}{0,3}(?:[DR]|[DR]N|[DR]NA)$/u;
/** Roman numbers of types and stages. */
const ROMAN = /^[IVX]+$/;

/** Stems of international nonproprietary names (WHO, "The use of stems in the selection of INN", 2018), and some older names. */
const DRUG = new RegExp(
  '^(?:\\p{L}{2,}(?:mab|tinib|ciclib|parib|rafenib|limus|cillin|cycline|mycin|micin|floxacin|oxacin|conazole|nidazole|' +
    'prazole|sartan|[ao]pril|olol|dipine|statin|fibrate|gliptin|gliflozin|glitazone|glutide|formin|parin|xaban|gatran|grel|' +
    'platin|rubicin|taxel|trexate|citabine|setron|triptan|zepam|zolam|barbital|oxetine|pramine|triptyline|idone|azepine|' +
    'racetam|caine|curonium|fentanil|morphone|codone|profen|coxib|oxicam|lukast|terol|asone|isone|olone|onide|semide|thiazide|' +
    'navir|tegravir|buvir|previr|ciclovir|vudine|quine|vastatin|uracil)|' +
    'aspirin|ibuprofen|paracetamol|acetaminophen|warfarin|heparin|digoxin|morphine|fentanyl|lithium|methadone|ketamine|' +
    'propofol|tamoxifen|thalidomide|levodopa|clozapine|olanzapine|haloperidol|phenytoin|valproate|colchicine|allopurinol)s?$',
  'iu',
);
/** What ends like a drug and is none: proteins, hormones, substances of the body and of chemistry. */
const NOT_DRUGS =
  /^(?:somatostatin|myostatin|cystatin|follistatin|cholesterol|sterol|glycerol|ergosterol|phytosterol|stigmasterol|cortisone|aldosterone|quinone|ketone|silicone|aniline|guanine|creatine|kinesin|acetone|sclerostin|stat|cocaine)s?$/iu;

const WORD = /\p{L}[\p{L}\p{M}\p{N}]*(?:[-‐‑][\p{L}\p{M}\p{N}]+)*/gu;

/** "the FDA gene", "the EKG and EKG genes": whatever stands there is taken for a gene. Not "X-linked", "an RNA gene". */
const NAMED_GENE =
  /(?<=[\p{L}\p{N}),;] \(?)(?![DR]NA )\p{Lu}[\p{L}\p{N}]*(?=(?:,? (?:(?:and|or|and\/or) )?\p{Lu}[\p{L}\p{N}-]*)* (?:genes?|loc(?:us|i)|alleles?)(?![\p{L}\p{N}]))/gu;

/** "a protein called fibrillin" */
const CALLED =
  /(?<=(?<!\p{L})(?:gene|protein|enzyme|receptor|hormone)s? (?:called|named|known as) (?:the )?)(?!the )\p{L}[\p{L}\p{N}-]*/giu;

/**
 * Where the first invented name of a text begins, as an index of it; -1 for none. `growing`: it goes on, and its last word may
 * too; that is invented once no ending makes it another one than a name that the grounds lack.
 */
export type NameFinder = (text: string, growing?: boolean) => number;

/**
 * Finds gene symbols, abbreviations and drugs that the grounds do not name. Asked again and again of a text that grows: a
 * word is judged once.
 *
 * @param named words of the grounds, in lower case
 */
export function nameFinder(named: ReadonlySet<string>): NameFinder {
  const judged = new Map<string, boolean>();
  const isInvented = (word: string): boolean => {
    let known = judged.get(word);
    if (known === undefined) judged.set(word, (known = isName(word) && !isNamed(word, named)));
    return known;
  };
  const begins = beginningsOf([...named, ...WELL_KNOWN].map((word) => word.toLowerCase()));
  return (text, growing = false) => {
    for (const { 0: word, index } of text.matchAll(WORD)) {
      if (growing && index + word.length === text.length) return staysInvented(word, begins) ? index : -1;
      if (isInvented(word)) return index;
    }
    for (const { 0: name, index } of text.matchAll(NAMED_GENE)) {
      if (!named.has(geneOf(name)) && !(isName(name) && isNamed(name, named))) return index;
    }
    for (const { 0: name, index } of text.matchAll(CALLED)) if (!named.has(name.toLowerCase())) return index;
    return -1;
  };
}

function isName(word: string): boolean {
  const parts = word.split('-');
  if (parts.length > 1 && !/\p{N}/u.test(word)) return parts.some(isName);
  if (isDrug(word)) return true;
  return SYMBOL.test(word) && !WELL_KNOWN.has(word) && !ROMAN.test(word) && !NUCLEIC_ACID.test(word);
}

/** Whether a begun word is a symbol that the grounds lack, whatever comes next. */
function staysInvented(begun: string, begins: (letters: string) => boolean): boolean {
  // Parts that hyphens join are judged when the word is whole.
  if (begun.includes('-') || !SYMBOL.test(begun)) return false;
  return !ROMAN.test(begun) && !BEGINS_NUCLEIC_ACID.test(begun) && !begins(begun.toLowerCase());
}

/** Asks whether some word begins so. Each beginning is looked for once. */
function beginningsOf(words: readonly string[]): (letters: string) => boolean {
  const known = new Map<string, boolean>();
  return (letters) => {
    let found = known.get(letters);
    if (found === undefined) known.set(letters, (found = words.some((word) => word.startsWith(letters))));
    return found;
  };
}

function isNamed(word: string, named: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase();
  // "BEND" is not named where the text says "bend".
  const [plain, single] = [lower, lower.replace(/s$/u, '')].map((one) =>
    ONLY_CAPITALS.test(word) ? capitalsOf(one) : one,
  );
  if (named.has(plain!) || named.has(single!)) return true;
  const parts = word.split('-');
  return parts.length > 1 && !/\p{N}/u.test(word) && parts.every((part) => !isName(part) || isNamed(part, named));
}

function isDrug(word: string): boolean {
  return DRUG.test(word) && !NOT_DRUGS.test(word);
}

const ONLY_CAPITALS = /^\p{Lu}{2,}s?$/u;
const capitalsOf = (word: string): string => `capitals ${word}`;

/** As the words of the grounds have it. */
function geneOf(name: string): string {
  return `${name.toLowerCase()} gene`;
}

/**
 * The words of texts in lower case, those with capitals of their own, and what they call genes, as `nameFinder` asks for them.
 *
 * @param term names what it names in any case
 */
export function wordsOf(texts: readonly string[], term = ''): ReadonlySet<string> {
  const words = new Set<string>();
  for (const text of [...texts, term]) {
    for (const [word] of text.matchAll(WORD)) {
      words.add(word.toLowerCase());
      for (const part of [word, ...word.split('-')]) {
        if (text === term || /\p{Lu}.*\p{Lu}/u.test(part)) words.add(capitalsOf(part.toLowerCase()));
      }
    }
    for (const [gene] of text.matchAll(NAMED_GENE)) words.add(geneOf(gene));
  }
  return words;
}
