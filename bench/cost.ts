/**
 * What a key costs in a document of 1 MB of every shape that the suite `cost` knows, however odd: the dearest first.
 * `npm run bench:cost`.
 */
import { keyTime, PLACES } from '../test/cost/measure';
import { KNOWN } from '../test/cost/shapes';

const MEGABYTE = 1_000_000;

const rows = KNOWN.map((shape) => {
  const times = PLACES.map((place) => keyTime(shape, MEGABYTE, place));
  return { name: shape.name, key: Math.max(...times.map(({ key }) => key)), opening: times[0]!.opening };
}).sort((a, b) => b.key - a.key);

console.log('| 1 MB of | A key (ms of computing) | Opening (ms) |\n|---|--:|--:|');
for (const { name, key, opening } of rows) console.log(`| ${name} | ${key.toFixed(1)} | ${opening.toFixed(0)} |`);
