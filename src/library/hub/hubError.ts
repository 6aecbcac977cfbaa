export interface HubErrorOptions extends ErrorOptions {
  /** Trying again, now or later, may help without anything being changed. */
  retryable?: boolean;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** How long the server asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/**
 * The Hub could not be asked or did not give what it should. The message says what happened, why, and
 * what to do.
 */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    /** The address, repository or file asked for. */
    readonly subject: string,
    problem: string,
    remedy: string,
    { retryable = false, status, retryAfterMs, ...options }: HubErrorOptions = {},
  ) {
    super(`${subject}: ${problem} ${remedy}`, options);
    this.retryable = retryable;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
