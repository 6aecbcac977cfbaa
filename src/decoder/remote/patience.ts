import { setTimeout as wait } from 'node:timers/promises';
import { ServerError } from './serverError';

export interface Patience {
  /** How often a text is tried in all. */
  tries: number;
  /** Waits; default: for so many milliseconds. */
  wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to 1; default: the system's. */
  random?: () => number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Tries again what a busy or absent server has refused, after waits that double and are drawn by chance, so that those who were refused
 * together don't come back together. A server that says when to come back is asked no sooner.
 * @throws the last failure; at once what another try would meet as well, and the signal's reason
 */
export async function patiently<T>(
  job: () => Promise<T>,
  { tries, wait: pause = sleep, random = Math.random }: Patience,
  signal?: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await job();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ServerError) || !error.passes || tried >= tries) throw error;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1));
      const asked = Math.min(error.retryAfterMs ?? 0, 5 * LONGEST_WAIT_MS);
      await pause(asked + (asked > 0 ? FIRST_WAIT_MS : longest) * random(), signal);
    }
  }
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(ms, undefined, signal && { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
