import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { removeLeftovers, temporaryName } from '../../modelFolder/temporaryName';
import type { OrtNative, OrtNativeSession } from './ortNative';

/** Below this packing the weights takes next to no time and memory. */
const LEAST_BYTES = 64 << 20;
/** Above it the saved form would take more disk than it is worth. */
const MOST_BYTES = 600 << 20;
/** Free space asked for, in sizes of the weights: the saved form takes about two, packed and as they were. */
const LEAST_FREE = 10;

/** Whether two sessions of one network compute the same. */
export type Agree = (a: OrtNativeSession, b: OrtNativeSession) => Promise<boolean>;

export interface PrepareOptions {
  threads: number;
  /** Asked once, of the graph and its saved form. */
  agree: Agree;
  log: (line: string) => void;
  /** Smallest weights that are saved; default: 64 MiB. */
  leastBytes?: number;
}

/**
 * Loads a graph whose weights are already packed for this machine's kernels.
 *
 * ONNX Runtime packs weights into private memory whenever it loads a graph. Here it saves the result beside the
 * graph the first time; later loads map that file, so that several processes share its pages and the system may drop
 * them and read them again. For BioGPT at int8 that is 330 MB less of a process' own, for 740 MB of disk: the runtime
 * saves the unpacked form too and compares it. The file belongs to one runtime and one kind of processor; with
 * another it is made anew. A small or a very large graph is loaded as it is, and so is one that cannot be saved: the
 * log says why.
 *
 * @throws Error with the runtime's message when the graph itself cannot be loaded
 */
export async function openPrepared(
  native: OrtNative,
  graphPath: string,
  { threads, agree, log, leastBytes = LEAST_BYTES }: PrepareOptions,
): Promise<OrtNativeSession> {
  const data = await stat(`${graphPath}.data`).catch(() => undefined);
  if (!data || data.size < leastBytes || data.size > MOST_BYTES) return native.createSession(graphPath, threads);
  const parent = dirname(graphPath);
  const name = `prepared-${basename(graphPath, '.onnx')}`;
  const dir = join(parent, `${name}-${machineKey(native.version)}`);
  const graph = join(dir, basename(graphPath));
  if (await exists(graph)) {
    try {
      return await native.createSession(graph, threads);
    } catch (error) {
      log(`The saved form of ${basename(graphPath)} is no good (${(error as Error).message}); it is made anew.`);
      await remove(dir);
    }
  }
  // An empty folder says that it was tried in vain.
  if ((await exists(dir)) || !(await hasRoom(parent, data.size))) return native.createSession(graphPath, threads);
  const temporary = join(parent, temporaryName(name, 'partial'));
  let original: OrtNativeSession | null = null;
  try {
    await removeLeftovers(parent, name);
    await removeOthers(parent, name);
    await mkdir(temporary);
    original = await native.createSession(graphPath, threads, { saveTo: join(temporary, basename(graphPath)) });
    await rename(temporary, dir).catch(async (error: unknown) => {
      // Another process may have been as far a moment earlier.
      if (!(await exists(graph))) throw error;
      await remove(temporary);
    });
    const prepared = await native.createSession(graph, threads);
    if (await agree(original, prepared)) {
      original.dispose();
      return prepared;
    }
    prepared.dispose();
    throw new Error('it computes something else');
  } catch (error) {
    log(
      `${basename(graphPath)} is loaded anew each time, its packed form cannot be kept: ${(error as Error).message}.`,
    );
    await remove(temporary);
    if (original)
      await remove(dir)
        .then(() => mkdir(dir))
        .catch(() => undefined);
    return original ?? native.createSession(graphPath, threads);
  }
}

async function hasRoom(dir: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize >= LEAST_FREE * bytes;
}

/** What the packed form depends on. */
function machineKey(runtimeVersion: string): string {
  const parts = [runtimeVersion, process.platform, process.arch, cpus()[0]?.model ?? ''];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

/** Forms for another runtime or processor; one that another process still has open stays where the system says so. */
async function removeOthers(parent: string, name: string): Promise<void> {
  const others = (await readdir(parent)).filter((entry) => entry.startsWith(`${name}-`));
  for (const other of others) await remove(join(parent, other));
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
