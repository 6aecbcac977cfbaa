import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';

const DAY_MS = 24 * 3600_000;
/** A form that nobody has used for so long makes place when place is short … */
const RESTING_MS = 7 * DAY_MS;
/** … and goes in any case after so long. */
const FORGOTTEN_MS = 30 * DAY_MS;
/** Most forms beside a graph. Each machine that shares the folder needs its own if it has another processor. */
const MOST_FORMS = 4;
/** Free space asked for, in sizes of the weights: a form takes about two, packed and as they were. */
const LEAST_FREE = 10;
/** In the folder of a form that computes something else than its graph; there is nothing else in it then. */
const DIFFERS = 'differs';

export interface FormOptions {
  /** What a form depends on besides the graph: default: platform and processor. */
  machine?: string;
  /** Free bytes on the disk of a folder; default: as the system says. */
  freeBytes?: (dir: string) => Promise<number>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** What is known of the form for this machine. */
export type FormState = 'usable' | 'differs' | 'missing';

/**
 * The saved forms of one graph, each in a folder beside it for one version of the runtime and one kind of processor. On
 * a home that several machines share, or with two versions of the extension, others use theirs meanwhile: a folder's
 * time of change says when its form was last used, and a form in use is never removed.
 */
export class PreparedForms {
  /** The folder that holds the graph and its forms. */
  readonly parent: string;
  /** Begins the name of every form. */
  readonly name: string;
  /** Folder of this machine's form. */
  readonly dir: string;
  /** Its graph. */
  readonly graph: string;
  private readonly freeBytes: (dir: string) => Promise<number>;
  private readonly now: () => number;

  constructor(graphPath: string, runtimeVersion: string, options: FormOptions = {}) {
    const { machine = thisMachine(), freeBytes = freeBytesOf, now = Date.now } = options;
    const key = createHash('sha256').update(`${runtimeVersion}\n${machine}`).digest('hex').slice(0, 12);
    this.parent = dirname(graphPath);
    this.name = `prepared-${basename(graphPath, '.onnx')}`;
    this.dir = join(this.parent, `${this.name}-${key}`);
    this.graph = join(this.dir, basename(graphPath));
    this.freeBytes = freeBytes;
    this.now = now;
  }

  /** Looks for this machine's form, and stamps it as used. */
  async state(): Promise<FormState> {
    const state = (await exists(join(this.dir, DIFFERS)))
      ? 'differs'
      : (await exists(this.graph))
        ? 'usable'
        : 'missing';
    const now = this.now() / 1000;
    // On a disk that cannot be written nobody removes it either.
    if (state !== 'missing') await utimes(this.dir, now, now).catch(() => undefined);
    return state;
  }

  /**
   * Makes room for a form by removing others that are not in use.
   * @param bytes size of the weights.
   * @returns null, or why there is no room, in words.
   */
  async makeRoom(bytes: number): Promise<string | null> {
    const others = await this.others();
    let left = others.length;
    for (const { path, unusedMs } of others) {
      const inTheWay = unusedMs > RESTING_MS && (left >= MOST_FORMS || (await this.lacking(bytes)) !== null);
      if (unusedMs <= FORGOTTEN_MS && !inTheWay) continue;
      await removeFolder(path);
      left--;
    }
    if (left >= MOST_FORMS) return `${left} other machines or versions keep theirs beside it`;
    return this.lacking(bytes);
  }

  /** Remembers that this machine's form computes something else. */
  async markDiffering(): Promise<void> {
    await this.remove();
    await mkdir(this.dir);
    await writeFile(join(this.dir, DIFFERS), '');
  }

  /** Removes this machine's form, or what is left of it. */
  async remove(): Promise<void> {
    await removeFolder(this.dir);
  }

  /** The other forms, the one unused for longest first. */
  private async others(): Promise<{ path: string; unusedMs: number }[]> {
    const names = (await readdir(this.parent)).filter((entry) => entry.startsWith(`${this.name}-`));
    const others: { path: string; unusedMs: number }[] = [];
    for (const path of names.map((entry) => join(this.parent, entry))) {
      const used = await stat(path).catch(() => undefined);
      if (path !== this.dir && used) others.push({ path, unusedMs: this.now() - used.mtimeMs });
    }
    return others.sort((a, b) => b.unusedMs - a.unusedMs);
  }

  private async lacking(bytes: number): Promise<string | null> {
    try {
      const needed = LEAST_FREE * bytes;
      const free = await this.freeBytes(this.parent);
      return free >= needed
        ? null
        : `${gigabytes(needed)} of free disk space are asked for, ${gigabytes(free)} are there`;
    } catch (error) {
      return `the disk does not say how much space is free (${(error as Error).message})`;
    }
  }
}

export async function removeFolder(path: string): Promise<void> {
  // What another process still has open stays where the system says so.
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function freeBytesOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

function thisMachine(): string {
  return [process.platform, process.arch, cpus()[0]?.model ?? ''].join('\n');
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
