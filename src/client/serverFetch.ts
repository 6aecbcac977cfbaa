import { ConnectionFailed, type AskServer, type ServerAnswer } from '../protocol/server';
import { addressOf } from './serverAddress';

/** The part of the standard `fetch` that is used: in the editor its own, which knows proxies and certificates. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

export interface ServerAccess {
  /** As `readServerAddress` gives it. */
  base: URL;
  /** Sent to that server alone, as a bearer token. */
  key?: string;
  fetch: Fetch;
}

/**
 * Asks one server, at its address and at no other: a redirect is not followed, and its status is the answer. Nothing is sent but the
 * body, its type, and the key.
 */
export function serverFetch({ base, key, fetch }: ServerAccess): AskServer {
  return async ({ path, body }, signal) => {
    signal.throwIfAborted();
    // Ends the request when its reader stops reading.
    const reader = new AbortController();
    const response = await failing(
      signal,
      fetch(addressOf(base, path), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body }),
        redirect: 'manual',
        credentials: 'omit',
        signal: AbortSignal.any([signal, reader.signal]),
      }),
    );
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'));
    const text = textOf(response, signal, reader);
    const said = key !== undefined && key !== '' && !response.ok ? without(key, text) : text;
    const answer: ServerAnswer = { status: response.status, body: said };
    return retryAfterMs === undefined ? answer : { ...answer, retryAfterMs };
  };
}

async function* textOf(response: Response, signal: AbortSignal, reader: AbortController): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const chunks = (response.body as AsyncIterable<Uint8Array> | null)?.[Symbol.asyncIterator]();
  if (chunks === undefined) return;
  try {
    for (;;) {
      const { done, value } = await failing(signal, chunks.next());
      if (done) break;
      const text = decoder.decode(value, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    reader.abort();
  }
}

/** What a server says of a request that it refuses may be shown and logged; some repeat the key. */
async function* without(key: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of text) {
    held = (held + piece).replaceAll(key, '…');
    // The rest of it may be in the next piece.
    const said = Math.max(0, held.length - (key.length - 1));
    if (said > 0) yield held.slice(0, said);
    held = held.slice(said);
  }
  if (held !== '') yield held;
}

async function failing<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionFailed(reasonOf(error));
  }
}

/** undici hides what the system said in causes; of several addresses that were tried, the last one's tells. */
function reasonOf(error: unknown): string {
  let reason = 'unknown';
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') reason = code;
    else if (depth > 0 && reason === 'unknown') reason = cause.message;
  }
  return reason;
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
export function readRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return 1000 * Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
