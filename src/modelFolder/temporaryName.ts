import { createHash, randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** `partial`: being written. `old`: the model that is being replaced. `source`: an unpacked archive. `deleted`: going. */
export type TemporaryKind = 'partial' | 'old' | 'source' | 'deleted';

const PATTERN = /^\.(.+)\.(partial|old|source|deleted)-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}$/;
/** Home folders are shared between machines, where process ids say nothing: what is this old belongs to nobody. */
const FOREIGN_AGE_MS = 7 * 24 * 3600_000;

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Name of a temporary sibling of the folder `name`; it tells which process made it. */
export function temporaryName(name: string, kind: TemporaryKind): string {
  return `.${name}.${kind}-${process.pid}-${host}-${randomBytes(4).toString('hex')}`;
}

/**
 * Clears a folder of the temporary folders whose process is gone. A model that was moved aside for
 * one that never came takes its place again.
 * @param name only those of this folder; omitted: all
 */
export async function removeLeftovers(parent: string, name?: string): Promise<void> {
  const entries = await readdir(parent);
  for (const entry of entries) {
    const [, owner, kind, pid, madeOn] = PATTERN.exec(entry) ?? [];
    if (owner === undefined || (name !== undefined && owner !== name)) continue;
    const path = join(parent, entry);
    if (madeOn === host ? isAlive(Number(pid)) : !(await isOld(path))) continue;
    if (kind === 'old' && !entries.includes(owner)) await rename(path, join(parent, owner));
    else await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Whether a process of this id exists, whoever owns it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOld(path: string): Promise<boolean> {
  const made = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return Date.now() - made > FOREIGN_AGE_MS;
}
