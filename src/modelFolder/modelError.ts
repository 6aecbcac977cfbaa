import { english, phrase, type Phrase } from './phrase';

/** What callers decide by; what people read is in the phrases. */
export type ModelErrorCode =
  /** Damaged, incomplete, unsupported or hostile; whatever has no code of its own. */
  | 'unusable'
  | 'notFound'
  | 'noPermission'
  /** A file where a folder should be, or the other way round. */
  | 'wrongKind'
  /** Another program has it open. */
  | 'inUse'
  | 'diskFull'
  | 'readOnly'
  /** A file is not the one that its publisher named; `details.file` is its name. */
  | 'wrongHash'
  /** The model does not give the numbers it must. */
  | 'failedCheck';

export interface ModelErrorOptions extends ErrorOptions {
  code?: ModelErrorCode;
  details?: Readonly<Record<string, string | number>>;
}

/** A `ModelError` as it crosses processes. */
export interface ModelErrorData {
  code: ModelErrorCode;
  path: string;
  problem: Phrase;
  remedy: Phrase;
  details?: Readonly<Record<string, string | number>>;
}

/**
 * A model that cannot be read, written, opened or installed. It says which file or folder is at fault, what is wrong and
 * what to do, as data; `message` is the same in English.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  readonly details: Readonly<Record<string, string | number>> | undefined;

  constructor(
    /** The file or folder at fault, or the name of a repository. */
    readonly path: string,
    /** Continues a sentence that begins with the path: `is not a folder.` */
    readonly problem: Phrase,
    readonly remedy: Phrase,
    { code = 'unusable', details, ...options }: ModelErrorOptions = {},
  ) {
    super(`${path}: ${english(problem)} ${english(remedy)}`, options);
    this.code = code;
    this.details = details;
  }

  toData(): ModelErrorData {
    const { code, path, problem, remedy, details } = this;
    return { code, path, problem, remedy, ...(details && { details }) };
  }

  /** The error that another process has thrown. */
  static fromData({ path, problem, remedy, ...rest }: ModelErrorData): ModelError {
    return new ModelError(path, problem, remedy, rest);
  }
}

/** Remedy for files that a broken download or copy explains best. */
export const DOWNLOAD_AGAIN = phrase`The file is incomplete or damaged: download or copy it again.`;

/** What the system's own errors mean to a person. */
const SYSTEM_ERRORS: Record<string, { code: ModelErrorCode; problem: Phrase; remedy: Phrase }> = {
  ENOENT: { code: 'notFound', problem: phrase`does not exist.`, remedy: phrase`Check the path.` },
  EACCES: {
    code: 'noPermission',
    problem: phrase`cannot be read or written: permission denied.`,
    remedy: phrase`Check its permissions, or choose another folder.`,
  },
  EISDIR: { code: 'wrongKind', problem: phrase`is a folder, but a file is needed.`, remedy: phrase`Check the path.` },
  ENOTDIR: { code: 'wrongKind', problem: phrase`is a file, but a folder is needed.`, remedy: phrase`Check the path.` },
  EBUSY: {
    code: 'inUse',
    problem: phrase`is in use by another program.`,
    remedy: phrase`Close the other program and try again.`,
  },
  ENOSPC: {
    code: 'diskFull',
    problem: phrase`cannot be written: the disk is full.`,
    remedy: phrase`Free some space and try again.`,
  },
  EDQUOT: {
    code: 'diskFull',
    problem: phrase`cannot be written: your disk quota is used up.`,
    remedy: phrase`Free some space and try again.`,
  },
  EIO: {
    code: 'unusable',
    problem: phrase`cannot be read or written: the disk reports an error.`,
    remedy: phrase`Check the disk, or choose another folder.`,
  },
  ELOOP: {
    code: 'wrongKind',
    problem: phrase`is a link that leads to itself.`,
    remedy: phrase`Check the path.`,
  },
  ENAMETOOLONG: {
    code: 'notFound',
    problem: phrase`has a name that is too long for this file system.`,
    remedy: phrase`Shorten the name, or choose another folder.`,
  },
  EMFILE: {
    code: 'inUse',
    problem: phrase`cannot be opened: too many files are open.`,
    remedy: phrase`Close other programs and try again.`,
  },
  EROFS: { code: 'readOnly', problem: phrase`is on a read-only disk.`, remedy: phrase`Choose another folder.` },
};

/** @returns a `ModelError` for what the system says of a path; errors that are not the system's pass unchanged */
export function asModelError(path: string, error: unknown): Error {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : SYSTEM_ERRORS[code === 'EPERM' ? 'EACCES' : code];
  if (known) return new ModelError(path, known.problem, known.remedy, { code: known.code, cause: error });
  if (code !== undefined && syscall !== undefined && !(error instanceof ModelError)) {
    const problem = phrase`cannot be read or written (${code}).`;
    return new ModelError(path, problem, phrase`Check the path and the disk, and try again.`, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
