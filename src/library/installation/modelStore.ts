import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { MODEL_DESCRIPTION_FILE, type Precision } from '../../modelFolder/format';
import { openModelFolder } from '../../modelFolder/modelFolder';
import { moveFolder } from '../../modelFolder/moveFolder';
import { removeLeftovers, temporaryName } from '../../modelFolder/temporaryName';
import { DownloadFolder, DOWNLOADS_FOLDER } from './downloadFolder';
import { withLock } from './lock';
import type { InstalledModel, ModelSource } from './types';
import { phrase } from '../../modelFolder/phrase';

/** A model folder that is there but can't be used. */
export interface DamagedModel {
  dir: string;
  /** Why not: a `ModelError`, or what the system said. */
  error: Error;
}

/** An installation that was begun and not ended, with what it has fetched so far. */
export interface UnfinishedInstall {
  /** Name of the model folder that it would have become. */
  key: string;
  source: ModelSource;
  precision: Precision;
  doneBytes: number;
  totalBytes: number;
  /** A living process works on it. */
  busy: boolean;
  /** Stopped by its user, not by an interruption. */
  paused: boolean;
}

/**
 * The models on this machine: a folder of model folders, and maybe a second one that several users
 * share and nobody changes from here.
 */
export class ModelStore {
  readonly root: string;
  private readonly sharedRoot: string | undefined;

  /** @param root need not exist yet */
  constructor(root: string, sharedRoot?: string) {
    this.root = resolve(root);
    this.sharedRoot = sharedRoot ? resolve(sharedRoot) : undefined;
  }

  /** Installed models by name, one's own first; a shared model of the same name is left out. */
  async list(): Promise<{ models: InstalledModel[]; damaged: DamagedModel[] }> {
    const models = new Map<string, InstalledModel>();
    const damaged: DamagedModel[] = [];
    for (const root of [this.root, this.sharedRoot]) {
      if (root === undefined) continue;
      for (const name of await folderNames(root)) {
        const dir = join(root, name);
        try {
          const { description, bytes } = await openModelFolder(dir);
          if (!models.has(name)) models.set(name, { name, dir, description, bytes, shared: root !== this.root });
        } catch (error) {
          damaged.push({ dir, error: error as Error });
        }
      }
    }
    return { models: [...models.values()].sort((a, b) => a.name.localeCompare(b.name)), damaged };
  }

  async find(name: string): Promise<InstalledModel | undefined> {
    return (await this.list()).models.find((model) => model.name === name);
  }

  /** Where the model of this name is or will be. */
  dirOf(name: string): string {
    return join(this.root, name);
  }

  /**
   * Deletes a model, and the files it was made from if they were kept and no other model was made from
   * them. It is renamed first, so that a half-deleted folder is never taken for a model.
   * @throws ModelError for a shared model, and where the folder can't be deleted (open files on Windows)
   */
  async remove({ dir, shared }: Pick<InstalledModel, 'dir' | 'shared'>): Promise<void> {
    if (shared)
      throw new ModelError(
        dir,
        phrase`is in the shared models folder, which the extension never changes.`,
        phrase`Ask the person who manages that folder.`,
      );
    const aside = join(this.root, temporaryName(basename(dir), 'deleted'));
    try {
      await moveFolder(dir, aside);
    } catch (error) {
      throw asModelError(dir, error);
    }
    await rm(aside, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    await this.removeUnusedOriginals();
  }

  async unfinished(): Promise<UnfinishedInstall[]> {
    const found: UnfinishedInstall[] = [];
    for (const download of await this.downloads()) {
      const state = await download.read();
      if (state === undefined || state.installed) continue;
      const { key, source, precision, paused } = state;
      const { doneBytes, totalBytes } = await download.progress();
      found.push({ key, source, precision, paused, doneBytes, totalBytes, busy: await download.busy() });
    }
    return found;
  }

  /** Forgets an unfinished installation and deletes what it has fetched. @throws ModelError while it runs */
  async discard({ key }: Pick<UnfinishedInstall, 'key'>): Promise<void> {
    const download = new DownloadFolder(this.root, key);
    const held = await withLock(download.dir, { wait: false }, () => download.remove());
    if (held === 'busy') {
      throw new ModelError(
        download.dir,
        phrase`is being changed by another VS Code window.`,
        phrase`Cancel the installation in that window first.`,
      );
    }
  }

  /**
   * Removes what crashed installations and deletions have left: temporary model folders whose
   * process is gone. Unfinished downloads stay, they can be resumed.
   */
  async cleanLeftovers(): Promise<void> {
    await removeLeftovers(this.root).catch(() => undefined);
  }

  /** @throws ModelError if the folder can't be made */
  async prepare(): Promise<void> {
    try {
      await mkdir(join(this.root, DOWNLOADS_FOLDER), { recursive: true });
    } catch (error) {
      throw asModelError(this.root, error);
    }
  }

  /** Deletes kept originals that no model here was made from any more. */
  private async removeUnusedOriginals(): Promise<void> {
    const { models } = await this.list();
    for (const download of await this.downloads()) {
      const state = await download.read();
      if (!state?.installed) continue;
      const { repo, revision } = state.listing;
      const used = models.some(
        ({ shared, description: { origin } }) => !shared && origin?.repo === repo && origin.revision === revision,
      );
      if (!used) await withLock(download.dir, { wait: false }, () => download.remove());
    }
  }

  private async downloads(): Promise<DownloadFolder[]> {
    const names = await readdir(join(this.root, DOWNLOADS_FOLDER), { withFileTypes: true }).catch(() => []);
    return names
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.lock'))
      .map(({ name }) => new DownloadFolder(this.root, name));
  }
}

/** Names of the folders that hold a model or something that was one. */
async function folderNames(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const { name } of entries) {
    if (name.startsWith('.')) continue;
    const content = await readdir(join(root, name)).catch(() => [] as string[]);
    if (content.includes(MODEL_DESCRIPTION_FILE)) names.push(name);
  }
  return names;
}
