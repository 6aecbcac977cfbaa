import { setTimeout as delay } from 'node:timers/promises';
import { check, lock } from 'proper-lockfile';
import { asModelError } from '../../modelFolder/modelError';

export interface LockOptions {
  /** Waits for whoever holds the lock; false: gives up with "busy". */
  wait: boolean;
  /** Called once if there is somebody to wait for. */
  onWait?: () => void;
  signal?: AbortSignal;
}

/** Another process has taken a lock over, as after a long sleep of the machine: what it guards is no longer ours. */
export class LockLost extends Error {
  override readonly name = 'LockLost';

  constructor(cause: Error) {
    super(`Another process has taken over (${cause.message}).`, { cause });
  }
}

/** A lock while a job holds it. */
export interface HeldLock {
  /** Aborts with the caller's signal, and when the lock is lost. */
  signal: AbortSignal;
  /**
   * To be asked before each write: `signal` keeps its first reason, and a job that was canceled may lose the lock
   * while it cleans up.
   * @throws LockLost
   */
  throwIfLost(): void;
}

/** A lock that has not been refreshed for this long belonged to a process that is gone. */
const STALE_MS = 5_000;
const REFRESH_MS = 1_000;
const POLL_MS = 300;

/** Whether a living process holds the lock of `path`. */
export async function isLocked(path: string): Promise<boolean> {
  return check(path, { realpath: false, stale: STALE_MS }).catch(() => false);
}

/**
 * Runs a job that only one process at a time may run, whichever window or machine it belongs to:
 * `path` + `.lock` is a folder whose time its owner keeps refreshing.
 * @param job if the lock is lost (a machine that slept while another took over), it may write nothing any more
 * @throws ModelError if the lock can't be made; the signal's reason; whatever the job throws
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  job: (held: HeldLock) => Promise<T>,
): Promise<T | 'busy'> {
  const { wait, onWait, signal } = options;
  const lost = new AbortController();
  let release: () => Promise<void>;
  for (let waited = false; ; waited = true) {
    signal?.throwIfAborted();
    try {
      release = await lock(path, {
        realpath: false,
        stale: STALE_MS,
        update: REFRESH_MS,
        onCompromised: (error) => lost.abort(new LockLost(error)),
      });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw asModelError(path, error);
      if (!wait) return 'busy';
      if (!waited) onWait?.();
      // The loop's head throws the signal's own reason.
      await delay(POLL_MS, undefined, signal && { signal }).catch(() => undefined);
    }
  }
  try {
    return await job({
      signal: signal ? AbortSignal.any([signal, lost.signal]) : lost.signal,
      throwIfLost: () => lost.signal.throwIfAborted(),
    });
  } finally {
    // A lost lock is another's now.
    await release().catch(() => undefined);
  }
}
