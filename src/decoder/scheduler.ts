/** A pass was ended for a job that somebody waits for; nothing of it counts. */
export class PassEnded extends Error {
  override readonly name = 'PassEnded';
}

/**
 * Runs one job at a time, in the order they came. A job whose signal fires while it waits leaves the
 * queue at once; one that runs is told through the same signal. Besides, there is one job at most that
 * fills the time in which nothing else is to be done: whatever comes next ends it; and long work may take turns of a
 * single pass each, while no job runs or waits.
 */
export class Scheduler {
  private readonly waiting: (() => void)[] = [];
  private readonly passes: (() => void)[] = [];
  private busy = false;
  /** What keeps it busy is a pass of long work. */
  private passing = false;
  /** Ends the pass of long work that runs, if its owner heeds that. */
  private passEnd: AbortController | null = null;
  /** Ends the job that fills the time, whether it runs or waits. */
  private filler: AbortController | null = null;

  /** Jobs that wait or run. */
  get load(): number {
    return this.waiting.length + (this.busy && !this.passing ? 1 : 0);
  }

  /**
   * Runs one pass of long work once no job runs or waits, nor one in spare time: a job that comes meanwhile waits for this
   * pass alone, or less: the pass is given a signal that fires then, with `PassEnded`, and may end itself. Passes of several
   * owners take turns.
   * @throws the signal's reason when it fires before the pass starts; else whatever the pass throws
   */
  async pass<T>(pass: (ended: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.busy) await this.turn(this.passes, signal);
    this.busy = this.passing = true;
    const end = (this.passEnd = new AbortController());
    try {
      return await pass(end.signal);
    } finally {
      this.passing = false;
      this.passEnd = null;
      this.next();
    }
  }

  /** @throws the reason of `signal` when it fires before the job starts; else whatever the job throws. */
  async run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.filler?.abort();
    this.passEnd?.abort(new PassEnded());
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
    if (this.busy) await this.turn(this.waiting, signal);
    this.busy = true;
    try {
      return await job();
    } finally {
      this.next();
    }
  }

  private next(): void {
    this.busy = false;
    (this.waiting.shift() ?? this.passes.shift())?.();
  }

  private turn(queue: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        // Held until the job sets it itself: nobody may slip in between.
        this.busy = true;
        resolve();
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(start), 1);
        reject(signal!.reason as Error);
      };
      queue.push(start);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
