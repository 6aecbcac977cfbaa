import { partsOf } from './repeats';

const VERB_FORMS =
  '(?:is|are|was|were|means|refers to|has|have|had|do|does|can|may|occurs?|causes?|affects|involves|includes|contains|leads to|' +
  'results in|produces|requires|provides)(?![\\p{L}\\p{N}-])';
const VERB = new RegExp(`(?<![\\p{L}\\p{N}-])${VERB_FORMS}`, 'iu');
const COPULA = /^(?:is|are|was|were|means|refers to)$/i;
const MODAL = /^(?:do|does|can|may)$/i;

const set = (words: string): ReadonlySet<string> => new Set(partsOf(words));

const LITTLE_WORDS = set(
  'a an the of in on to for with by as at from and or but not no nor it its this that these those which who whose such than ' +
    'is are was were be been being has have had do does did can could may might will would also only very more most much less ' +
    'least one ones any some all each every other another same own there their they he she so if when where what',
);
/** Words that put a thing into a class, and name none. */
const CLASSES = set('type form kind sort case example part subtype version variety instance name term word');
const QUALIFIERS = set(
  'common commonest frequent known called named termed leading major main important several many different certain particular ' +
    'specific typical usual severe generally often usually commonly typically mainly',
);
/** Words that relate a thing to itself where nothing else stands on both sides. */
const RELATIONS = set(
  'cause causes caused causing sign symptom symptoms feature features characteristic characteristics characterized risk ' +
    'increased higher high greater develop developing development people person patient individual affected affecting affect ' +
    'affects having occur occurring occurs present presence result results associated related due lead leads leading diagnosed ' +
    'diagnosis show exist experience suffer suffering factor effect get become condition disease disorder syndrome problem ' +
    'gene genes mutation mutations group member rare widely vary varies similar defined considered thought involved role play plays use used',
);

/** Classes that a thing shares with nothing that is named after it: "a form of CRISPR deficiency"; a cause may. */
const COMPOUNDED = set('type form kind sort case example subtype variety variant version instance');
/** What may stand between a verb and what it is said of; participles in "-ed" too. */
const PLACED = set(
  'found made seen known given thought held kept shown bound built grown part instructions making mutation mutations change ' +
    'changes treatment prevention first step stage effective beneficial useful important',
);
/** "which has been shown to be" */
const IS_SAID_TO_BE = set('shown known thought considered found reported believed suggested said defined described');
/** "Stem cells can become other stem cells": of the same kind, but not the same. */
const OTHERS = set(
  'other another more new additional further many several as like into than between itself themselves',
);
const ANOTHER = /(?<!\p{L})(?:another|other|more|new)(?! (?:common|frequent|severe|important)|\p{L})/iu;
const ARTICLES = new Set(['a', 'an', 'the']);

/** A class that was never named: "a common form of the disorder". */
const OF_THE_DISORDER = /(?<!\p{L})of (?:the|this|these) (?:condition|disease|disorder|syndrome|problem)s?(?!\p{L})/iu;

/**
 * Whether a whole sentence only goes round its term: it says of a thing that it is itself or a kind of itself ("DDAH2 is one of
 * the most common forms of DDAH2"), puts it into no class at all ("is one of the most common types"), or relates it to nothing
 * but itself ("People with gout have a higher risk of gout", "a protein called cystinuria").
 *
 * @param sentence what the description begins with included
 */
