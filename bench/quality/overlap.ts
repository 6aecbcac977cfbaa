import { repairSpacing } from '../../src/prose/spacing';

/** F1 scores of Lin 2004, 0 to 1, over lower-case words. */
export interface Overlap {
  /** ROUGE-1: words in common, as often as both have them. */
  rouge1: number;
  /** ROUGE-L: the longest common subsequence of words. */
  rougeL: number;
}

/** How much of a reference a text has, cut to the reference's number of words: the overlap is not to reward or punish length. */
export function definitionOverlap(text: string, reference: string): Overlap {
  const words = repairSpacing(text).split(' ').slice(0, reference.split(' ').length);
  return overlap(words.join(' '), reference);
}

export function overlap(candidate: string, reference: string): Overlap {
  const [a, b] = [wordsOf(candidate), wordsOf(reference)];
  return { rouge1: f1(commonWords(a, b), a.length, b.length), rougeL: f1(commonSubsequence(a, b), a.length, b.length) };
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function commonWords(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of a) {
    const count = left.get(word) ?? 0;
    if (count > 0) common++;
    left.set(word, count - 1);
  }
  return common;
}

/** Length of the longest common subsequence, a row at a time. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const row = [0];
    b.forEach((other, i) => row.push(word === other ? above[i]! + 1 : Math.max(above[i + 1]!, row[i]!)));
    above = row;
  }
  return above[b.length]!;
}

function f1(common: number, candidates: number, references: number): number {
  return common === 0 ? 0 : (2 * common) / (candidates + references);
}
