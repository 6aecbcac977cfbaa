/**
 * What a key costs in a document of 1 MB of every shape that the suite `cost` knows, however odd: the dearest first.
 * `npm run bench:cost`.
 */
import { keyTimes, PLACES } from '../test/cost/measure';
import { KNOWN } from '../test/cost/shapes';

const MEGABYTE = 1_000_000;
/** Typed at each of the places. */
const KEYS = 100;

const rows = KNOWN.map((shape) => {
  const places = PLACES.map((place) => keyTimes(shape, MEGABYTE, place, KEYS));
  const sorted = places.map(({ keys }) => keys.sort((a, b) => a - b));
  const dearest = (part: number): number => Math.max(...sorted.map((keys) => keys[Math.ceil(part * KEYS) - 1]!));
  return { name: shape.name, median: dearest(0.5), p99: dearest(0.99), opening: places[0]!.opening };
}).sort((a, b) => b.p99 - a.p99);

console.log('| 1 MB of | A key, median (ms of computing) | p99 | Opening (ms) |\n|---|--:|--:|--:|');
for (const { name, median, p99, opening } of rows)
  console.log(`| ${name} | ${median.toFixed(1)} | ${p99.toFixed(1)} | ${opening.toFixed(0)} |`);
