import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';

/** How many occurrences weigh as much as the model, and as how many they count at most. */
interface Weight {
  prior: number;
  most: number;
}

/** Tokens, and how often each stood there; together `total` times. */
interface Occurrences {
  ids: readonly number[];
  counts: readonly number[];
  total: number;
}

/**
 * By how many of its last tokens are looked behind, 0, 1, 2, …: how many occurrences weigh as much as the model, and
 * as how many they count at most: the last ones, behind no token all of them, scaled down. Without a limit a long
 * text outweighs any model, where "the" alone stood hundreds of times. Chosen on training text, by the likelihood of
 * the next token 300 and 2,500 tokens into articles.
 */
const BEHIND: readonly Weight[] = [
  { prior: 2000, most: 100 },
  { prior: 100, most: 6 },
  { prior: 30, most: 8 },
  { prior: 12, most: 8 },
  { prior: 6, most: 8 },
];
/**
 * The same inside a word, behind its first token and behind more of them: a rare word of the text is likely to be the
 * same one again, whatever stands before it. Chosen alike, 300 and 1,300 tokens into articles.
 */
const IN_WORD: readonly Weight[] = [
  { prior: 4, most: 8 },
  { prior: 0.5, most: 8 },
];
/** Tokens of a text that are looked at, the last ones: the time a token takes grows with them. */
const MOST_TOKENS = 4096;
/**
 * What other texts count for: little behind no token, or their words would outweigh the text's own; behind some,
 * half of the text's, and inside a word as much. Chosen with titles of other articles, which cost nothing then.
 */
const OTHERS = { most: 5, count: 0.5, inWord: 1 };

/**
 * A cache language model (Kuhn and De Mori 1990) over the text before the cursor: what a text has said it is
 * likely to say again, above all in the same words' company. The model's distribution is the prior of the
 * text's own n-grams, from the shortest to the longest (hierarchical Dirichlet smoothing, MacKay and Peto
 * 1995), with counts scaled down to a limit; inside a word, n-grams from its beginning come last:
 *
 *     Pₙ(w) = (Nₙ · countₙ(w) / countₙ + μₙ · Pₙ₋₁(w)) / (Nₙ + μₙ),   Nₙ = min(countₙ, mostₙ),   P₋₁ the model's
 *
 * The logits keep their sum of exponentials, by which beams are compared. A token that was ruled out before comes
 * back if the text has it: what rules tokens out belongs behind it.
 *
 * @param ids the text's tokens, its leading `</s>` included; may be longer than the model reads.
 * @param eosId token that begins texts and never follows.
 * @param endsWord whether a token is the last one of a word.
 * @param others other texts that this one draws upon, each with its leading `</s>`.
 */
export function documentCache(
  ids: readonly number[],
  eosId: number,
  endsWord: (id: number) => boolean,
  others: readonly number[] = [],
): LogitsProcessor {
  const read = [...others.slice(-MOST_TOKENS), ...ids.slice(-MOST_TOKENS)];
  const begin = Math.min(others.length, MOST_TOKENS);
  const parts = (id: number): boolean => id === eosId || endsWord(id);
  const inText = occurrences(read.slice(begin), eosId);
  const inOthers = occurrences(read.slice(0, begin), eosId);
  return (logits, generated) => {
    const text = [...read, ...generated];
    const levels: { share: number; followers: readonly Occurrences[] }[] = [];
    const mix = ({ prior, most }: Weight, ...followers: Occurrences[]): void => {
      const total = followers.reduce((sum, { total }) => sum + total, 0);
      if (total > 0) levels.push({ share: prior / (Math.min(total, most) + prior), followers });
    };
    /** Mixes in what stands at some places; false where nothing does. */
    const follow = (weight: Weight, places: readonly number[], countOfOthers = OTHERS.count): boolean => {
      const last = places.filter((at) => text[at] !== eosId).slice(-weight.most);
      mix(weight, counted(last.map((at) => [text[at]!, at < begin ? countOfOthers : 1])));
      return last.length > 0;
    };
    mix({ ...BEHIND[0]!, most: OTHERS.most }, inOthers);
    mix(BEHIND[0]!, inText, occurrences(generated, eosId));
    // Positions behind the text's own last tokens: those that agree in one more are among those that agree.
    let places = placesBehind(text, text[text.length - 1]);
    for (let length = 1; length < BEHIND.length; length++) {
      if (length > 1) places = places.filter((at) => text[at - length] === text[text.length - length]);
      if (!follow(BEHIND[length]!, places)) break;
    }
    const word = text.slice(wordStart(text, parts));
    if (word.length > 0) {
      follow(IN_WORD[word.length === 1 ? 0 : 1]!, beginningAlike(text, word, parts), OTHERS.inWord);
    }
    const sum = logSumExp(logits);
    const model = Math.log(levels.reduce((product, { share }) => product * share, 1));
    for (let id = 0; id < logits.length; id++) logits[id]! += model;
    // What was mixed in last has its whole part; of each before it the later ones leave their share.
    let left = 1;
    for (const { share, followers } of levels.reverse()) {
      const each = (left * (1 - share)) / followers.reduce((all, { total }) => all + total, 0);
      for (const { ids, counts } of followers) {
        for (let i = 0; i < ids.length; i++) {
          const id = ids[i]!;
          logits[id] = sum + Math.log(Math.exp(logits[id]! - sum) + each * counts[i]!);
        }
      }
      left *= share;
    }
  };
}

/** The positions that have `id` right before them. */
function placesBehind(text: readonly number[], id: number | undefined): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(id!) + 1; at > 0 && at < text.length; at = text.indexOf(id!, at) + 1) places.push(at);
  return places;
}

/** Where the word that `text` ends with begins; behind its end where it ends with a whole one. */
function wordStart(text: readonly number[], parts: (id: number) => boolean): number {
  let start = text.length;
  while (start > 0 && !parts(text[start - 1]!)) start--;
  return start;
}

/** The positions behind earlier words that begin with the same tokens as the one that `text` ends with. */
function beginningAlike(text: readonly number[], word: readonly number[], parts: (id: number) => boolean): number[] {
  return placesBehind(text, word[0])
    .filter((at) => (at < 2 || parts(text[at - 2]!)) && word.every((id, i) => text[at - 1 + i] === id))
    .map((at) => at - 1 + word.length)
    .filter((at) => at < text.length);
}

/** The different tokens of a text, with how often each stands there. */
function occurrences(ids: readonly number[], eosId: number): Occurrences {
  const counts = new Map<number, number>();
  for (const id of ids) if (id !== eosId) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counted([...counts]);
}

function counted(followers: readonly (readonly [id: number, count: number])[]): Occurrences {
  const counts = followers.map(([, count]) => count);
  return { ids: followers.map(([id]) => id), counts, total: counts.reduce((sum, count) => sum + count, 0) };
}
