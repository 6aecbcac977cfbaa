import { mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asModelError, ModelError } from './modelError';
import { MODEL_DESCRIPTION_FILE } from './format';
import { moveFolder, type MoveOptions } from './moveFolder';
import { removeLeftovers, temporaryName } from './temporaryName';
import { phrase } from './phrase';

export interface ReplaceOptions extends MoveOptions {
  /** Called before an older model is moved aside; resolves once nothing of ours has its files open. */
  beforeReplace?: (dir: string) => Promise<void>;
  /** Whether an older model may be replaced; default: it may. */
  replaces?: boolean;
}

/**
 * Writes a model folder as a whole or not at all: `write` fills a temporary sibling, which takes the
 * folder's place when it is done and is removed if anything fails. An older model folder in that
 * place is moved aside first and comes back if the new one can't take over.
 * @throws ModelError if `dir` holds anything but a model; whatever `write` throws
 */
export async function replaceModelFolder<T>(
  dir: string,
  write: (temporary: string) => Promise<T>,
  { beforeReplace, replaces = true, ...moving }: ReplaceOptions = {},
): Promise<T> {
  const target = resolve(dir);
  const parent = dirname(target);
  const temporary = join(parent, temporaryName(basename(target), 'partial'));
  const aside = join(parent, temporaryName(basename(target), 'old'));
  try {
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent, basename(target));
  } catch (error) {
    throw asModelError(parent, error);
  }
  // Only now: an interrupted replacement may just have brought the old model back.
  const before = await occupant(target);
  if (before === 'model' && !replaces) {
    throw new ModelError(target, phrase`already contains a model.`, phrase`Choose a new or empty folder.`);
  }
  try {
    await mkdir(temporary);
  } catch (error) {
    throw asModelError(parent, error);
  }
  try {
    const result = await write(temporary);
    await syncFolder(temporary);
    try {
      if (before === 'empty') await rmdir(target);
      if (before === 'model') {
        await beforeReplace?.(target);
        await moveFolder(target, aside, moving);
      }
    } catch (error) {
      throw asModelError(target, error);
    }
    try {
      await moveFolder(temporary, target, moving);
    } catch (error) {
      if (before === 'model') await moveFolder(aside, target, moving);
      throw asModelError(target, error);
    }
    await syncFolder(parent);
    // The new model is in place: a leftover of the old one is no reason to fail.
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** What is at a path now. @throws ModelError for what must not be replaced */
async function occupant(path: string): Promise<'nothing' | 'empty' | 'model'> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'nothing';
    if (code === 'ENOTDIR') throw new ModelError(path, phrase`is a file.`, phrase`Choose a new or empty folder.`);
    throw asModelError(path, error);
  }
  if (names.length === 0) return 'empty';
  if (names.includes(MODEL_DESCRIPTION_FILE)) return 'model';
  throw new ModelError(
    path,
    phrase`is not empty and does not contain a model that could be replaced.`,
    phrase`Choose a new or empty folder.`,
  );
}

/** Makes a folder's entries durable, where the system can (Windows and some network drives can't). */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