export function saysNothing(sentence: string, term: string): boolean {
  const own = new Set(partsOf(term).filter((word) => !LITTLE_WORDS.has(word)));
  if (isCalledBy(sentence, term) || clausesOf(sentence, term).some(comesBack)) return true;
  const split = splitAtVerb(sentence, term);
  if (split === undefined) return false;
  const { left, verb, right } = split;
  const before = new Set(partsOf(left).filter((word) => !LITTLE_WORDS.has(word)));
  const after = partsOf(right).filter((word) => !LITTLE_WORDS.has(word));
  const isOld = (word: string): boolean => before.has(word) || own.has(word);
  const isVague = (word: string): boolean => CLASSES.has(word) || QUALIFIERS.has(word);
  const relates = (word: string): boolean => isVague(word) || RELATIONS.has(word);
  if (COPULA.test(verb)) {
    const classes = after.some((word) => isOld(word) || CLASSES.has(word));
    if (classes && after.every((word) => isOld(word) || isVague(word))) return true;
    if (OF_THE_DISORDER.test(right) && after.every((word) => isOld(word) || relates(word))) return true;
  }
  // On both sides the left may name the term in other words: by its abbreviation, or by a part.
  const isShared = (word: string): boolean => before.has(word) && after.includes(word);
  const returns = after.some((word) => before.has(word) && !relates(word)) && !ANOTHER.test(right);
  return returns && [...before, ...after].every((word) => own.has(word) || relates(word) || isShared(word));
}

/** The first verb behind the term where the sentence begins with it, or else the first of all. */
function splitAtVerb(sentence: string, term: string): { left: string; verb: string; right: string } | undefined {
  const from = sentence.toLowerCase().startsWith(term.toLowerCase()) ? term.length : 0;
  const found = VERB.exec(sentence.slice(from));
  if (!found) return undefined;
  const at = from + found.index;
  return { left: sentence.slice(0, at), verb: found[0], right: sentence.slice(at + found[0].length) };
}

interface Clause {
  /** Words of the subject that say what it is, in order. */
  subject: readonly string[];
  verb: string;
  /** What is said of it. */
  rest: string;
  isMain?: boolean;
  /** The subject is a pronoun, which may stand for something else than the term. */
  guessed?: boolean;
}

/** What comes next says something else. */
const CLAUSE_ENDS =
  /[;:.]|,? (?:and|but) (?:it|they|is|are|has|have|can|may)(?!\p{L})|, (?:which|who|and|but|because|while)(?!\p{L})/iu;
const RELATIVE = new RegExp(`,? (?:which|that|who) (?:(?:also|usually|often) )?(${VERB_FORMS})`, 'giu');
/** "It is unclear how the disease is related to the disease." */
const SUBORDINATE = new RegExp(
  `(?<!\\p{L})(?:how|why|whether|that) ((?:[\\p{L}\\p{N}-]+ ){1,6}?)(${VERB_FORMS})`,
  'giu',
);
const PRONOUN = /^(?:it|they)$/i;

/** The main clause, and those that say something of the noun before them. */
function clausesOf(sentence: string, term: string): Clause[] {
  const clauses: Clause[] = [];
  const main = splitAtVerb(sentence, term);
  if (main) {
    // "In addition, the risk"
    const own = main.left.slice(main.left.lastIndexOf(', ') + 1).trim();
    const guessed = PRONOUN.test(own);
    const subject = partsOf(guessed ? term : own).filter((word) => !LITTLE_WORDS.has(word));
    clauses.push({ subject, verb: main.verb, rest: upToEnd(main.right), isMain: true, guessed });
  }
  for (const { 0: opening, 1: verb = '', index } of sentence.matchAll(RELATIVE)) {
    const rest = upToEnd(sentence.slice(index + opening.length));
    const clause = { verb, rest };
    clauses.push({ ...clause, subject: lastNoun(sentence.slice(0, index)) });
    // "is a fat that is effective in the treatment of" the subject
    if (clauses[0] && !clauses[0].guessed) clauses.push({ ...clause, subject: clauses[0].subject });
  }
  for (const { 0: words, 1: subject = '', 2: verb = '', index } of sentence.matchAll(SUBORDINATE)) {
    const rest = upToEnd(sentence.slice(index + words.length));
    clauses.push({ subject: partsOf(subject).filter((word) => !LITTLE_WORDS.has(word)), verb, rest });
  }
  return clauses;
}

