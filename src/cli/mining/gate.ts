/** Lets some works run at a time; the others wait in the order they came. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** @param most at a time, at least 1 */
  constructor(private readonly most: number) {}

  /** @throws the signal's reason if it aborts while the work waits; else whatever the work throws */
  async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (this.running >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}
