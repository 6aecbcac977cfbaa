/** Reason of the abort when nothing came for too long. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** Aborts a transfer that the other side no longer feeds. Only waiting for the network counts. */
export class StallGuard {
  private readonly controller = new AbortController();
  /** Aborts with `Stalled`, or with the outer signal's reason. */
  readonly signal: AbortSignal;

  constructor(
    private readonly stallMs: number,
    outer?: AbortSignal,
  ) {
    this.signal = outer ? AbortSignal.any([outer, this.controller.signal]) : this.controller.signal;
  }

  /** Watches one wait for the network. */
  async watch<T>(wait: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.controller.abort(new Stalled()), this.stallMs);
    try {
      return await wait();
    } finally {
      clearTimeout(timer);
    }
  }
}
