import { ALNUM, ALPHA, LOWER, NUMBER, WHITESPACE } from './characterClasses';

/*
 * The English Moses tokenizer with aggressive dash splits and XML escapes, after sacremoses 0.1.1
 * (`MosesTokenizer.tokenize`), which BioGPT's tokenizer in transformers runs before BPE. Steps and
 * their order are sacremoses'; a replacement is global, left to right and non-overlapping, so a
 * character consumed as the right neighbour of one match is not the left neighbour of the next.
 */

const WHITESPACE_RUN = new RegExp(`[${WHITESPACE}]+`, 'gu');
const CONTROL_CHARACTERS = /[\u0000-\u001f]+/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const SPECIAL_CHARACTER = new RegExp(`[^${ALNUM} .'\`,\\-]`, 'gu');
const INNER_HYPHEN = new RegExp(`([${ALNUM}])-(?=[${ALNUM}])`, 'gu');

const COMMAS: [RegExp, string][] = [
  [new RegExp(`([^${NUMBER}]),`, 'gu'), '$1 , '],
  [new RegExp(`,([^${NUMBER}])`, 'gu'), ' , $1'],
  [new RegExp(`([${NUMBER}]),$`, 'gu'), '$1 , '],
];

const APOSTROPHES: [RegExp, string][] = [
  [new RegExp(`([^${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([^${ALPHA}${NUMBER}])'([${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([${ALPHA}])`, 'gu'), "$1 '$2"],
  [new RegExp(`([${NUMBER}])'s`, 'gu'), "$1 's"],
];

const ANY_ALPHA = new RegExp(`[${ALPHA}]`, 'u');
const STARTS_LOWER = new RegExp(`^[${LOWER}]`, 'u');
const STARTS_WITH_DIGIT = /^[0-9]/;

/** Abbreviations whose period stays with them (Moses' `nonbreaking_prefix.en`). */
const NON_BREAKING_PREFIXES = new Set(
  (
    'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z ' +
    'Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr Drs Ens Gen Gov Hon Hr Hosp Insp ' +
    'Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc ' +
    'Sgt Sr St Supt Surg v vs i.e rev e.g Rs Nos Nr Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec'
  ).split(' '),
);
/** Those whose period stays only before a number. */
const NUMERIC_PREFIXES = new Set(['No', 'Art', 'pp']);

/** Stands for one dot of an ellipsis while the other rules run; control characters are gone by then. */
const KEPT_DOT = '\u0001';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '|': '&#124;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '[': '&#91;',
  ']': '&#93;',
};

/**
 * Splits text into Moses tokens, in time linear in its length. Total: lone surrogates count as U+FFFD.
 */
export function mosesTokenize(text: string): string[] {
  // The space is the only whitespace left after the second step.
  let line = text.replace(LONE_SURROGATE, '\ufffd').replace(WHITESPACE_RUN, ' ').replace(CONTROL_CHARACTERS, '');
  line = trimSpaces(line).replace(SPECIAL_CHARACTER, ' $& ');
  if (line.includes('-')) {
    line = line.replace(INNER_HYPHEN, '$1 @-@ ');
  }
  line = protectMultipleDots(line);
  if (line.includes(',')) {
    line = replaceAll(line, COMMAS);
  }
  if (line.includes("'")) {
    line = replaceAll(line, APOSTROPHES);
  }
  line = splitPeriods(line).replace(/\.'$/, " . ' ");
  line = restoreMultipleDots(line).replace(/[&|<>'"[\]]/g, (character) => ESCAPES[character] as string);
  return words(line);
}

function replaceAll(text: string, rules: readonly [RegExp, string][]): string {
  return rules.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text);
}

/** Not `trim`, which takes U+FEFF too, nor `/ +$/`, which is quadratic in runs of spaces. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === ' ') {
    start++;
  }
  while (end > start && text[end - 1] === ' ') {
    end--;
  }
  return text.slice(start, end);
}

function words(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

/**
 * Keeps runs of dots whole and apart. sacremoses writes a run of n dots as `DOT` × n + `MULTI`, one dot
 * a pass; three and more are done here at once. The name itself in a text takes part in its rules, so
 * the shorter runs go through the same two replacements.
 */
function protectMultipleDots(line: string): string {
  return line
    .replace(/\.{3,}/g, (dots) => ` ${KEPT_DOT.repeat(dots.length)} `)
    .replace(/\.\./g, ' DOTMULTI.')
    .replace(/DOTMULTI\.([^.])/gu, 'DOTDOTMULTI $1')
    .replace(/DOTMULTI\./g, 'DOTDOTMULTI');
}

function restoreMultipleDots(line: string): string {
  return line
    .replace(/(?:DOT)+(?:MULTI)?/g, (name) => (name.endsWith('MULTI') ? '.'.repeat((name.length - 5) / 3) : name))
    .replaceAll(KEPT_DOT, '.');
}

/** Splits the period off a word unless it is an abbreviation's or a lower-case word follows. */
function splitPeriods(line: string): string {
  const tokens = words(line);
  return tokens
    .map((token, i) => {
      if (!token.endsWith('.') || token.length === 1) {
        return token;
      }
      const prefix = token.slice(0, -1);
      return keepsPeriod(prefix, tokens[i + 1]) ? token : `${prefix} .`;
    })
    .join(' ');
}

function keepsPeriod(prefix: string, next: string | undefined): boolean {
  return (
    (prefix.includes('.') && ANY_ALPHA.test(prefix)) ||
    NON_BREAKING_PREFIXES.has(prefix) ||
    (next !== undefined && (STARTS_LOWER.test(next) || (NUMERIC_PREFIXES.has(prefix) && STARTS_WITH_DIGIT.test(next))))
  );
}
