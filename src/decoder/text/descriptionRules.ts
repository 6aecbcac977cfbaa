import type { FactRule, FinishReason } from '../../protocol/decoder';
import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { endsWord } from '../../tokenizer/endOfWord';
import { repeatedTail, sentenceEnd, type StopRule } from '../generation/stopRules';
import type { Verdict, WholeSentences } from '../generation/wholeSentences';
import { drifts } from './drift';
import { inventedFactAt } from './facts';
import { inventedNameAt, wordsOf } from './inventedNames';
import type { Insertion } from './insertion';

/** A run of so many words that comes twice in one sentence is a loop; in the whole description, this many. */
const LOOP_IN_SENTENCE = 4;
const LOOP_IN_TEXT = 8;
/** Share of the shorter one's words from which two sentences say the same. */
const SAME_SENTENCE = 0.65;
/** How often a word that carries a meaning may stand in one sentence. */
const MOST_IN_SENTENCE = 2;

const GOES_ON: Verdict = { kind: 'goesOn' };
const RESTS: Verdict = { kind: 'rests' };
const breaks = (reason: FinishReason): Verdict => ({ kind: 'breaks', reason });

export interface DescriptionRulesOptions {
  /** What the description begins with: "{term} is". */
  beginning: string;
  /** Ids of the beginning. */
  beginningIds: readonly number[];
  facts: FactRule;
  /** Texts that facts may be drawn from. */
  grounds: readonly string[];
  /** The text of new ids behind the beginning. */
  written: Insertion;
  symbolOf: (id: number) => string;
}

/**
 * The rules of a description: whole sentences; none twice or nearly so, no phrase over and over; none that turns from the
 * term to a study or to the reader; with `documentOnly` no number, dose, variant, identifier, citation, gene symbol or drug that
 * the grounds do not hold. Each is asked when a word ends, of the sentence it stands in: those before were judged.
 */
export function descriptionRules(options: DescriptionRulesOptions): WholeSentences {
  const { beginning, beginningIds, facts, grounds, written, symbolOf } = options;
  const endsSentence = sentenceEnd(symbolOf, beginningIds.slice(-8).map(symbolOf));
  const known = wordsOf([...grounds, beginning]);
  const document = [...grounds, ''].join('\n');
  const inventsFact = (before: string, sentence: string, growing: boolean): boolean =>
    facts === 'documentOnly' &&
    (inventedFactAt(document + before, sentence, growing) >= 0 ||
      inventedNameAt(sentence, (word) => known.has(word), growing) >= 0);

  return (generated) => {
    const last = generated.at(-1)!;
    const rest = lastRest(generated, endsSentence);
    if (last === SPECIAL_IDS.eos) return rest === generated.length - 1 && rest > 0 ? RESTS : breaks('endOfText');
    if (!endsWord(symbolOf(last))) return GOES_ON;
    const before = written(generated.slice(0, rest));
    const text = written(generated);
    const sentence = text.slice(before.length);
    if (repeatedTail(generated) > 0 || loops(text, sentence)) return breaks('repetition');
    const own = rest === 0 ? beginning + sentence : sentence.trim();
    if (drifts(sentence.trim())) return breaks('drift');
    const over = endsSentence(generated) !== null;
    if (inventsFact(beginning + before, sentence, !over)) return breaks('fact');
    if (!over) return GOES_ON;
    const others = sentencesOf(generated.slice(0, rest), endsSentence, written).map((text, i) =>
      i === 0 ? `${beginning} ${text}` : text,
    );
    return others.some((other) => sayTheSame(other, own, beginning)) ? breaks('repetition') : RESTS;
  };
}

/** More tokens than any rule for the end of a sentence looks back. */
const LOOK_BACK = 12;

/** How many tokens there are up to the end of the last whole sentence, the one that the last token may end left out. */
function lastRest(generated: readonly number[], endsSentence: StopRule): number {
  let length = generated.length - 1;
  while (length > 0 && endsSentence(generated.slice(Math.max(0, length - LOOK_BACK), length)) === null) length--;
  return Math.max(0, length);
}

function sentencesOf(generated: readonly number[], endsSentence: StopRule, written: Insertion): string[] {
  const sentences: string[] = [];
  let text = written(generated);
  for (let length = lastRest(generated, endsSentence); ; length = lastRest(generated.slice(0, length), endsSentence)) {
    const before = written(generated.slice(0, length));
    sentences.unshift(text.slice(before.length).trim());
    text = before;
    if (length === 0) return sentences;
  }
}

/** Whether the last words came before: in the sentence or, more of them, in the whole text; or one word again and again. */
function loops(text: string, sentence: string): boolean {
  if (comesTwice(sentence, LOOP_IN_SENTENCE) || comesTwice(text, LOOP_IN_TEXT)) return true;
  if (X_AND_X.test(sentence)) return true;
  const words = wordsIn(sentence);
  const last = words.at(-1)!;
  return isContent(last) && words.filter((word) => word === last).length > MOST_IN_SENTENCE;
}

/** "disease and disease", "blood pressure or blood pressure" */
const X_AND_X = /(?<![\p{L}\p{N}-])(\p{L}{4,}(?: \p{L}+)?),? (?:and|or|and\/or) \1(?![\p{L}\p{N}-])/iu;

function comesTwice(text: string, count: number): boolean {
  const words = wordsIn(text);
  if (words.length <= count) return false;
  return ` ${words.slice(0, -1).join(' ')} `.includes(` ${words.slice(-count).join(' ')} `);
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [''];
}

/** Words that carry a meaning of their own, more or less. */
function isContent(word: string): boolean {
  return word.length > 3 && !FUNCTION_WORDS.has(word);
}

const FUNCTION_WORDS = new Set(
  (
    'about after also although among another been before being between both could does during each either have however into ' +
    'many more most much must only other over same should some such than that their them then there these they this those ' +
    'through under used very well were when where which while will with within without would'
  ).split(' '),
);

/**
 * Whether one sentence has nearly all that the other says: the words that carry a meaning, the term's own left out; numbers
 * count as one word. Short sentences are compared word by word.
 */
export function sayTheSame(a: string, b: string, term = ''): boolean {
  const own = new Set(wordsIn(term));
  const content = (text: string): string[] =>
    wordsIn(text.replace(/\p{N}+/gu, '0')).filter((word) => isContent(word) && !own.has(word));
  const [first, second] = [new Set(content(a)), new Set(content(b))];
  const least = Math.min(first.size, second.size);
  if (least < 2) return wordsIn(a).join(' ') === wordsIn(b).join(' ');
  return [...first].filter((word) => second.has(word)).length >= SAME_SENTENCE * least;
}
