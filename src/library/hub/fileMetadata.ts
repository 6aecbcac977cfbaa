import { phrase } from '../../modelFolder/phrase';
import type { ExpectedFile } from '../../protocol/installer';
import { connectionFailure, isHtml, stallFailure, statusFailure } from './failures';
import type { TransferTools } from './fetchFile';
import { HubError } from './hubError';
import { persistently } from './persistently';
import { Stalled, StallGuard } from './stallGuard';

/** What a server tells of a file without sending it. */
export interface FileMetadata {
  bytes: number;
  /** Undefined where the server names none that is certainly one of the content. */
  hash?: ExpectedFile['hash'];
  /** Commit that the file belongs to. */
  commit?: string;
}

const IDENTITY = { 'accept-encoding': 'identity' };

/**
 * Size and hash of a file by its headers, as `huggingface_hub` asks for them (`get_hf_file_metadata`): `X-Linked-Size`
 * and `X-Linked-Etag` (SHA-256 of a large file) stand in the redirect itself. Artifactory tells `X-Checksum-Sha256`. An
 * `ETag` is no hash: servers put git's object id, SHA-1, MD5, or anything else there. A server that knows no HEAD, or
 * tells no length in its answer to one, is asked for the first byte.
 * @returns undefined if there is no such file
 * @throws HubError; the signal's reason
 */
export function fileMetadata(
  url: string,
  tools: TransferTools,
  signal?: AbortSignal,
): Promise<FileMetadata | undefined> {
  return persistently(tools, signal, async () => {
    const head = await ask(url, { method: 'HEAD', headers: IDENTITY, redirect: 'manual' }, tools, signal);
    if (isAbsent(head)) return undefined;
    if (head.status === 401 || head.status === 403) {
      // A server may refuse the method alone.
      if (head.headers.get('x-error-code') !== null) throw statusFailure(url, head, tools.hasToken);
    } else if (head.status < 400) {
      const bytes = lengthOf(head);
      if (bytes !== undefined) return metadata(bytes, head.headers);
    }
    const first = await ask(url, { headers: { ...IDENTITY, range: 'bytes=0-0' }, redirect: 'follow' }, tools, signal);
    if (isAbsent(first)) return undefined;
    if (first.status === 416 || first.ok) {
      const total = /\/(\d+)$/.exec(first.headers.get('content-range') ?? '')?.[1];
      const bytes = total === undefined ? (first.status === 200 ? lengthOf(first) : undefined) : Number(total);
      if (bytes !== undefined) return metadata(bytes, head.status < 400 ? head.headers : first.headers);
      throw new HubError(url, phrase`the server does not tell the size of the file`, [
        phrase`Ask the administrator of the server, or download the files in a browser and install them from their folder.`,
      ]);
    }
    throw statusFailure(url, first, tools.hasToken);
  });
}

async function ask(url: string, init: RequestInit, tools: TransferTools, signal?: AbortSignal): Promise<Response> {
  const guard = new StallGuard(tools.stallMs, signal);
  try {
    const response = await guard.watch(() => tools.fetch(url, { ...init, signal: guard.signal }));
    // Headers are enough; a server that ignores the range would send a gigabyte.
    await response.body?.cancel().catch(() => undefined);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HubError) throw error;
    if (guard.signal.reason instanceof Stalled) throw stallFailure(url, tools.stallMs);
    throw connectionFailure(url, error);
  }
}

function isAbsent({ status, ok, headers }: Response): boolean {
  return status === 404 || status === 410 || (ok && isHtml(headers));
}

/** Length of the file; an answer to HEAD that states 0 bytes most often means that nobody counted. */
function lengthOf({ headers, ok }: Response): number | undefined {
  const linked = headers.get('x-linked-size');
  const plain =
    ok && (headers.get('content-encoding') ?? 'identity') === 'identity' ? headers.get('content-length') : null;
  for (const text of [linked, plain]) {
    if (text !== null && /^\d+$/.test(text) && Number(text) > 0) return Number(text);
  }
  return undefined;
}

function metadata(bytes: number, headers: Headers): FileMetadata {
  const linked = (headers.get('x-linked-etag') ?? '').replace(/^W\/|"/g, '');
  const sha256 = [headers.get('x-checksum-sha256') ?? '', linked].find((hex) => /^[0-9a-f]{64}$/i.test(hex));
  const commit = headers.get('x-repo-commit') ?? '';
  return {
    bytes,
    ...(sha256 !== undefined && { hash: { algorithm: 'sha256', hex: sha256.toLowerCase() } as const }),
    ...(/^[0-9a-f]{40}$/.test(commit) && { commit }),
  };
}