/** Whether the clause relates its subject to itself and to nothing else, or calls it a form of what is named after it. */
function comesBack({ subject, verb, rest, isMain, guessed }: Clause): boolean {
  const words = partsOf(rest).filter((word) => !ARTICLES.has(word));
  const found = firstRun(words, subject);
  if (found === undefined || OTHERS.has(words[found.from - 1] ?? '')) return false;
  const before = words.slice(0, found.from).filter((word) => !isSmall(word));
  const after = words.slice(found.to);
  if (COPULA.test(verb) && words[found.from - 1] === 'of' && before.length > 0 && before.every(isForm)) {
    return after.length === 0 || LITTLE_WORDS.has(after[0]!) || isCompound(after);
  }
  if (words[found.from - 1] === 'be' && before.length > 0 && before.every((word) => IS_SAID_TO_BE.has(word))) {
    return after.length === 0 || LITTLE_WORDS.has(after[0]!);
  }
  const relates = (word: string, i: number): boolean =>
    CLASSES.has(word) ||
    (!guessed &&
      (RELATIONS.has(word) ||
        PLACED.has(word) ||
        /(?:ed|ly)$/u.test(word) ||
        (isMain === true && MODAL.test(verb) && i === 0)));
  if (!before.every(relates)) return false;
  return (
    after.length === 0 ||
    (before.length > 0 && /^(?:and|or|such|as|including)$/u.test(after[0]!)) ||
    isOwnGene(before, after)
  );
}

/** "DTNB is caused by mutations in the DTNB gene": no gene is, and no disease by one of its name. */
function isOwnGene(before: readonly string[], after: readonly string[]): boolean {
  return after.length === 1 && /^(?:gene|protein)$/u.test(after[0]!) && before[0] === 'caused';
}

const isSmall = (word: string): boolean => LITTLE_WORDS.has(word) || QUALIFIERS.has(word);
const isForm = (word: string): boolean => COMPOUNDED.has(word);

const WITHIN_NAMES = set('of in for most');

/** Where the words of a subject stand in order, with next to nothing between them. */
function firstRun(words: readonly string[], subject: readonly string[]): { from: number; to: number } | undefined {
  if (subject.length === 0) return undefined;
  for (const [from, word] of words.entries()) {
    if (word !== subject[0]) continue;
    let [to, matched] = [from + 1, 1];
    for (; to < words.length && matched < subject.length; to++) {
      if (words[to] === subject[matched]) matched++;
      else if (!WITHIN_NAMES.has(words[to]!)) break;
    }
    if (matched === subject.length) return { from, to };
  }
  return undefined;
}

/** "deficiency" behind "CRISPR": a noun or two of which the name is a part. */
function isCompound(words: readonly string[]): boolean {
  const over = words.findIndex((word) => LITTLE_WORDS.has(word));
  const nouns = over < 0 ? words.length : over;
  return nouns > 0 && nouns <= 2;
}

const TAKES_NOUN = set('used treat prevent diagnose measure detect make produce reduce increase identify cure find');

/** The noun that a text ends in, with the words that describe it. */
function lastNoun(text: string): string[] {
  const words = partsOf(text);
  let from = words.length;
  while (from > 0 && !isSmall(words[from - 1]!) && !TAKES_NOUN.has(words[from - 1]!)) from--;
  return words.slice(from);
}

function upToEnd(text: string): string {
  const end = CLAUSE_ENDS.exec(text);
  return end ? text.slice(0, end.index) : text;
}

/** "provides instructions for making a protein called cystinuria" */
function isCalledBy(sentence: string, term: string): boolean {
  const called = /(?<!\p{L})(?:called|named|termed|known as|referred to as) (?:an? |the )?/giu;
  const name = term.toLowerCase();
  return [...sentence.matchAll(called)].some(({ 0: words, index }) => {
    const behind = sentence.slice(index + words.length).toLowerCase();
    return index > 0 && behind.startsWith(name) && !/^[\p{L}\p{N}-]/u.test(behind.slice(name.length));
  });
}
