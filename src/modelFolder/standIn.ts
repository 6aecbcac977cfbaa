import { lstat, open, readlink, stat } from 'node:fs/promises';
import { ModelError } from './modelError';
import { phrase } from './phrase';

/*
 * Large files are often kept elsewhere, and something small stands in their place until they are fetched. To say that such
 * a file is damaged would send people to download what they have.
 */

/** No longer than this is a pointer, by the specification of Git LFS. */
const LONGEST_POINTER = 1024;

/** Files that stand for others: how each begins, and the command that puts the content in its place. */
const POINTERS: readonly { begins: RegExp; command: string }[] = [
  // git-lfs/docs/spec.md; the second is the name that it had before its first release.
  { begins: /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\//, command: 'git lfs pull' },
  // git-annex' pointer files, and its links where git writes links as text (core.symlinks=false).
  { begins: /^(?:\/annex|(?:\.\.\/)*\.git\/annex)\/objects\//, command: 'git annex get .' },
];

/**
 * What stands in the place of a file: a link whose target is not there, a pointer of Git LFS or git-annex, or the `.dvc`
 * file of DVC beside it.
 * @returns what is wrong and what to do; undefined where the file itself is there, or nothing
 */
export async function standInFor(path: string): Promise<ModelError | undefined> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return (await isThere(`${path}.dvc`)) ? kept(path, 'dvc pull') : undefined;
  if (entry.isSymbolicLink() && !(await isThere(path))) {
    return new ModelError(
      path,
      phrase`is a link to ${await readlink(path)}, which does not exist.`,
      phrase`Connect the drive that contains the file, or get it with the program that created the link, such as git-annex.`,
    );
  }
  const beginning = await beginningOf(path);
  const pointer = POINTERS.find(({ begins }) => begins.test(beginning));
  return pointer && kept(path, pointer.command);
}

/** @throws ModelError where something stands in the place of the file */
export async function refuseStandIn(path: string): Promise<void> {
  const standIn = await standInFor(path);
  if (standIn) throw standIn;
}

function kept(path: string, command: string): ModelError {
  return new ModelError(
    path,
    phrase`has not been fetched: the file here only says where its content is kept.`,
    phrase`Run "${command}" in this folder.`,
  );
}

/** Whether a path leads to something; a link that leads to itself is for its reader to tell. */
function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  );
}

/** The text of a file as short as a pointer; empty for any other. */
async function beginningOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile() || stats.size > LONGEST_POINTER) return '';
  const handle = await open(path, 'r').catch(() => undefined);
  if (!handle) return '';
  try {
    return await handle.readFile('latin1');
  } catch {
    return '';
  } finally {
    await handle.close();
  }
}
