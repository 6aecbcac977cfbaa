import { type AskServer, ConnectionFailed, type ServerRequest } from '../protocol/server';

/**
 * Gives up a server that takes a request and then says nothing.
 * @param limitMs for the first sign of life and for each one after it, milliseconds; undefined: whoever asks sees to that
 */
export function inTime(ask: AskServer, limitMs: (request: ServerRequest) => number | undefined): AskServer {
  return async (request, signal) => {
    const ms = limitMs(request);
    if (ms === undefined) return ask(request, signal);
    const limit = new AbortController();
    const soon = async <T>(work: Promise<T>): Promise<T> => {
      const timer = setTimeout(() => limit.abort(), ms);
      try {
        return await work;
      } catch (error) {
        signal.throwIfAborted();
        throw limit.signal.aborted ? new ConnectionFailed('ETIMEDOUT') : error;
      } finally {
        clearTimeout(timer);
      }
    };
    const answer = await soon(ask(request, AbortSignal.any([signal, limit.signal])));
    const pieces = answer.body[Symbol.asyncIterator]();
    const body = async function* (): AsyncGenerator<string> {
      try {
        for (;;) {
          const { done, value } = await soon(pieces.next());
          if (done) return;
          yield value;
        }
      } finally {
        await pieces.return?.();
      }
    };
    return { ...answer, body: body() };
  };
}
