/** Waits; rejects with the signal's reason if it aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });

export interface Patience {
  /** Tries in a row without progress before giving up. */
  tries: number;
  firstPauseMs: number;
  longestPauseMs: number;
}

/** Pauses between tries: each twice as long as the one before, until there is progress. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly patience: Patience,
    private readonly tools: { sleep: Sleep; random: () => number },
  ) {}

  /** A try has brought something: patience starts anew. */
  progress(): void {
    this.failures = 0;
  }

  /**
   * Waits before the next try.
   * @param atLeastMs the server's wish
   * @returns false, at once, when it was tried often enough
   */
  async wait(atLeastMs = 0, signal?: AbortSignal): Promise<boolean> {
    const { tries, firstPauseMs, longestPauseMs } = this.patience;
    this.failures++;
    if (this.failures >= tries) return false;
    const pause = Math.min(firstPauseMs * 2 ** (this.failures - 1), longestPauseMs);
    // Chance keeps the machines of a whole institute from coming back at the same moment.
    await this.tools.sleep(Math.max(atLeastMs, pause * (0.75 + 0.5 * this.tools.random())), signal);
    return true;
  }
}
