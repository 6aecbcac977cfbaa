import type { FinishReason } from '../../protocol/decoder';
import { endsWord, lastSymbol, spellingOf } from '../../tokenizer/endOfWord';

/** Looks at what was generated and says whether it is enough. */
export type StopRule = (generated: readonly number[]) => FinishReason | null;

/** Symbols that end a sentence where they are tokens by themselves. */
export const SENTENCE_ENDS = new Set(['.', '?', '!'].map(lastSymbol));

/**
 * Words whose period the tokenizer splits off although the sentence goes on. (Those it keeps glued, like
 * "e.g." or "Dr.", never leave a period of their own.)
 */
const ABBREVIATIONS = new Set(
  'al approx ca cf eq eqn eqs fig figs incl ref refs resp sect spp ssp subsp suppl tab var viz vol vols'.split(' '),
);

/**
 * A sentence is over after a Moses token that is nothing but `.`, `?` or `!`: periods inside "0.05",
 * "U.S." or "e.g." belong to longer tokens.
 *
 * @param symbolOf a token id's vocabulary symbol.
 * @param before symbols right before the generated ones, to know the word that a first period ends.
 */
export function sentenceEnd(symbolOf: (id: number) => string, before: readonly string[] = []): StopRule {
  return (generated) => {
    const last = generated[generated.length - 1];
    if (last === undefined || !SENTENCE_ENDS.has(symbolOf(last))) return null;
    // The period is the tail of a longer token unless the piece before it ends one.
    const previous = generated.length > 1 ? symbolOf(generated[generated.length - 2]!) : before[before.length - 1];
    if (previous !== undefined && !endsWord(previous)) return null;
    const word = lastWord([...before, ...generated.slice(-1 - LONGEST_WORD, -1).map(symbolOf)]);
    return ABBREVIATIONS.has(word.toLowerCase()) ? null : 'sentenceEnd';
  };
}

/** More pieces than any abbreviation has. */
const LONGEST_WORD = 8;

function lastWord(symbols: readonly string[]): string {
  let word = '';
  for (let i = symbols.length - 1; i >= 0; i--) {
    const symbol = symbols[i]!;
    if (endsWord(symbol)) {
      if (word !== '') break;
      word = spellingOf(symbol);
    } else {
      word = symbol + word;
    }
  }
  return word;
}

/** A line is over at a line break, or at the paragraph mark that BioGPT-Large was trained with. */
export function lineEnd(symbolOf: (id: number) => string): StopRule {
  return (generated) => {
    const last = generated[generated.length - 1];
    return last !== undefined && /[\n▃]/u.test(symbolOf(last)) ? 'lineEnd' : null;
  };
}

/**
 * What is left of `generated` after cutting back to a whole word: the pieces of an unfinished word go,
 * then a hyphen or an opening bracket that waits for its other side.
 */
export function wholeWords(generated: readonly number[], symbolOf: (id: number) => string): number[] {
  let length = generated.length;
  const symbol = (): string => symbolOf(generated[length - 1]!);
  while (length > 0 && !endsWord(symbol())) length--;
  while (length > 0 && DANGLING.has(symbol())) length--;
  return generated.slice(0, length);
}

const DANGLING = new Set(['@-@', '(', '{', '&#91;'].map(lastSymbol));

/** Longest phrase whose repetition is looked for, tokens. */
const LONGEST_PERIOD = 12;
/** From this length on a phrase that comes twice in a row is one too many; shorter ones, three times. */
const LONG_PHRASE = 4;

/**
 * How many tokens at the end of `ids` only say once more what stands right before them; 0 for a text that
 * goes on. Small models fall into such loops under greedy decoding.
 */
export function repeatedTail(ids: readonly number[]): number {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const copies = period < LONG_PHRASE ? 2 : 1;
    const tail = copies * period;
    let same = ids.length >= tail + period;
    for (let i = ids.length - tail; same && i < ids.length; i++) same = ids[i] === ids[i - period];
    if (same) return tail;
  }
  return 0;
}

/** Ends a text that repeats itself. @param before the prompt's last ids, which count as already said. */
export function repetition(before: readonly number[]): StopRule {
  return (generated) => (repeatedTail([...before, ...generated]) > 0 ? 'repetition' : null);
}
