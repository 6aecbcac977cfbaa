import { HubError, type HubErrorOptions } from './hubError';

const TRY_LATER = 'Try again later: what was fetched so far is kept.';
const FROM_DISK = 'A model downloaded in a browser can be installed from its folder.';
const PROXY_LOGIN = 'the proxy asks for a login';
const CHECK_PROXY = 'Check the settings http.proxy and http.proxyAuthorization of VS Code.';
const CHECK_ENDPOINT = 'Check the setting biogpt.hub.endpoint.';

/** Longest pause that a server's `Retry-After` is granted, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * The error for an answer that is no success.
 * @param subject what was asked for, in words
 */
export function statusFailure(subject: string, response: Response): HubError {
  const { status, headers } = response;
  const fail = (problem: string, remedy: string, options: HubErrorOptions = {}): HubError => {
    // The Hub's own words, where it gives any, are the best explanation.
    const words = headers.get('x-error-message');
    return new HubError(subject, `${problem} (HTTP ${status}${words ? `: ${words}` : ''}).`, remedy, {
      status,
      ...options,
    });
  };
  if (status === 407) return fail(PROXY_LOGIN, CHECK_PROXY);
  if (status === 401 || status === 403) {
    // A signed address of the content server expires; the next try gets a new one.
    if (response.redirected) return fail('the content server refused the file', TRY_LATER, { retryable: true });
    if (headers.get('x-error-code') === 'GatedRepo') {
      return fail('the repository is gated: its owner must let you in', `Choose another model. ${FROM_DISK}`);
    }
    return fail(
      'access was refused: there is no such repository, it is private or gated, or a firewall forbids it',
      `Check its name, or choose another model. ${FROM_DISK}`,
    );
  }
  if (status === 404 || status === 410) {
    if (headers.get('x-error-code') === 'RevisionNotFound') {
      return fail('the repository has no such revision', 'Check the name of the branch, tag or commit.');
    }
    if (headers.get('x-error-code') === null && isHtml(headers)) {
      return fail('the server answered with a web page: it speaks no Hub API, or has no such model', CHECK_ENDPOINT);
    }
    return fail('there is no such thing on the server', 'Check the names of repository and revision.');
  }
  if (status === 451) return fail('it may not be given out for legal reasons', 'Choose another model.');
  const retryAfterMs = retryAfter(headers);
  const later = { retryable: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 429) return fail('too many requests from your network', TRY_LATER, later);
  if (status === 408 || status >= 500) return fail('the server failed', TRY_LATER, later);
  return fail('the server gave an answer that a Hub does not give', CHECK_ENDPOINT);
}

/** The error for a success that brings a web page in place of data: a portal, a proxy, no Hub at all. */
export function htmlFailure(subject: string): HubError {
  return new HubError(
    subject,
    'a web page came in place of data: a proxy or a login page of the network answered, or the address is no Hub.',
    `Open the address in a browser. ${CHECK_ENDPOINT}`,
  );
}

export function isHtml(headers: Headers): boolean {
  return /^(text\/html|application\/xhtml)/i.test(headers.get('content-type') ?? '');
}

/** `Retry-After` (seconds or a date) in milliseconds, bounded. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** Node's and Chromium's names for a certificate that is not trusted. */
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT)|ERR_TLS|ERR_SSL|EPROTO/;

/** What Node (`code`) and Chromium (`net::…`) call it, what that means, what to do. The first match counts. */
const CONNECTION_PROBLEMS: readonly [pattern: RegExp, problem: string, remedy: string, retryable: boolean][] = [
  [
    /ERR_PROXY|ERR_TUNNEL/,
    'the proxy could not be used',
    'Check the setting http.proxy of VS Code and your network.',
    true,
  ],
  [
    TLS,
    "the server's certificate is not trusted; in many institutions a proxy puts its own in place",
    'The settings http.systemCertificates and http.proxy of VS Code apply; on a command line, NODE_EXTRA_CA_CERTS. ' +
      FROM_DISK,
    false,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ADDRESS_UNREACHABLE/,
    'the server cannot be reached: there is no network, or no such server',
    `Check the network, the setting http.proxy of VS Code and biogpt.hub.endpoint. ${FROM_DISK}`,
    true,
  ],
  [
    /ECONNREFUSED|CONNECTION_REFUSED/,
    'the server refuses connections',
    `Check the network, the setting http.proxy of VS Code and biogpt.hub.endpoint. ${FROM_DISK}`,
    true,
  ],
  [/TIMEDOUT|TIMED_OUT|TIMEOUT/, 'the server did not answer in time', `Check the network. ${TRY_LATER}`, true],
  [/INVALID_URL|UNKNOWN_SCHEME/, 'this is no address', CHECK_ENDPOINT, false],
];

/**
 * The error for a connection that was not made, or broke.
 * @param error what `fetch` or a read of its body threw
 */
export function connectionFailure(subject: string, error: unknown): HubError {
  const { code, message } = innermost(error);
  // The fetch standard hides a proxy's 407: Node's fails without any reason. A tunnel's refusal names it.
  if ((code === undefined && message === '') || message.includes('(407)')) {
    return new HubError(subject, `${PROXY_LOGIN} (HTTP 407).`, CHECK_PROXY, { cause: error });
  }
  const reason = code ?? message;
  for (const [pattern, problem, remedy, retryable] of CONNECTION_PROBLEMS) {
    if (pattern.test(reason))
      return new HubError(subject, `${problem} (${reason}).`, remedy, { retryable, cause: error });
  }
  return new HubError(subject, `the connection broke (${reason}).`, TRY_LATER, { retryable: true, cause: error });
}

export function stallFailure(subject: string, ms: number): HubError {
  return new HubError(subject, `nothing came for ${Math.round(ms / 1000)} seconds.`, TRY_LATER, { retryable: true });
}

/** What lies behind an error: `fetch` wraps the reasons of its failures. */
function innermost(error: unknown): { code: string | undefined; message: string } {
  let code: string | undefined;
  let message = String(error);
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    const own = (error as NodeJS.ErrnoException).code;
    if (typeof own === 'string') code = own;
    message = error.message;
    error = error instanceof AggregateError ? (error.errors[0] as unknown) : error.cause;
  }
  return { code, message };
}
