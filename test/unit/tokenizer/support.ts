import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import type { TokenizerOptions } from '../../../src/tokenizer/bioGptTokenizer';
import { optional } from '../../conformance/support/missing';
import { sharedData } from '../../conformance/support/shared';

/** A case of the published tokenizer: Moses tokens, ids and the text the ids decode to. */
export interface Golden {
  text: string;
  tokens: string[];
  ids: number[];
  decoded: string;
}

export const goldens = JSON.parse(readFileSync(join(import.meta.dirname, 'goldens.json'), 'utf8')) as Golden[];

/** The files of BioGPT's own tokenizer; skips the test or hook where they are not at hand. */
export function publishedFiles(context: Context): { vocabJson: string; mergesText: string } {
  const folder = optional(context, sharedData('biogpt-vocabulary'));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { vocabJson: read('vocab.json'), mergesText: read('merges.txt') };
}

/** A tokenizer of a few words: `low`, `lower`, `new`, and the letters of them. */
export function smallTokenizer(options?: TokenizerOptions): BioGptTokenizer {
  const symbols =
    '<s> <pad> </s> <unk> l o w e r n lo low</w> er</w> lower</w> ne new</w> w</w> . .</w> -@</w> \' "</w> @-@</w>';
  const vocabulary = Object.fromEntries(symbols.split(' ').map((symbol, id) => [symbol, id]));
  const merges = ['l o 9', 'lo w</w> 8', 'e r</w> 7', 'lo w 6', 'low er</w> 5', 'n e 4', 'ne w</w> 3', ''];
  return BioGptTokenizer.fromFiles(JSON.stringify(vocabulary), merges.join('\n'), options);
}

/** A generator of pseudo-random integers in [0, below), the same for the same seed (mulberry32). */
export function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/**
 * How much longer work takes on an input eight times as long: about 8 if linear, 64 if quadratic. CPU time
 * of the process, the least of a few runs, so that a busy machine matters little.
 */
export function growthOverEightfold(work: (length: number) => void, length = 5000): number {
  const cpuMs = (n: number) => {
    const times = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage();
      work(n);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  };
  work(length); // compiles
  // Below a millisecond the clock says little. The runtime's own threads, which compile and collect garbage, count too: what
  // is linear shows it in one of a few attempts, what is not in none.
  let least = Infinity;
  for (let attempt = 0; attempt < 5 && least > 16; attempt++)
    least = Math.min(least, cpuMs(8 * length) / Math.max(1, cpuMs(length)));
  return least;
}
