import { createParser } from 'eventsource-parser';
import { phrase } from '../../modelFolder/phrase';
import { ConnectionFailed, type AskServer, type ServerRequest } from '../../protocol/server';
import { NotOfDialect, ReportedError, wordsOf } from './dialect';
import { ServerError } from './serverError';

/** A server that sends nothing for so long is given up. */
export const SILENCE_MS = 30_000;
/** Characters of one event or one JSON answer; that of a row of 2,000 tokens has some 300,000. */
const LONGEST = 16_000_000;
/** Of an answer that says what went wrong. */
const LONGEST_COMPLAINT = 20_000;

/** Asks one server and reads its answers; everything that goes wrong is a `ServerError`, but for the signal's reason. */
export class Connection {
  /**
   * @param host what messages call the server
   * @param silenceMs after so long without a sign of life a request is given up; may be changed
   */
  constructor(
    readonly host: string,
    private readonly ask: AskServer,
    public silenceMs: number = SILENCE_MS,
  ) {}

  /** A whole answer, read by `read`. @throws ServerError; the signal's reason */
  async json<T>(request: ServerRequest, read: (json: unknown) => T, signal?: AbortSignal): Promise<T> {
    let text = '';
    for await (const piece of this.pieces(request, signal)) {
      text += piece;
      if (text.length > LONGEST) throw this.tooLong();
    }
    return this.reading(() => read(parsed(text)));
  }

  /** The events of a stream, each read by `read`; an answer that is no stream counts as one event. @throws as `json` */
  async *events<T>(request: ServerRequest, read: (json: unknown) => T, signal?: AbortSignal): AsyncGenerator<T> {
    const events: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => events.push(data) });
    let text: string | null = '';
    let sinceEvent = 0;
    for await (const piece of this.pieces(request, signal)) {
      parser.feed(piece);
      sinceEvent += piece.length;
      if (text !== null) text += piece;
      if (events.length > 0) {
        text = null;
        sinceEvent = 0;
      }
      if (sinceEvent > LONGEST) throw this.tooLong();
      for (const data of events.splice(0)) {
        // What marks the end; nothing follows it.
        if (data !== '[DONE]') yield this.reading(() => read(parsed(data)));
      }
    }
    if (text !== null && text.trim() !== '') {
      const whole = text;
      yield this.reading(() => read(parsed(whole)));
    }
  }

  /** The body of a successful answer. */
  private async *pieces(request: ServerRequest, signal: AbortSignal | undefined): AsyncGenerator<string> {
    const { host } = this;
    const own = new AbortController();
    const either = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
    const silent = ServerError.silent(host, this.silenceMs);
    let timer: NodeJS.Timeout | undefined;
    const listen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => own.abort(silent), this.silenceMs);
    };
    try {
      listen();
      const { status, retryAfterMs, body } = await this.ask(request, either);
      listen();
      if (status < 200 || status > 299) {
        throw ServerError.ofStatus(host, status, await this.complaint(body), retryAfterMs);
      }
      for await (const piece of body) {
        // While the reader is busy elsewhere nobody listens.
        clearTimeout(timer);
        yield piece;
        listen();
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ConnectionFailed) throw ServerError.unreachable(host, error.reason);
      throw error;
    } finally {
      clearTimeout(timer);
      own.abort();
    }
  }

  private async complaint(body: AsyncIterable<string>): Promise<string> {
    let text = '';
    for await (const piece of body) {
      text += piece;
      if (text.length > LONGEST_COMPLAINT) break;
    }
    try {
      return wordsOf(JSON.parse(text));
    } catch {
      return wordsOf(text);
    }
  }

  private reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof ReportedError) throw ServerError.inAnswer(this.host, error.message);
      if (error instanceof NotOfDialect) {
        throw ServerError.unclear(this.host, phrase`it does not tell its tokens by their IDs`);
      }
      if (error instanceof SyntaxError) throw ServerError.unclear(this.host, phrase`it is not JSON`);
      throw error;
    }
  }

  private tooLong(): ServerError {
    return ServerError.unclear(this.host, phrase`it is too long`);
  }
}

/** @throws SyntaxError */
function parsed(text: string): unknown {
  return JSON.parse(text) as unknown;
}
