import { topK } from '../../../src/decoder/generation/topK';
import type { Network } from './network';

const END_OF_TEXT = 2;

/** A token that the server has chosen, and what it tells of its place. */
export interface Chosen {
  id: number;
  value: number;
  top: [id: number, value: number][];
}

/** What a request asks for, in either dialect. */
export interface Asked {
  prompt: readonly number[];
  maxTokens: number;
  top: number;
  among?: readonly number[];
  only?: readonly number[];
  stopsAtEnd: boolean;
}

/** Writes greedily behind a prompt until it is over, or somebody stops it. */
export async function* write(network: Network, asked: Asked, stopped: () => boolean): AsyncGenerator<Chosen> {
  const ids = [...asked.prompt];
  for (let written = 0; written < asked.maxTokens && ids.length < network.maxPositions; written++) {
    const row = await network.row(ids);
    if (stopped()) return;
    const chosen = choose(row, asked);
    ids.push(chosen.id);
    yield chosen;
    if (asked.stopsAtEnd && chosen.id === END_OF_TEXT) return;
  }
}

export function choose(row: Float64Array, { top, among, only }: Pick<Asked, 'top' | 'among' | 'only'>): Chosen {
  const best = only ? [...only].sort((a, b) => row[b]! - row[a]! || a - b)[0]! : topK(row, 1)[0]!;
  const told = among ?? topK(row, top);
  // JSON has no infinity.
  const value = (id: number): number => Math.max(-9999, row[id]!);
  return { id: best, value: value(best), top: told.map((id) => [id, value(id)]) };
}
