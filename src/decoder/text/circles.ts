import { partsOf } from './repeats';

const VERB =
  /(?<![\p{L}\p{N}-])(?:is|are|was|were|means|refers to|has|have|had|do|does|can|may|occurs?|causes?)(?![\p{L}\p{N}-])/iu;
const COPULA = /^(?:is|are|was|were|means|refers to)$/i;

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
    'group member rare widely vary varies similar defined considered thought involved role play plays use used',
);

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
  if (isCalledBy(sentence, term)) return true;
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
  const returns = after.some((word) => before.has(word) && !relates(word));
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

/** "provides instructions for making a protein called cystinuria" */
function isCalledBy(sentence: string, term: string): boolean {
  const called = /(?<!\p{L})(?:called|named|termed|known as|referred to as) (?:an? |the )?/giu;
  const name = term.toLowerCase();
  return [...sentence.matchAll(called)].some(({ 0: words, index }) => {
    const behind = sentence.slice(index + words.length).toLowerCase();
    return index > 0 && behind.startsWith(name) && !/^[\p{L}\p{N}-]/u.test(behind.slice(name.length));
  });
}
