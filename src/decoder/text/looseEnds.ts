import { partsOf } from './repeats';

/** "is one of the most common forms of the disorder": of which one? */
const SHARE_OF_IT =
  /^ ?(?:is|are) (?:also )?(?:(?:one of|an?|the|most|more|common|main|major|frequent|severe|important|known|commonly|rare|leading) )*(forms?|types?|subtypes?|causes?|features?|symptoms?|signs?) of (?:the|this) (condition|disease|disorder|syndrome)(?!\p{L})/iu;
/** "is one of the most common causes." */
const SHARE_OF_NOTHING =
  /(?<!\p{L})one of the (?:[\p{L}-]+ ){0,2}(?:causes|forms|types|kinds|features|symptoms|signs|parts) ?[.;]/iu;
/** A thing may well be a form of the disease that its name says it is. */
const OF_A_KIND = /^(?:forms?|types?|subtypes?)$/i;

/** "caused by changes in one of these genes" */
const THESE = /(?<![\p{L}\p{N}-])these (?:same |other )?(\p{L}+s)(?![\p{L}\p{N}-])/giu;

/** "caused by changes in one of several genes. This gene provides" */
const THIS_GENE = /^(?:mutations in )?this gene(?!\p{L})/iu;
const ONE_GENE = /(?<!\p{L})(?:an?|the|this|single|one|\p{Lu}[\p{Lu}\p{N}-]+) (?:\p{L}+ )?gene(?!\p{L})/u;
/** The term itself is a gene: "BRCA1", but not "GM3 synthase deficiency". */
const SYMBOL = /^[\p{L}\p{N}-]*\p{Lu}[\p{Lu}\p{N}][\p{L}\p{N}-]*$|(?<!\p{L})genes?(?!\p{L})/u;

/** "an autosomal dominant pattern, which means both copies of the gene have mutations" */
const CONTRADICTS =
  /dominant \p{L}+, which means (?:that )?both copies|recessive \p{L}+, which means (?:that )?one copy/iu;
/** "the eye, or the ear,." */
const STRAY_MARKS = /[,;:(]\s?[.!?]$/u;
const OPEN_QUOTE = /^[^"]*(?:"[^"]*"[^"]*)*"[^"]*$/u;
const OPEN_BRACKET = /\([^()]*$/u;

/** "It is unclear how changes in the brain." */
const QUESTION =
  /(?:unclear|unknown|uncertain|not (?:yet )?(?:known|clear|certain)|not (?:\p{L}+ )?understood) (?:how|why|whether|if) ([^.;]*)/iu;
const FINITE_VERB =
  /(?<![\p{L}\p{N}-])(?:is|are|was|were|be|been|has|have|had|can|could|may|might|will|would|should|do|does|did|causes?|leads?|results?|contributes?|affects?|occurs?|plays?|relates?|works?|develops?|influences?|produces?|damages?|disrupts?|triggers?|increases?|reduces?|prevents?|helps?|makes?|becomes?|acts?|interacts?|binds?|protects?|arises?|begins?|spreads?|\p{L}{2,}ed)(?![\p{L}\p{N}-])/iu;

/**
 * Whether the first sentence of a description points at what was never named ("is one of the most common forms of the
 * disorder", "is caused by changes in these genes"), a later one at one gene where several were named, or any asks a question
 * that lacks its verb, contradicts its own explanation, breaks off with a comma or before a closing mark, or is "one of the most common causes" of nothing.
 *
 * @param sentence whole, what the description begins with included
 * @param before the sentences before it; '' for none
 */
export function hasLooseEnds(sentence: string, term: string, before: string): boolean {
  const [, question] = QUESTION.exec(sentence) ?? [];
  if (question !== undefined && !FINITE_VERB.test(question)) return true;
  if (
    CONTRADICTS.test(sentence) ||
    STRAY_MARKS.test(sentence.trim()) ||
    OPEN_QUOTE.test(sentence) ||
    OPEN_BRACKET.test(sentence) ||
    SHARE_OF_NOTHING.test(sentence)
  )
    return true;
  if (before === '') return isPartOfNothing(sentence, term) || pointsAtNothing(sentence);
  return THIS_GENE.test(sentence) && !ONE_GENE.test(before) && !SYMBOL.test(term);
}

function isPartOfNothing(sentence: string, term: string): boolean {
  if (!sentence.toLowerCase().startsWith(term.toLowerCase())) return false;
  const [, share, whole] = SHARE_OF_IT.exec(sentence.slice(term.length)) ?? [];
  if (share === undefined || whole === undefined) return false;
  return !(OF_A_KIND.test(share) && term.toLowerCase().includes(whole.toLowerCase()));
}

function pointsAtNothing(sentence: string): boolean {
  return [...sentence.matchAll(THESE)].some(({ 1: things = '', index }) => {
    const [thing] = partsOf(things);
    const before = sentence.slice(0, index);
    return !/[;:]/u.test(before) && !partsOf(before).includes(thing!);
  });
}
