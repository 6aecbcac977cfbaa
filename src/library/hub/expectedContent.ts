import type { ExpectedFile } from '../../protocol/installer';
import { hashFile, startHash } from '../../modelFolder/hashedFile';

/**
 * Whether a file is what its publisher named.
 * @throws ModelError if it cannot be read; the signal's reason if it aborts
 */
export async function isExpected(path: string, file: ExpectedFile, signal?: AbortSignal): Promise<boolean> {
  const { bytes, digest } = await hashFile(path, {
    hash: startHash(file.hash.algorithm, file.bytes),
    ...(signal && { signal }),
  });
  return bytes === file.bytes && digest === file.hash.hex;
}
