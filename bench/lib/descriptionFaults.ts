import { isFalseAlarm } from './falseAlarms';

/** What is wrong with a description. Written apart from the decoder's rules, and stricter: a word is held or it isn't. */
export interface Faults {
  /** It ends inside a sentence. */
  unfinished: boolean;
  /** Sentences that are there twice. */
  twice: string[];
  /** Runs of four words that are twice in one sentence. */
  loops: string[];
  /** Numbers, numbers in words but for "one", numbers with their unit, names with digits or capitals, genes, drugs, citations. */
  invented: string[];
  /** What was found so and is none by a reader's judgement, as `falseAlarms.ts` lists it. */
  falseAlarms: string[];
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
  const found = [
    ...inventedNumbers(text, held),
    ...inventedNames(text, term, held, kindOf),
    ...citationsIn(text, held),
  ];
  return {
    unfinished: text !== '' && !/[.!?]["”’)]?$/.test(text),
    twice: plain.filter((sentence, at) => plain.indexOf(sentence) < at),
    loops: plain.flatMap(loopsIn),
    invented: found.filter((name) => !isFalseAlarm(name)),
    falseAlarms: found.filter(isFalseAlarm),
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
  /(?<![\p{L}-])(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|thrice)(?![\p{L}-])/giu;

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
const LOOKS_LIKE_A_SYMBOL = /\p{L}.*\p{N}|\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u;
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
/** "the FDA gene", "the Lynch gene" */
const NAMED_GENE = /(?<=\p{Ll}\)? \(?)\p{Lu}[\p{L}\p{N}]* gene(?!\p{L})/gu;

/** Without exceptions: what is none by a reader's judgement is listed in `falseAlarms.ts`. */
function inventedNames(text: string, term: string, held: readonly string[], kindOf: KindOf): string[] {
  const known = new Set(held.flatMap((one) => namesIn(one)).map(singular));
  const inCapitals = new Set(
    held
      .flatMap(namesIn)
      .filter((name) => /\p{Lu}.*\p{Lu}/u.test(name))
      .map(singular),
  );
  const terms = new Set(namesIn(term).map(singular));
  /** "BEND" is not held by "bend". */
  const isKnown = (name: string): boolean =>
    known.has(singular(name)) &&
    (!/^\p{Lu}{2,}s?$/u.test(name) || inCapitals.has(singular(name)) || terms.has(singular(name)));
  const isHeldGene = (gene: string): boolean =>
    held.some((one) => one.includes(gene)) ||
    (LOOKS_LIKE_A_SYMBOL.test(gene.split(' ')[0]!) && known.has(singular(gene.split(' ')[0]!)));
  // The glossary finds names in any case: "set" is no gene.
  const isKnownName = (name: string): boolean =>
    kindOf(name) === 'drug' || (/\p{Lu}/u.test(name) && kindOf(name) === 'gene');
  const names = namesIn(text).filter(
    (name) => !isKnown(name) && (LOOKS_LIKE_A_SYMBOL.test(name) || ENDS_LIKE_A_DRUG.test(name) || isKnownName(name)),
  );
  return [...names, ...(text.match(NAMED_GENE) ?? []).filter((gene) => !isHeldGene(gene))];
}

/** Names; of hyphenated words without digits, the parts. */
function namesIn(text: string): string[] {
  return (text.match(NAME) ?? []).flatMap((name) => (/\p{N}/u.test(name) ? [name] : name.split('-')));
}

const singular = (name: string): string => name.toLowerCase().replace(/s$/u, '');

function citationsIn(text: string, held: readonly string[]): string[] {
  const citations =
    text.match(/\p{Lu}\p{L}+ (?:et al|(?:and|&) \p{Lu}\p{L}+,? \(?\d{4})|\[\d+\]|https?:\S+|10\.\d{4,}\/\S+/gu) ?? [];
  return citations.filter((citation) => !held.some((one) => one.includes(citation)));
}
