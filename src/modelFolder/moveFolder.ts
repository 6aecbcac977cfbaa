import { rename } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from './modelError';
import { phrase } from './phrase';

export interface MoveOptions {
  /** Default: the file system's. */
  rename?: (from: string, to: string) => Promise<void>;
  /**
   * How long a move is tried again that is refused because a file is open, in milliseconds. Default: 5 s on Windows, where
   * an open or mapped file holds its folder; elsewhere the same errors mean what they say, and there is no second try.
   */
  patienceMs?: number;
}

/** What Windows says of a folder with a file that someone has open. */
const HELD = ['EPERM', 'EACCES', 'EBUSY'];
const PAUSE_MS = 100;

/**
 * Renames a folder.
 * @throws ModelError with the code `inUse` when it stays held; the system's error otherwise. The folder is where it was then.
 */
export async function moveFolder(from: string, to: string, options: MoveOptions = {}): Promise<void> {
  const { rename: move = rename, patienceMs = process.platform === 'win32' ? 5_000 : 0 } = options;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await move(from, to);
    } catch (error) {
      if (patienceMs === 0 || !HELD.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      if (performance.now() >= deadline) {
        throw new ModelError(
          from,
          phrase`is in use by another window or program.`,
          phrase`Close that window or program and try again. Nothing was changed.`,
          { code: 'inUse', cause: error },
        );
      }
      await wait(PAUSE_MS);
    }
  }
}
