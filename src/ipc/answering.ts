import {
  type CancellationToken,
  type MessageConnection,
  type ProgressToken,
  type ProgressType,
  RequestType,
  ResponseError,
} from 'vscode-jsonrpc/node';

/** `ErrorCodes.RequestCancelled` of the Language Server Protocol, which JSON-RPC clients know. */
export const REQUEST_CANCELLED = -32800;

/** `ErrorCodes.InternalError` of JSON-RPC. */
const INTERNAL_ERROR = -32603;
/** `ErrorCodes.RequestFailed` of the Language Server Protocol: what failed and why is in the error's data. */
const REQUEST_FAILED = -32803;

/** Asks a child process to end. */
export const Shutdown = new RequestType<object, null, void>('biogpt/shutdown');

export interface AnswerOptions<E> {
  /** The data of an error that the other side can make something of; undefined for one that nobody expected. */
  dataOf(error: unknown): E | undefined;
  /** One line about an error that nobody expected. */
  log(line: string): void;
}

/**
 * Answers a request with what a job makes of its params. A cancelled request aborts the job's signal, and is answered as
 * cancelled whatever the job throws then; so is one whose job ends in an `AbortError` of its own.
 */
export function answer<P, R, E>(
  connection: MessageConnection,
  type: RequestType<P, R, E>,
  job: (params: P, signal: AbortSignal) => Promise<R>,
  { dataOf, log }: AnswerOptions<E>,
): void {
  const handler = async (params: P, token: CancellationToken): Promise<R> => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    try {
      return await job(params, controller.signal);
    } catch (error) {
      if (controller.signal.aborted || isAbort(error)) {
        throw new ResponseError(REQUEST_CANCELLED, 'The request was cancelled.');
      }
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const data = dataOf(error);
      if (data !== undefined) throw new ResponseError<E>(REQUEST_FAILED, message, data);
      log(`Unexpected error: ${stack?.split('\n').slice(0, 3).join(' ') ?? message}`);
      throw new ResponseError<E>(INTERNAL_ERROR, message);
    } finally {
      subscription.dispose();
    }
  };
  connection.onRequest(type.method, handler);
}

type Send<G> = (type: ProgressType<G>, token: ProgressToken, value: G) => Promise<void>;

/** Sends a request's progress; undefined where its caller wants none. A slow reader slows nothing down: nobody waits. */
export function progressSender<G>(
  connection: MessageConnection,
  type: ProgressType<G>,
  { progressToken }: { progressToken?: ProgressToken },
): ((progress: G) => void) | undefined {
  if (progressToken === undefined) return undefined;
  return (progress) => {
    // The library takes tuples of params as well, which a progress never is.
    (connection.sendProgress as Send<G>)(type, progressToken, progress).catch(() => undefined);
  };
}

/** Whether an error says that work was called off: the reason of an aborted signal, where its owner gave no other. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
