import { phrase } from '../../modelFolder/phrase';
import { HubError } from './hubError';

/** An access token, and the one server that it was given for. */
export interface Credential {
  /** As `URL.origin` has it: scheme, host and port. */
  origin: string;
  token: string;
}

/** As the Fetch standard counts them. */
const MOST_REDIRECTS = 20;

/**
 * The token for a server, as it goes into a header.
 * @throws HubError if it can't be a token: a header's own error would repeat it
 */
export function credentialFor(endpoint: string, token: string | undefined): Credential | undefined {
  const trimmed = token?.trim() ?? '';
  if (trimmed === '' || !URL.canParse(endpoint)) return undefined;
  const { origin } = new URL(endpoint);
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new HubError(origin, phrase`the access token contains characters that no token has`, [
      phrase`Copy the token again, and enter it with the command BioGPT: Set Access Token or as HF_TOKEN.`,
    ]);
  }
  return { origin, token: trimmed };
}

/**
 * A `fetch` that sends the token to its own server and to no other, whatever a redirect or a link in an answer says:
 * redirects are followed one by one here. Without a token it is `fetch` itself.
 */
export function authorizedFetch(plain: typeof fetch, credential: Credential | undefined): typeof fetch {
  if (credential === undefined) return plain;
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : String(input));
    for (let redirects = 0; ; redirects++) {
      const headers = new Headers(init.headers);
      if (url.origin === credential.origin) headers.set('authorization', `Bearer ${credential.token}`);
      const response = await plain(url.href, { ...init, headers, redirect: 'manual' });
      if (response.type === 'opaqueredirect') {
        throw new HubError(
          url.origin,
          phrase`the server redirects, and this network stack does not say where, so that the access token cannot be kept from other servers`,
          [phrase`Turn off VS Code's setting http.electronFetch and try again.`],
        );
      }
      const location = response.headers.get('location');
      const redirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
      if (!redirect || init.redirect === 'manual') return redirects === 0 ? response : asRedirected(response);
      await response.body?.cancel().catch(() => undefined);
      url = new URL(location, url);
      if (redirects === MOST_REDIRECTS || !/^https?:$/.test(url.protocol)) {
        throw new HubError(url.origin, phrase`the server redirects without end`, [
          phrase`Check the setting biogpt.hub.endpoint.`,
        ]);
      }
    }
  };
}

/** As `fetch` marks the response behind a redirect. */
function asRedirected(response: Response): Response {
  return Object.defineProperty(response, 'redirected', { value: true });
}
