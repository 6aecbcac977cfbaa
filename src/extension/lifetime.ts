/** Something that ends, perhaps not at once. */
export interface Ending {
  dispose(): unknown;
}

/**
 * What lives as long as the extension. It ends in the reverse order of its beginning, each thing once the one after it has
 * ended: the log, which everything writes to, begins first and ends last.
 */
export class Lifetime {
  private readonly owned: Ending[] = [];
  private over: Promise<void> | null = null;

  own<T extends Ending>(thing: T): T {
    this.owned.push(thing);
    return thing;
  }

  /** Ends everything; a failure is passed over, so that the rest ends all the same. */
  end(): Promise<void> {
    this.over ??= this.endAll();
    return this.over;
  }

  private async endAll(): Promise<void> {
    for (let thing = this.owned.pop(); thing; thing = this.owned.pop()) {
      try {
        await thing.dispose();
      } catch {
        // Nobody is left to be told.
      }
    }
  }
}
