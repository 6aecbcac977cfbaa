import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ExpectedFile } from '../../protocol/installer';
import { asModelError } from '../errors';

/** Small enough to be hashed within a fraction of a millisecond. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Whether a file is what its publisher named.
 * @throws ModelError if it cannot be read; the signal's reason if it aborts
 */
export async function isExpected(path: string, { bytes, hash }: ExpectedFile, signal?: AbortSignal): Promise<boolean> {
  const hasher = createHash(hash.algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (hash.algorithm === 'git-sha1') hasher.update(`blob ${bytes}\0`);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw asModelError(path, error);
  });
  try {
    if ((await handle.stat()).size !== bytes) return false;
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hasher.digest('hex') === hash.hex;
      hasher.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
