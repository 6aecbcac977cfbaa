import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { asModelError } from '../../modelFolder/modelError';
import { PRECISIONS, type Precision } from '../../modelFolder/format';
import { flag, listOf, objectOf, oneOf, readJsonAs, text, wholeNumber } from '../../modelFolder/outsideData';
import { isLocked, type HeldLock } from './lock';
import type { HubListing, ModelSource } from './types';

export const DOWNLOADS_FOLDER = '.downloads';
/** What a file is called while it is being fetched. */
export const PART_SUFFIX = '.part';
/** Beside a part: what the server calls the version of the file that it is of. */
export const VERSION_SUFFIX = '.version';
const STATE_FILE = 'download.json';

/** What is known of a download; kept beside its files, so that any later process can go on. */
export interface DownloadState {
  key: string;
  source: ModelSource;
  /** What the download is for. */
  precision: Precision;
  /** Stopped by its user, or failed with a message. */
  paused: boolean;
  /** The model is installed; the files are kept by choice. */
  installed: boolean;
  listing: HubListing;
}

const File = objectOf({
  name: text(),
  bytes: wholeNumber(0),
  hash: v.exactOptional(objectOf({ algorithm: oneOf(['sha256', 'git-sha1']), hex: text() })),
});

/** As this version writes it; what another one added is left out. */
const State: v.GenericSchema<unknown, DownloadState> = objectOf({
  key: text(),
  source: v.variant('kind', [
    v.object({ kind: v.literal('known'), id: text() }),
    v.object({ kind: v.literal('hub'), repo: text(), revision: v.exactOptional(text()) }),
    v.object({ kind: v.literal('local'), path: text() }),
  ]),
  precision: oneOf(PRECISIONS),
  paused: flag,
  installed: flag,
  listing: objectOf({ repo: text(), revision: text(), files: listOf(File) }),
});

/**
 * The folder of one download: the files of one repository at one revision, whole or in part. It is changed only under
 * its lock.
 */
export class DownloadFolder {
  readonly dir: string;

  constructor(
    root: string,
    readonly key: string,
    private readonly held?: Pick<HeldLock, 'throwIfLost'>,
  ) {
    this.dir = join(root, DOWNLOADS_FOLDER, key);
  }

  file(name: string): string {
    return join(this.dir, name);
  }

  /** Undefined where there is no download, or its state can't be understood. */
  async read(): Promise<DownloadState | undefined> {
    const json = await readFile(this.file(STATE_FILE), 'utf8').catch(() => '');
    const state = readJsonAs(State, json);
    return state.ok && state.value.key === this.key ? state.value : undefined;
  }

  /** @throws ModelError, LockLost */
  async write(state: DownloadState): Promise<void> {
    this.held?.throwIfLost();
    const path = this.file(STATE_FILE);
    try {
      await mkdir(this.dir, { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(state, null, 2));
      await rename(`${path}.new`, path);
    } catch (error) {
      throw asModelError(path, error);
    }
  }

  /** Whether a file has all its bytes. */
  isComplete(name: string): Promise<boolean> {
    return stat(this.file(name)).then(
      () => true,
      () => false,
    );
  }

  /** Bytes of a file that are on disk. */
  async bytesOf(name: string): Promise<number> {
    for (const path of [this.file(name), this.file(name + PART_SUFFIX)]) {
      const bytes = await stat(path).then(
        ({ size }) => size,
        () => undefined,
      );
      if (bytes !== undefined) return bytes;
    }
    return 0;
  }

  async progress(): Promise<{ doneBytes: number; totalBytes: number }> {
    const files = (await this.read())?.listing.files ?? [];
    const done = await Promise.all(files.map(({ name }) => this.bytesOf(name)));
    return {
      doneBytes: done.reduce((sum, bytes) => sum + bytes, 0),
      totalBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Whether a living process works on it. */
  busy(): Promise<boolean> {
    return isLocked(this.dir);
  }

  /** @throws LockLost */
  async removeFile(name: string): Promise<void> {
    this.held?.throwIfLost();
    await rm(this.file(name), { force: true });
    await rm(this.file(name + PART_SUFFIX), { force: true });
    await rm(this.file(name + PART_SUFFIX + VERSION_SUFFIX), { force: true });
  }

  /** @throws ModelError, LockLost */
  async remove(): Promise<void> {
    this.held?.throwIfLost();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => {
      throw asModelError(this.dir, error);
    });
  }
}
