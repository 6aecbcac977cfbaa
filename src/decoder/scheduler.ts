import { throwIfAborted } from './session/session';

/**
 * Runs one job at a time, in the order they came. A job whose signal fires while it waits leaves the
 * queue at once; one that runs is told through the same signal.
 */
export class Scheduler {
  private readonly waiting: (() => void)[] = [];
  private busy = false;

  /** Jobs that wait or run. */
  get load(): number {
    return this.waiting.length + (this.busy ? 1 : 0);
  }

  /** @throws Aborted when `signal` fires before the job starts; else whatever the job throws. */
  async run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
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
        try {
          throwIfAborted(signal);
        } catch (error) {
          reject(error as Error);
        }
      };
      this.waiting.push(start);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
