/**
 * No document makes a key dear, whatever its shape. Known shapes are timed at a megabyte; a search composes others from
 * pieces of markup and times them at n, 2n and 4n. `BIOGPT_COST_SEED` repeats a search, `BIOGPT_COST_SECONDS` lengthens it.
 */
import assert from 'node:assert/strict';
import { scopeAt, ProseDocument } from '../../src/prose/proseDocument';
import { randomFrom, SNIPPETS } from '../unit/prose/manuscripts';
import { keyTime, passTime, PLACES } from './measure';
import { KNOWN, randomShape, type Shape } from './shapes';

/**
 * What a key may cost in a document of 1 MB: as much as so many looks at each of its characters, and this part of what
 * opening it costs. Both are measured beside the key, since a machine that others use as well is slow for seconds at a
 * time. The aim of 5 ms on a quiet machine is measured by `npm run bench:cost`.
 */
const BUDGET_PASSES = 4;
const BUDGET_OF_OPENING = 1 / 50;
/** What was too long is measured again, so often. */
const TRIES = 5;
const MEGABYTE = 1_000_000;
/** Where a search begins, and what a key costs at least that grows with the text. */
const SMALL = 40_000;
const WORTH_A_LOOK_MS = 2;

const seconds = Number(process.env['BIOGPT_COST_SECONDS'] ?? 20);
const seed = Number(process.env['BIOGPT_COST_SEED'] ?? 1);

/** Throws unless a key in a megabyte of a shape is within the budget. */
function assertCheap(shape: Shape, place: number, how = ''): void {
  const said: string[] = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const { key, opening } = keyTime(shape, MEGABYTE, place);
    const budget = BUDGET_PASSES * passTime(MEGABYTE) + BUDGET_OF_OPENING * opening;
    if (key <= budget) return;
    said.push(`${key.toFixed(1)} of ${budget.toFixed(1)} ms`);
  }
  assert.fail(`${shape.name}, ${place * 100} % of the text: ${said.join(', ')} ${how}`);
}

describe('the cost of a key', () => {
  for (const shape of KNOWN) {
    it(`is small in a megabyte of ${shape.name}`, () => {
      for (const place of PLACES) assertCheap(shape, place);
    });

    it(`follows from the text alone: ${shape.name}`, () => {
      const random = randomFrom(seed);
      let text = shape.text(20_000);
      const document = new ProseDocument(shape.language, text);
      for (let i = 0; i < 12; i++) {
        const from = random(text.length + 1);
        const to = Math.min(text.length, from + (random(3) === 0 ? random(60) : 0));
        const insert = i % 2 === 0 ? ['x', ' ', '\n', 'a b'][random(4)]! : SNIPPETS[random(SNIPPETS.length)]!;
        text = text.slice(0, from) + insert + text.slice(to);
        document.edit({ from, to, insert });
        const at = random(2) === 0 ? from + insert.length : random(text.length + 1);
        assert.deepEqual(document.scopeAt(at), scopeAt(shape.language, text, at), `edit ${i} at ${from}`);
      }
    });
  }

  it(`does not grow with the text in shapes that a search of ${seconds} s finds`, function () {
    this.timeout(seconds * 1000 + 60_000);
    const random = randomFrom(seed);
    const end = performance.now() + seconds * 1000;
    let tried = 0;
    while (performance.now() < end) {
      const shape = randomShape(random);
      tried++;
      for (const place of [1, 0.5]) {
        if (keyTime(shape, 4 * SMALL, place).key <= WORTH_A_LOOK_MS) continue;
        const times = [SMALL, 2 * SMALL, 4 * SMALL].map((length) => keyTime(shape, length, place).key);
        if (times[2]! < 1.5 * times[1]! || times[1]! < 1.5 * times[0]!) continue;
        // It grows; it matters if a megabyte is dear.
        assertCheap(shape, place, `${times.map((ms) => ms.toFixed(1)).join(', ')} ms at n, 2n, 4n (seed ${seed})`);
      }
    }
    assert.ok(tried > 0);
    console.log(`        ${tried} shapes tried (seed ${seed})`);
  });
});
