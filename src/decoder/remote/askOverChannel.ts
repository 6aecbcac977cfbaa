import { CancellationTokenSource, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import {
  type AskServer,
  AskServerFor,
  ConnectionFailed,
  ServerAnswered,
  type ServerAnswerEnd,
  type ServerAnswerPart,
} from '../../protocol/server';

/** Asks for a server over the channel to whoever started this process: this one opens no socket. */
export function askOverChannel(connection: MessageConnection): AskServer {
  let nextToken = 0;
  return async (request, signal) => {
    signal.throwIfAborted();
    const progressToken = `server ${nextToken++}`;
    const parts = new Parts();
    const listening = connection.onProgress(ServerAnswered, progressToken, (part) => parts.add(part));
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    const onAbort = (): void => {
      cancel();
      parts.end(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    connection
      .sendRequest<ServerAnswerEnd>(AskServerFor.method, { ...request, progressToken }, cancellation.token)
      .then(
        ({ failed }) => parts.end(failed === undefined ? null : new ConnectionFailed(failed)),
        (error: unknown) => parts.end(refusal(error)),
      )
      .finally(() => {
        listening.dispose();
        signal.removeEventListener('abort', onAbort);
        cancellation.dispose();
      });
    const head = await parts.next();
    if (head === null || !('status' in head)) throw new ConnectionFailed('no answer');
    const body = async function* (): AsyncGenerator<string> {
      try {
        for (let part = await parts.next(); part !== null; part = await parts.next()) {
          if ('text' in part) yield part.text;
        }
      } finally {
        cancel();
      }
    };
    return { ...head, body: body() };
  };
}

/** Nobody asks servers for this process, or its host has failed. */
function refusal(error: unknown): Error {
  const isUnknown = error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound;
  return new ConnectionFailed(isUnknown ? 'not allowed' : 'the host failed');
}

/** Parts in the order they came, for one reader. */
class Parts {
  private readonly waiting: ServerAnswerPart[] = [];
  private ended: { error: Error | null } | null = null;
  private wake: (() => void) | null = null;

  add(part: ServerAnswerPart): void {
    this.waiting.push(part);
    this.wake?.();
  }

  /** @param error null: all parts were there */
  end(error: Error | null): void {
    this.ended ??= { error };
    this.wake?.();
  }

  /** @returns null behind the last one @throws what it ended with */
  async next(): Promise<ServerAnswerPart | null> {
    while (this.waiting.length === 0) {
      if (this.ended?.error) throw this.ended.error;
      if (this.ended) return null;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.waiting.shift()!;
  }
}
