export interface TransferRate {
  /** Over the last seconds; null at first. */
  bytesPerSecond: number | null;
  /** At that rate; null while the rate is unknown or zero. */
  secondsLeft: number | null;
}

/** How fast a transfer runs, from how far it is at each moment. */
export class TransferMeter {
  /** Oldest first; the first may be a little older than the window. */
  private readonly samples: { at: number; bytes: number }[] = [];

  /**
   * @param now a clock in milliseconds
   * @param windowMs how far back the rate looks
   */
  constructor(
    private readonly now: () => number,
    private readonly windowMs = 5000,
  ) {}

  /**
   * @param doneBytes of the whole transfer, what earlier tries have fetched included: the first call
   *   tells where it starts, and a number below an earlier one that it starts over.
   */
  add(doneBytes: number): void {
    const { samples } = this;
    const at = this.now();
    if (samples.length > 0 && doneBytes < samples.at(-1)!.bytes) samples.length = 0;
    // Twenty samples per window are enough, however often the caller comes.
    if (samples.length > 1 && at - samples.at(-2)!.at < this.windowMs / 20) samples.pop();
    samples.push({ at, bytes: doneBytes });
    while (samples.length > 2 && samples[1]!.at <= at - this.windowMs) samples.shift();
  }

  /** The rate as of now: a transfer that stands still slows down though nothing is added. */
  read(doneBytes: number, totalBytes: number): TransferRate {
    this.add(doneBytes);
    const first = this.samples[0]!;
    const ms = this.now() - first.at;
    // Less than half a second says nothing about a network.
    if (ms < 500) return { bytesPerSecond: null, secondsLeft: null };
    const bytesPerSecond = (1000 * (doneBytes - first.bytes)) / ms;
    const left = Math.max(0, totalBytes - doneBytes);
    return { bytesPerSecond, secondsLeft: bytesPerSecond > 0 ? left / bytesPerSecond : null };
  }
}
