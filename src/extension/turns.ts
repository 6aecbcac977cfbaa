/** How long a turn is; milliseconds. */
const TURN_MS = 3;

/** The turn of work in the background: between two turns others of this process have theirs. */
export class Turn {
  private begun = performance.now();

  /** Ends the turn if it has lasted long enough. */
  async pause(): Promise<void> {
    if (performance.now() - this.begun < TURN_MS) return;
    await new Promise(setImmediate);
    this.begun = performance.now();
  }
}

/** Takes what comes in short turns. */
export async function inTurns<Item>(
  items: Iterable<Item>,
  take: (item: Item) => void,
  turn = new Turn(),
): Promise<void> {
  for (const item of items) {
    take(item);
    await turn.pause();
  }
}
