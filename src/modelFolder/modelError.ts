/**
 * A model that cannot be read, written or opened: damaged, incomplete, unsupported or hostile
 * files. The message names the file, says what is wrong and what to do.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    /** The file or folder at fault. */
    readonly path: string,
    problem: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${problem} ${remedy}`, options);
  }
}

/** Remedy for files that a broken download or copy explains best. */
export const DOWNLOAD_AGAIN = 'The file is incomplete or damaged: download or copy it again.';

/** @throws ModelError for a path that cannot be read; other errors pass unchanged. */
export function asModelError(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return new ModelError(path, 'does not exist.', 'Check the path.', { cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    return new ModelError(path, 'cannot be read or written (no permission).', 'Check its permissions.', {
      cause: error,
    });
  }
  if (code === 'EISDIR' || code === 'ENOTDIR') {
    return new ModelError(path, 'is not what was expected there (file or folder).', 'Check the path.', {
      cause: error,
    });
  }
  if (code === 'EBUSY') {
    return new ModelError(path, 'is in use by another program.', 'Close what uses it and try again.', { cause: error });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const problem = code === 'ENOSPC' ? 'no space is left on this disk.' : 'your share of this disk is used up.';
    return new ModelError(path, problem, 'Free some space and try again.', { cause: error });
  }
  if (code === 'EROFS') {
    return new ModelError(path, 'lies on a disk that cannot be written.', 'Choose another folder.', { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
