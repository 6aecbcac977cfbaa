import type { ExpectedFile } from '../../protocol/installer';
import { hashFile, startHash } from '../../modelFolder/hashedFile';

/**
 * Whether a file is what its publisher named; where no hash was named, whether it has the size.
 * @throws ModelError if it cannot be read; the signal's reason if it aborts
 */
export async function isExpected(path: string, file: ExpectedFile, signal?: AbortSignal): Promise<boolean> {
  const { hash } = file;
  const { bytes, digest } = await hashFile(path, {
    ...(hash && { hash: startHash(hash.algorithm, file.bytes) }),
    ...(signal && { signal }),
  });
  return bytes === file.bytes && (hash === undefined || digest === hash.hex);
}
