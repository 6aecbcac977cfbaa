/** How long a turn is; milliseconds. */
const TURN_MS = 3;

/** Takes what comes in short turns, between which others of this process have theirs. */
export async function inTurns<Item>(items: Iterable<Item>, take: (item: Item) => void): Promise<void> {
  let begun = performance.now();
  for (const item of items) {
    take(item);
    if (performance.now() - begun < TURN_MS) continue;
    await new Promise(setImmediate);
    begun = performance.now();
  }
}
