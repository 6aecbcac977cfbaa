import { english, type Phrase } from '../../modelFolder/phrase';

export interface HubErrorOptions extends ErrorOptions {
  /** Trying again, now or later, may help without anything being changed. */
  retryable?: boolean;
  /** What the system or the server calls it. */
  reason?: string;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** The Hub's own code for it (`X-Error-Code`). */
  hubCode?: string;
  /** A token would help, or the one that was sent does not; set where the server of the Hub itself has refused. */
  access?: 'needed' | 'refused';
  /** How long the server asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/** The Hub could not be asked, or did not give what it should: what happened, why, and what to do. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hubCode: string | undefined;
  readonly access: HubErrorOptions['access'];
  /** The system's or the server's own words for it: an error code, a status. */
  readonly reason: string | undefined;

  constructor(
    /** The address, repository or file asked for. */
    readonly subject: string,
    /** A sentence without its full stop. */
    readonly problem: Phrase,
    /** Sentences, the most helpful first. */
    readonly remedies: readonly Phrase[],
    { retryable = false, status, retryAfterMs, reason, hubCode, access, ...options }: HubErrorOptions = {},
  ) {
    const why = reason === undefined ? '' : ` (${reason})`;
    super(`${subject}: ${english(problem)}${why}. ${remedies.map(english).join(' ')}`, options);
    this.retryable = retryable;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
    this.hubCode = hubCode;
    this.access = access;
  }
}
