import { english, phrase, type Phrase } from '../../modelFolder/phrase';
import type { Failure } from '../../protocol/failure';

export type ServerErrorCode =
  /** No connection, or it was cut off. */
  | 'serverUnreachable'
  /** Nothing came for too long. */
  | 'serverSilent'
  /** 401, 403 */
  | 'serverRefusedKey'
  /** 429, 503: it asks for patience; 502, 504: a proxy does for it. */
  | 'serverBusy'
  /** Any other 4xx. */
  | 'serverRefused'
  /** 5xx, or an error inside an answer. */
  | 'serverFailed'
  /** An answer that makes no sense. */
  | 'serverUnclear'
  /** It can't do what is needed. */
  | 'serverLacks'
  /** It computes with another model. */
  | 'wrongModel';

/** Those that another try may not meet. */
const PASSING: readonly ServerErrorCode[] = ['serverUnreachable', 'serverSilent', 'serverBusy', 'serverFailed'];

/** An inference server that did not do what was asked. Its words are data; no key and no text of the user is among them. */
export class ServerError extends Error {
  override readonly name = 'ServerError';

  constructor(
    readonly code: ServerErrorCode,
    /** What messages call the server. */
    readonly host: string,
    readonly problem: Phrase,
    readonly remedy: Phrase,
    /** When it wants to be asked again. */
    readonly retryAfterMs?: number,
  ) {
    super(`${english(problem)} ${english(remedy)}`);
  }

  get failure(): Failure {
    const { code, host, problem, remedy, retryAfterMs } = this;
    return { code, problem, remedy, details: { host, ...(retryAfterMs !== undefined && { retryAfterMs }) } };
  }

  /** Whether another try may end otherwise. */
  get passes(): boolean {
    return PASSING.includes(this.code);
  }

  static unreachable(host: string, reason: string): ServerError {
    const problem = phrase`${host} cannot be reached (${reason}).`;
    return new ServerError('serverUnreachable', host, problem, phrase`Check the address, the network, and the server.`);
  }

  static cut(host: string): ServerError {
    const problem = phrase`${host} ended its answer before it was complete.`;
    return new ServerError('serverUnreachable', host, problem, phrase`Check the network and the server.`);
  }

  static silent(host: string, ms: number): ServerError {
    const problem = phrase`${host} sent nothing for ${Math.round(ms / 1000)} seconds.`;
    return new ServerError('serverSilent', host, problem, phrase`Check the server, which may be overloaded.`);
  }

  static unclear(host: string, what: Phrase): ServerError {
    const problem = phrase`${host} gave an answer that makes no sense: ${what}.`;
    return new ServerError(
      'serverUnclear',
      host,
      problem,
      phrase`Check that the address is that of an inference server.`,
    );
  }

  static lacks(host: string, what: Phrase): ServerError {
    const problem = phrase`${host} cannot be used: ${what}.`;
    return new ServerError('serverLacks', host, problem, phrase`Use vLLM 0.30 or later, or another server that can.`);
  }

  /** Of an answer with a status that says so. @param said the server's own words */
  static ofStatus(host: string, status: number, said: string, retryAfterMs?: number): ServerError {
    const words = phrase`${host} answered with status ${status}: ${said}`;
    if (status === 401 || status === 403) {
      const problem = phrase`${host} did not accept the key (status ${status}).`;
      return new ServerError('serverRefusedKey', host, problem, phrase`Enter the key of this server again.`);
    }
    if (status === 429 || (status >= 502 && status <= 504)) {
      const remedy = phrase`The server is busy or still starting. Try again later.`;
      return new ServerError('serverBusy', host, words, remedy, retryAfterMs);
    }
    if (status >= 500) return new ServerError('serverFailed', host, words, phrase`Check the log of the server.`);
    const remedy = phrase`Check the address and the settings of the server.`;
    return new ServerError('serverRefused', host, words, remedy);
  }

  /** Of an error that came inside an answer. */
  static inAnswer(host: string, said: string): ServerError {
    const problem = phrase`${host} reported an error in its answer: ${said}`;
    return new ServerError('serverFailed', host, problem, phrase`Check the log of the server.`);
  }
}
