import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processExists } from '../ipc/parentWatch';

/** What a window with a model in memory tells the others. */
export interface WindowNote {
  focused: boolean;
  /** When it got or lost the focus last; milliseconds since 1970. */
  focusedAt: number;
}

export interface WindowNotesOptions {
  /** Where all windows of this user keep their notes; made when it is first needed. */
  folder: string;
  /** The process that the note speaks for; one that is gone has no note. */
  pid?: number;
  exists?: (pid: number) => boolean;
}

const NOTE = /^(.+)\.(\d+)\.json$/u;

/**
 * How the windows of a machine know of one another's models: each that has one in memory keeps a small file. Files name
 * their machine, as a home folder may be shared by several, and their process, so that a crash leaves nothing that counts.
 */
export class WindowNotes {
  private readonly machine = encodeURIComponent(hostname());
  private readonly path: string;
  private readonly temporary: string;
  /** Writing follows writing: what is told last is what stands. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly options: WindowNotesOptions) {
    const pid = options.pid ?? process.pid;
    this.path = join(options.folder, `${this.machine}.${pid}.json`);
    this.temporary = `${this.path}.new`;
  }

  /**
   * Tells the others that this window has a model in memory; null: that it has none.
   * @throws Error where the folder can't be written
   */
  tell(note: WindowNote | null): Promise<void> {
    const told = this.last.then(() => this.write(note));
    this.last = told.catch(() => undefined);
    return told;
  }

  /** What the other windows tell that have a model in memory. Notes that can't be read count as none. */
  async others(): Promise<WindowNote[]> {
    const { folder, exists = processExists } = this.options;
    const notes: WindowNote[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      const [, machine, pid] = NOTE.exec(name) ?? [];
      const path = join(folder, name);
      if (machine !== this.machine || path === this.path) continue;
      const note = exists(Number(pid)) ? await readNote(path) : await rm(path, { force: true }).catch(() => undefined);
      if (note) notes.push(note);
    }
    return notes;
  }

  /** Takes this window's note away. */
  dispose(): Promise<void> {
    return this.tell(null);
  }

  private async write(note: WindowNote | null): Promise<void> {
    if (note === null) return rm(this.path, { force: true });
    await mkdir(this.options.folder, { recursive: true });
    // Renamed when it is whole: others read at any time.
    await writeFile(this.temporary, JSON.stringify(note));
    await rename(this.temporary, this.path);
  }
}

async function readNote(path: string): Promise<WindowNote | undefined> {
  try {
    const { focused, focusedAt } = JSON.parse(await readFile(path, 'utf8')) as Partial<WindowNote>;
    return typeof focusedAt === 'number' ? { focused: focused === true, focusedAt } : undefined;
  } catch {
    return undefined;
  }
}
