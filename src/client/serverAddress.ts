import type { ServerPath } from '../protocol/server';

/** Why an address can't be used. */
export type AddressProblem =
  | 'notAnAddress'
  /** Neither http nor https. */
  | 'wrongProtocol'
  /** A user name or password in it would be shown wherever the address is. */
  | 'holdsSecret'
  | 'holdsQuery'
  /** Plain http to another machine. */
  | 'notEncrypted';

export type AddressReading = { ok: true; url: URL } | { ok: false; problem: AddressProblem };

/**
 * Reads the base URL of an OpenAI-compatible server, such as `http://localhost:8000/v1`. Without a path it gets `/v1`.
 * @param allowHttp whether plain http may leave this machine
 */
export function readServerAddress(text: string, { allowHttp = false } = {}): AddressReading {
  if (!URL.canParse(text.trim())) return { ok: false, problem: 'notAnAddress' };
  const url = new URL(text.trim());
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { ok: false, problem: 'wrongProtocol' };
  if (url.username !== '' || url.password !== '') return { ok: false, problem: 'holdsSecret' };
  if (url.search !== '' || url.hash !== '') return { ok: false, problem: 'holdsQuery' };
  if (url.protocol === 'http:' && !allowHttp && !isThisMachine(url)) return { ok: false, problem: 'notEncrypted' };
  url.pathname = url.pathname.replace(/\/+$/, '') || '/v1';
  return { ok: true, url };
}

/** Whether what is sent to an address stays on this machine. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Where a server has a path. llama.cpp's own lies beside `/v1`, not in it. */
export function addressOf(base: URL, path: ServerPath): URL {
  const url = new URL(base);
  const folder = path === 'completion' ? base.pathname.replace(/\/v1$/, '') : base.pathname;
  url.pathname = `${folder}/${path}`;
  return url;
}
