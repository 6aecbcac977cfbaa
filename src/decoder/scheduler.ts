/**
 * Runs one job at a time, in the order they came. A job whose signal fires while it waits leaves the
 * queue at once; one that runs is told through the same signal. Besides, there is one job at most that
 * fills the time in which nothing else is to be done: whatever comes next ends it.
 */
export class Scheduler {
  private readonly waiting: (() => void)[] = [];
  private busy = false;
  /** Ends the job that fills the time, whether it runs or waits. */
  private filler: AbortController | null = null;

  /** Jobs that wait or run. */
  get load(): number {
    return this.waiting.length + (this.busy ? 1 : 0);
  }

  /** @throws the reason of `signal` when it fires before the job starts; else whatever the job throws. */
  async run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.filler?.abort();
    return this.queue(job, signal);
  }

  /**
   * Runs a job once nothing else runs or waits. Its own signal fires when `signal` does, and when any other
   * job comes, another one of its kind included.
   * @throws the signal's reason when that happens before the job starts; else whatever the job throws.
   */
  async runInSpareTime<T>(job: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.filler?.abort();
    const filler = new AbortController();
    const either = signal ? AbortSignal.any([signal, filler.signal]) : filler.signal;
    this.filler = filler;
    try {
      // Last in the queue, and there it stays: a job that comes later finds it gone.
      return await this.queue(() => job(either), either);
    } finally {
      if (this.filler === filler) this.filler = null;
    }
  }

  private async queue<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    if (this.busy) await this.turn(signal);
    this.busy = true;
    try {
      return await job();
    } finally {
      this.busy = false;
      this.waiting.shift()?.();
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        // Held until the job sets it itself: nobody may slip in between.
        this.busy = true;
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal!.reason as Error);
      };
      this.waiting.push(start);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
