import { connectionFailure, htmlFailure, isHtml, stallFailure, statusFailure } from './failures';
import type { TransferTools } from './fetchFile';
import { HubError } from './hubError';
import { persistently } from './persistently';
import { Stalled, StallGuard } from './stallGuard';
import { phrase } from '../../modelFolder/phrase';

/** Larger than any listing that a Hub sends in one piece. */
const LONGEST_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * A `fetch` for the Hub's API: its answers are whole and JSON, whatever else happens is a HubError, and
 * what may pass by itself is tried again.
 * @param subject what is asked about, in words
 */
export function metadataFetch(subject: string, tools: TransferTools, signal?: AbortSignal): typeof fetch {
  return (input, init) => persistently(tools, signal, () => fetchJson(input, init));

  async function fetchJson(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const guard = new StallGuard(tools.stallMs, signal);
    try {
      const response = await guard.watch(() => tools.fetch(input, { ...init, signal: guard.signal }));
      if (!response.ok) {
        await response.body?.cancel().catch(() => undefined);
        throw statusFailure(subject, response, tools.hasToken);
      }
      const text = await readText(response, guard);
      if (isHtml(response.headers)) throw htmlFailure(subject);
      if (!isJson(text)) {
        throw new HubError(subject, phrase`the response is not one from a Hugging Face Hub`, [
          phrase`Check the setting biogpt.hub.endpoint.`,
        ]);
      }
      return new Response(text, { status: response.status, headers: withoutLengths(response.headers) });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HubError) throw error;
      if (guard.signal.reason instanceof Stalled) throw stallFailure(subject, tools.stallMs);
      throw connectionFailure(subject, error);
    }
  }

  async function readText(response: Response, guard: StallGuard): Promise<string> {
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    let text = '';
    for (let bytes = 0; reader;) {
      const { done, value } = await guard.watch(() => reader.read());
      if (done) break;
      bytes += value.length;
      if (bytes > LONGEST_ANSWER_BYTES) {
        await reader.cancel();
        throw new HubError(subject, phrase`the server's response does not end`, [
          phrase`Check the setting biogpt.hub.endpoint.`,
        ]);
      }
      text += decoder.decode(value, { stream: true });
    }
    return text + decoder.decode();
  }
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The headers of an answer that has been decoded. */
function withoutLengths(headers: Headers): Headers {
  const rest = new Headers(headers);
  rest.delete('content-encoding');
  rest.delete('content-length');
  return rest;
}
