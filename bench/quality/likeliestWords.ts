import type { Engine } from '../../src/decoder/engine';
import type { LanguageModel } from '../../src/decoder/generation/languageModel';
import { logProbability, logSumExp } from '../../src/decoder/generation/logProbability';
import { topK } from '../../src/decoder/generation/topK';
import { ContextWindow } from '../../src/decoder/text/contextWindow';
import { endsWord, lastSymbol, spellingOf } from '../../src/tokenizer/endOfWord';

/** A search for words follows up so many beginnings, and gives a word up beyond so many pieces. */
const WORD_BEAMS = 8;
const MOST_PIECES = 12;
/** Likeliest tokens among which whole words are looked for. */
const FIRST_WORDS = 64;
/** Positions that a text leaves for the word behind it. */
const RESERVE = 64;

export interface LikelyWord {
  /** A Moses token, as the tokenizer escapes it. */
  spelling: string;
  /** Natural logarithm, over the tokenisations that were found. */
  logProbability: number;
}

export interface WordSearch {
  /** Words wanted. */
  count: number;
  /** Unfinished words that are followed up at a time. */
  beams: number;
  /** Longest word, pieces. */
  mostPieces: number;
  /** Only words that are likelier than this log-probability; the search ends once there are `count` of them. */
  floor?: number;
}

interface Unfinished {
  ids: number[];
  spelling: string;
  sum: number;
  parent: number;
}

/**
 * The likeliest next words, likeliest first: a beam search over pieces in which a word is finished by a piece
 * that ends it. Spellings in different pieces are one word, and their probabilities add up.
 *
 * @param model its current sequence is the text; it stays.
 * @param firstLogits next-token logits [vocab] behind it.
 * @param symbolOf a token's vocabulary symbol.
 */
export async function likeliestWords(
  model: LanguageModel,
  firstLogits: Float32Array,
  { count, beams, mostPieces, floor = -Infinity }: WordSearch,
  symbolOf: (id: number) => string,
  signal?: AbortSignal,
): Promise<LikelyWord[]> {
  const found = new Map<string, number>();
  const least = (): number => [...found.values()].sort((a, b) => b - a)[count - 1] ?? -Infinity;
  const batch = model.fork(beams, mostPieces);
  try {
    let open: Unfinished[] = [{ ids: [], spelling: '', sum: 0, parent: 0 }];
    let rows = [firstLogits];
    for (let pieces = 1; ; pieces++) {
      const next: Unfinished[] = [];
      for (const [parent, { ids, spelling, sum }] of open.entries()) {
        const row = rows[parent]!;
        const total = logSumExp(row);
        for (const id of topK(row, beams + count)) {
          const symbol = symbolOf(id);
          const probability = sum + row[id]! - total;
          if (probability <= floor) break;
          if (!endsWord(symbol)) {
            next.push({ ids: [...ids, id], spelling: spelling + symbol, sum: probability, parent });
            continue;
          }
          const word = spelling + spellingOf(symbol);
          found.set(word, logAdd(found.get(word) ?? -Infinity, probability));
        }
      }
      const needed = least();
      if (floor > -Infinity && needed > floor) break;
      open = next
        .filter(({ sum }) => sum > needed)
        .sort((a, b) => b.sum - a.sum)
        .slice(0, beams);
      if (open.length === 0 || pieces === mostPieces) break;
      // A batch has its size: what is not needed goes along with the last.
      const stepped = Array.from({ length: beams }, (_, i) => open[Math.min(i, open.length - 1)]!);
      const logits = await batch.step(
        stepped.map(({ parent }) => parent),
        stepped.map(({ ids }) => ids.at(-1)!),
        signal,
      );
      rows = open.map((_, i) => logits.subarray(i * model.vocabSize, (i + 1) * model.vocabSize));
    }
  } finally {
    batch.dispose();
  }
  return [...found]
    .map(([spelling, logProbability]) => ({ spelling, logProbability }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, count);
}

function logAdd(a: number, b: number): number {
  const max = Math.max(a, b);
  return max === -Infinity ? max : max + Math.log(Math.exp(a - max) + Math.exp(b - max));
}

/**
 * Whether a word is among the likeliest ones behind a text that ends between words, as the model alone sees it.
 * @param word a Moses token.
 */
export async function isAmongLikeliest(
  { model, tokenizer }: Pick<Engine, 'model' | 'tokenizer'>,
  textBefore: string,
  word: string,
  count: number,
): Promise<boolean> {
  const symbolOf = (id: number): string => tokenizer.idToSymbol(id);
  const prompt = tokenizer.encode(textBefore);
  const pieces = tokenizer.encode(`${textBefore}${word}`).slice(prompt.length);
  const ids = new ContextWindow(symbolOf).of(prompt, model.maxPositions - RESERVE);
  let { logits } = await model.prefill(ids);
  const enough = probabilityOfOthers(logits, word, count, symbolOf);
  let logProbabilityOfWord = 0;
  for (const [i, id] of pieces.entries()) {
    logProbabilityOfWord += logProbability(logits, id);
    // Most words are found to be unlikely here, before any search.
    if (logProbabilityOfWord < enough) return false;
    if (i < pieces.length - 1) logits = await model.step(id);
  }
  ({ logits } = await model.prefill(ids));
  const search = { count, beams: WORD_BEAMS, mostPieces: MOST_PIECES, floor: logProbabilityOfWord };
  const likelier = await likeliestWords(model, logits, search, symbolOf);
  return likelier.filter(({ spelling }) => spelling !== word).length < count;
}

/** The log-probability that so many words besides `word` reach with a single piece. */
function probabilityOfOthers(
  logits: Float32Array,
  word: string,
  count: number,
  symbolOf: (id: number) => string,
): number {
  const whole = topK(logits, FIRST_WORDS).filter((id) => {
    const symbol = symbolOf(id);
    return endsWord(symbol) && symbol !== lastSymbol(word);
  });
  const last = whole[count - 1];
  return last === undefined ? -Infinity : logProbability(logits, last);
}
