import { join } from 'node:path';
import { hashFile, startHash } from '../modelFolder/hashedFile';
import { ModelError } from '../modelFolder/modelError';
import { type Phrase, phrase } from '../modelFolder/phrase';
import type { ExpectedFile } from '../protocol/installer';

/**
 * Compares files with what their publisher named: their size, and their hash where there is one.
 * @throws ModelError with the code `wrongHash` for the first that differs; ModelError if one can't be read; the signal's
 *   reason
 */
export async function verifyFiles(
  dir: string,
  files: readonly ExpectedFile[],
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const file of files) {
    const path = join(dir, file.name);
    const { bytes, digest } = await hashFile(path, {
      ...(file.hash && { hash: startHash(file.hash.algorithm, file.bytes) }),
      signal,
      onBytes: (done) => onProgress((before + done) / total),
    });
    const refuse = (problem: Phrase): never => {
      throw new ModelError(
        path,
        problem,
        phrase`It was damaged or changed during the download and has been deleted. Try again to download it.`,
        { code: 'wrongHash', details: { file: file.name } },
      );
    };
    if (bytes !== file.bytes) refuse(phrase`has ${bytes} bytes instead of ${file.bytes}.`);
    if (file.hash && digest !== file.hash.hex) {
      refuse(phrase`is not the published file: its ${file.hash.algorithm} differs.`);
    }
    before += bytes;
  }
}
