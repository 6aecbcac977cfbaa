import { join } from 'node:path';
import { ModelError } from '../modelFolder/modelError';
import { hashFile, startHash } from '../modelFolder/hashedFile';
import type { ExpectedFile } from '../protocol/installer';

/** A file whose content is not the expected one. */
export class WrongHashError extends ModelError {
  constructor(
    path: string,
    /** `ExpectedFile.name` */
    readonly file: string,
    problem: string,
  ) {
    super(path, problem, 'It was damaged on the way or changed: it is thrown away, so try again to download it anew.');
  }
}

/**
 * Compares files with what their publisher named.
 * @throws WrongHashError for the first that differs; ModelError if one can't be read; the signal's reason
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
      hash: startHash(file),
      signal,
      onBytes: (done) => onProgress((before + done) / total),
    });
    if (bytes !== file.bytes) throw new WrongHashError(path, file.name, `has ${bytes} bytes instead of ${file.bytes}.`);
    if (digest !== file.hash.hex) {
      throw new WrongHashError(path, file.name, `is not the published file (its ${file.hash.algorithm} differs).`);
    }
    before += bytes;
  }
}
