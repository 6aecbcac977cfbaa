/**
 * What the decoder process asks of an inference server. It opens no socket: whoever started it asks for it, with an address and
 * a key that the decoder never sees.
 */

import { ProgressType, RequestType } from 'vscode-jsonrpc';
import type { Streamed } from './decoder';
import type { Failure } from './failure';

/** What is asked at a server, and nothing else: OpenAI's `/v1/models` and `/v1/completions`, llama.cpp's `/completion`. */
export type ServerPath = 'models' | 'completions' | 'completion';

export interface ServerRequest {
  path: ServerPath;
  /** JSON to be posted; absent: the path is only read. */
  body?: string;
}

/** A server's answer. */
export interface ServerAnswer {
  status: number;
  /** When a busy server wants to be asked again, milliseconds from now. */
  retryAfterMs?: number;
  /** The body as it comes. Whoever stops reading it ends the request. @throws ConnectionFailed when it is cut off */
  body: AsyncIterable<string>;
}

/** Asks a server. @throws ConnectionFailed; the signal's reason */
export type AskServer = (request: ServerRequest, signal: AbortSignal) => Promise<ServerAnswer>;

/** A server could not be reached, or its answer was cut off. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';

  /** @param reason the system's or the editor's, such as `ECONNREFUSED`; never the address or a header */
  constructor(readonly reason: string) {
    super(`The connection failed (${reason}).`);
  }
}

/** A part of an answer, in this order: its head, its text piece by piece. */
export type ServerAnswerPart = { status: number; retryAfterMs?: number } | { text: string };

/** How an answer ended: whole, or cut off for a reason. */
export interface ServerAnswerEnd {
  failed?: string;
}

/** Asked by the decoder process. Streams `ServerAnswered`; cancelling it closes the connection to the server. */
export const AskServerFor = new RequestType<Streamed<ServerRequest>, ServerAnswerEnd, Failure>('biogpt/server/ask');

export const ServerAnswered = new ProgressType<ServerAnswerPart>();
