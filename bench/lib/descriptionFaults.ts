/** What is wrong with a description. Written apart from the decoder's rules, and stricter: a word is held or it isn't. */
export interface Faults {
  /** It ends inside a sentence. */
  unfinished: boolean;
  /** Sentences that are there twice. */
  twice: string[];
  /** Runs of four words that are twice in one sentence. */
  loops: string[];
  /** Whole numbers, numbers in words, numbers with their unit, names with digits or capitals, drugs, citations. */
  invented: string[];
}

/** What the glossary knows a word as. */
export type KindOf = (word: string) => 'drug' | 'gene' | undefined;

/**
 * Holds a description against what it promises.
 *
 * @param grounds texts that may be drawn from
 */
export function faultsOf(text: string, term: string, grounds: readonly string[], kindOf: KindOf): Faults {
  const sentences = text === '' ? [] : text.split(/(?<=[.!?]["”’)]?) (?=[\p{Lu}\d])/u);
  const plain = sentences.map(normal);
  const held = grounds.concat(term);
  return {
    unfinished: text !== '' && !/[.!?]["”’)]?$/.test(text),
    twice: plain.filter((sentence, at) => plain.indexOf(sentence) < at),
    loops: plain.flatMap(loopsIn),
    invented: [...inventedNumbers(text, held), ...inventedNames(text, held, kindOf), ...citationsIn(text, held)],
  };
}

export function isFaulty({ unfinished, twice, loops, invented }: Faults): boolean {
  return unfinished || twice.length + loops.length + invented.length > 0;
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function loopsIn(sentence: string): string[] {
  const words = sentence.split(' ');
  const runs = words.slice(3).map((_, at) => words.slice(at, at + 4).join(' '));
  return runs.filter((run, at) => runs.indexOf(run) < at);
}

/** Numbers that are no part of a name: "6" is not in "IL-6", nor "3" in "13" or "3.5". */
const NUMBER = /(?<![\p{L}\p{N}])(?<!\p{L}-)(?<!\p{N}[.,])\p{N}+(?:[.,]\p{N}+)*(?![\p{N}])/gu;
const UNIT =
  /^\s?(?:%|percent|per cent|mg|mcg|µg|μg|ng|g|kg|ml|mL|l|L|IU|U|mmol|µmol|μmol|mol|mmHg|cm|mm|Gy|weeks?|days?|months?|years?|hours?)(?![\p{L}\p{N}])/u;
const IN_WORDS =
  /(?<![\p{L}-])(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|half|twice)(?![\p{L}-])/giu;

function inventedNumbers(text: string, held: readonly string[]): string[] {
  const known = new Set(held.flatMap(quantitiesIn));
  return quantitiesIn(text).filter((quantity) => !known.has(quantity));
}

/** "5", "5 mg", "two": each number alone, and with the unit behind it. */
function quantitiesIn(text: string): string[] {
  const found = (text.match(IN_WORDS) ?? []).map((word) => word.toLowerCase());
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    found.push(number);
    const unit = UNIT.exec(text.slice(index + number.length))?.[0];
    if (unit !== undefined) found.push(`${number} ${unit.trim().replace(/s$/u, '')}`);
  }
  return found;
}

const NAME = /\p{L}[\p{L}\p{N}]*(?:[-‐‑][\p{L}\p{N}]+)*/gu;
const LOOKS_LIKE_A_SYMBOL = /\p{L}.*\p{N}|\p{Lu}.*\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u;
/** What any reader knows. */
const COMMON_KNOWLEDGE = new Set(
  (
    'DNA RNA mRNA tRNA siRNA rRNA cDNA HIV AIDS USA UK US MRI CT NIH FDA WHO ATP BMI CNS CSF ECG EEG LDL HDL ICU PCR PET NHS GI IV ' +
    'UV EU III VII VIII XII II IX XI TB IQ pH'
  ).split(' '),
);
/**
 * Ends of nonproprietary names, from the names of drugs in use (the decoder's list is of the WHO's stems): of antibodies,
 * kinase inhibitors, antibiotics, and what people take for the heart, mind, pain, sugar and infections.
 */
const DRUG_ENDS =
  'mab nib lib clib rafenib zomib cillin cef cycline mycin floxacin bactam penem azole vir vudine fungin sartan pril lol dipine ' +
  'statin gliptin flozin glitazone tide formin gliclazide glinide xaban gatran grel parin platin rubicin taxel trexate poside ' +
  'citabine trexed setron triptan azepam azolam barbital oxetine pramine triptyline apine peridone azine piprazole gabalin racetam ' +
  'caine curonium fentanil codone morphone profen oxicam coxib fenac lukast asone olone onide thiazide semide quine mustine bicin';
const ENDS_LIKE_A_DRUG = new RegExp(`^\\p{L}{2,}(?:${DRUG_ENDS.split(' ').join('|')})s?$`, 'iu');
/** Hormones, chemicals and words that only end so; stimulants are drugs of another kind. */
const NO_DRUG =
  /^(?:anti\p{L}+|men|drug|medication|medicine|chemotherapy|diuretic|cholesterol|glycerol|ethanol|methanol|alcohol|control|protocol|school|symbol|aldosterone|testosterone|progesterone|ketone|peptide|nucleotide|polypeptide|oligonucleotide|neuropeptide|dinucleotide|saccharide|elvir|glib|parasol|magazine|routine|vaccine)s?$/iu;

function inventedNames(text: string, held: readonly string[], kindOf: KindOf): string[] {
  const known = new Set(held.flatMap((one) => namesIn(one)).map(singular));
  return namesIn(text).filter((name) => {
    if (COMMON_KNOWLEDGE.has(name) || known.has(singular(name))) return false;
    if (LOOKS_LIKE_A_SYMBOL.test(name)) return true;
    if (/^\p{Lu}{2}$/u.test(name)) return kindOf(name) === 'gene';
    return !NO_DRUG.test(name) && (ENDS_LIKE_A_DRUG.test(name) || kindOf(name) === 'drug');
  });
}

/** Names as they stand, and the parts of hyphenated words that are names by themselves: "anti-TNF". */
function namesIn(text: string): string[] {
  return (text.match(NAME) ?? []).flatMap((name) =>
    /\p{N}/u.test(name) || !name.includes('-') ? [name] : [name, ...name.split('-')],
  );
}

const singular = (name: string): string => name.toLowerCase().replace(/s$/u, '');

function citationsIn(text: string, held: readonly string[]): string[] {
  const citations =
    text.match(/\p{Lu}\p{L}+ (?:et al|(?:and|&) \p{Lu}\p{L}+,? \(?\d{4})|\[\d+\]|https?:\S+|10\.\d{4,}\/\S+/gu) ?? [];
  return citations.filter((citation) => !held.some((one) => one.includes(citation)));
}
