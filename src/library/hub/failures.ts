import { phrase, type Phrase } from '../../modelFolder/phrase';
import { HubError, type HubErrorOptions } from './hubError';

const TRY_LATER = phrase`Try again later: what was downloaded so far is kept.`;
const FROM_DISK = phrase`You can also download a model in a browser and install it from its folder.`;
const PROXY_LOGIN = phrase`the proxy requires a login`;
const CHECK_PROXY = phrase`Check VS Code's settings http.proxy and http.proxyAuthorization.`;
const CHECK_NETWORK = phrase`Check your network, VS Code's setting http.proxy, and the setting biogpt.hub.endpoint.`;
const CHECK_ENDPOINT = phrase`Check the setting biogpt.hub.endpoint.`;
const SET_TOKEN = phrase`If the repository is private or gated, enter an access token with the command BioGPT: Set Access Token. On a command line, set HF_TOKEN.`;
const CHOOSE_ANOTHER = phrase`Choose another model.`;

/** Longest pause that a server's `Retry-After` is granted, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * The error for an answer that is no success.
 * @param subject what was asked for, in words
 * @param hasToken a token went along
 */
export function statusFailure(subject: string, response: Response, hasToken = false): HubError {
  const { status, headers } = response;
  const fail = (problem: Phrase, remedies: readonly Phrase[], options: HubErrorOptions = {}): HubError => {
    // The Hub's own words, where it gives any, are the best explanation.
    const words = headers.get('x-error-message');
    const reason = words ? `HTTP ${status}: ${words}` : `HTTP ${status}`;
    const hubCode = headers.get('x-error-code');
    return new HubError(subject, problem, remedies, {
      status,
      reason,
      ...(hubCode !== null && { hubCode }),
      ...options,
    });
  };
  if (status === 407) return fail(PROXY_LOGIN, [CHECK_PROXY]);
  if (status === 401 || status === 403) {
    // A signed address of the content server expires; the next try gets a new one.
    if (response.redirected) {
      return fail(phrase`the content server refused to send the file`, [TRY_LATER], { retryable: true });
    }
    if (headers.get('x-error-code') === 'GatedRepo') {
      return hasToken
        ? fail(
            phrase`the repository is gated, and your access token does not open it: its owner must give you access`,
            [phrase`Ask for access on the page of the repository, then try again.`, CHOOSE_ANOTHER, FROM_DISK],
            { access: 'refused' },
          )
        : fail(
            phrase`the repository is gated: its owner must give you access`,
            [phrase`Ask for access on the page of the repository.`, SET_TOKEN, CHOOSE_ANOTHER, FROM_DISK],
            { access: 'needed' },
          );
    }
    return hasToken
      ? fail(
          phrase`access was denied, although an access token was sent: the token is not valid or does not open this repository, the repository does not exist, or a firewall blocks it`,
          [phrase`Check the name of the repository and the token.`, SET_TOKEN, FROM_DISK],
          { access: 'refused' },
        )
      : fail(
          phrase`access was denied: the repository does not exist, is private or gated, or a firewall blocks it`,
          [phrase`Check the name of the repository, or choose another model.`, SET_TOKEN, FROM_DISK],
          { access: 'needed' },
        );
  }
  if (status === 404 || status === 410) {
    if (headers.get('x-error-code') === 'RevisionNotFound') {
      return fail(phrase`the repository has no such revision`, [phrase`Check the name of the branch, tag, or commit.`]);
    }
    if (headers.get('x-error-code') === null && isHtml(headers)) {
      return fail(
        phrase`the server responded with a web page: it is not a Hugging Face Hub, or does not have this model`,
        [CHECK_ENDPOINT],
      );
    }
    return fail(phrase`the server does not have this file or model`, [
      phrase`Check the names of the repository and the revision.`,
    ]);
  }
  if (status === 451) return fail(phrase`the server withholds the model for legal reasons`, [CHOOSE_ANOTHER]);
  const retryAfterMs = retryAfter(headers);
  const later = { retryable: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (status === 429) return fail(phrase`the server is limiting requests from your network`, [TRY_LATER], later);
  if (status === 408 || (status >= 500 && status !== 501))
    return fail(phrase`the server reported an error`, [TRY_LATER], later);
  return fail(phrase`the response is not one from a Hugging Face Hub`, [CHECK_ENDPOINT]);
}

/** The error for a success that brings a web page in place of data: a portal, a proxy, no Hub at all. */
export function htmlFailure(subject: string): HubError {
  return new HubError(
    subject,
    phrase`a web page arrived instead of data: it is from your network's proxy or login page, or the address is not that of a Hugging Face Hub`,
    [
      phrase`Open the address in a browser to see what responds. Your network may require you to log in.`,
      CHECK_ENDPOINT,
    ],
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

/** Node's and Chromium's names for what is wrong with a certificate. */
const UNKNOWN_ISSUER = /SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT)|CERT_AUTHORITY_INVALID|CERT_UNTRUSTED|INVALID_CA/;
const WRONG_DATE = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|CERT_DATE_INVALID/;
const WRONG_NAME = /ALTNAME_INVALID|CERT_COMMON_NAME_INVALID|HOSTNAME_MISMATCH/;
const TLS = /CERT|ERR_TLS|ERR_SSL|EPROTO/;

/** What Node (`code`) and Chromium (`net::…`) call it, what that means, what to do. The first match counts. */
const CONNECTION_PROBLEMS: readonly [
  pattern: RegExp,
  problem: Phrase,
  remedies: readonly Phrase[],
  retryable: boolean,
][] = [
  [
    /ERR_PROXY|ERR_TUNNEL/,
    phrase`the proxy could not be used`,
    [phrase`Check VS Code's setting http.proxy and your network.`],
    true,
  ],
  [
    UNKNOWN_ISSUER,
    phrase`the server's certificate is not trusted: its issuer is unknown here; in many institutions a proxy replaces it with its own`,
    [
      phrase`Install the root certificate of your institution, which its IT department has, in the certificate store of your system, and turn on VS Code's setting http.systemCertificates. On a command line, set NODE_EXTRA_CA_CERTS to the file of the certificate.`,
      FROM_DISK,
    ],
    false,
  ],
  [
    WRONG_DATE,
    phrase`the server's certificate has expired or is not valid yet`,
    [phrase`Check the date and time of this computer.`, CHECK_ENDPOINT, FROM_DISK],
    false,
  ],
  [
    WRONG_NAME,
    phrase`the server's certificate is for a different server`,
    [CHECK_ENDPOINT, CHECK_NETWORK, FROM_DISK],
    false,
  ],
  [
    TLS,
    phrase`no secure connection could be made`,
    [
      phrase`Check VS Code's settings http.systemCertificates and http.proxy, and the setting biogpt.hub.endpoint.`,
      FROM_DISK,
    ],
    false,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|NAME_NOT_RESOLVED|INTERNET_DISCONNECTED|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ADDRESS_UNREACHABLE/,
    phrase`the server cannot be reached: there is no network, or no such server`,
    [CHECK_NETWORK, FROM_DISK],
    true,
  ],
  [/ECONNREFUSED|CONNECTION_REFUSED/, phrase`the server refuses connections`, [CHECK_NETWORK, FROM_DISK], true],
  [
    /TIMEDOUT|TIMED_OUT|TIMEOUT/,
    phrase`the server did not respond in time`,
    [phrase`Check your network.`, TRY_LATER],
    true,
  ],
  [/INVALID_URL|UNKNOWN_SCHEME/, phrase`this is not a valid address`, [CHECK_ENDPOINT], false],
];

/**
 * The error for a connection that was not made, or broke.
 * @param error what `fetch` or a read of its body threw
 */
export function connectionFailure(subject: string, error: unknown): HubError {
  const { code, message } = innermost(error);
  // The fetch standard hides a proxy's 407: Node's fails without any reason. A tunnel's refusal names it.
  if ((code === undefined && message === '') || message.includes('(407)')) {
    return new HubError(subject, PROXY_LOGIN, [CHECK_PROXY], { reason: 'HTTP 407', cause: error });
  }
  const reason = code ?? message;
  for (const [pattern, problem, remedies, retryable] of CONNECTION_PROBLEMS) {
    if (pattern.test(reason)) return new HubError(subject, problem, remedies, { retryable, reason, cause: error });
  }
  return new HubError(subject, phrase`the connection was lost`, [TRY_LATER], { retryable: true, reason, cause: error });
}

export function stallFailure(subject: string, ms: number): HubError {
  const problem = phrase`no data arrived for ${Math.round(ms / 1000)} seconds`;
  return new HubError(subject, problem, [TRY_LATER], { retryable: true });
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
