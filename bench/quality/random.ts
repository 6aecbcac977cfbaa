import { createRandom, type Random } from '../../src/decoder/generation/random';

/** Independent random streams of the yardstick. */
export const STREAM = { documents: 1, passages: 2, definitions: 3, terms: 5 };

/** The items in an order that depends on the seed alone (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor((last + 1) * random());
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** Independent pseudo-random streams for the parts of one run. */
export function randomFor(seed: number, part: number): Random {
  return createRandom((seed * 0x9e37_79b1 + part) >>> 0);
}
