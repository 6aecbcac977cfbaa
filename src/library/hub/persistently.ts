import { Backoff } from './backoff';
import type { TransferTools } from './fetchFile';
import { HubError } from './hubError';

/** Tries again what may pass by itself. @throws the last HubError; any other error; the signal's reason */
export async function persistently<T>(tools: TransferTools, signal: AbortSignal | undefined, job: () => Promise<T>) {
  const backoff = new Backoff(tools.patience, tools);
  for (;;) {
    try {
      return await job();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubError && error.retryable)) throw error;
      if (!(await backoff.wait(error.retryAfterMs, signal))) throw error;
    }
  }
}
