import { readFile, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Candidate, CheckReport, ExpectedFile, InstallJob } from '../../protocol/installer';
import type { Catalogue } from '../catalogue/catalogue';
import { readConfig } from '../../modelFolder/checkpointConfig';
import { CONFIG_FILE } from '../../modelFolder/checkpointFiles';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { MODEL_DESCRIPTION_FILE, type Precision } from '../../modelFolder/format';
import { chooseFiles } from '../hub/chooseFiles';
import { TransferMeter } from '../hub/transferMeter';
import { DownloadFolder, type DownloadState } from './downloadFolder';
import { withLock, type HeldLock } from './lock';
import type { ModelStore } from './modelStore';
import { isSameSource, originOf, planInstall, type InstallPlan } from './plan';
import type {
  Hold,
  Hub,
  HubListing,
  InstallOptions,
  InstallProgress,
  InstallWorker,
  InstalledModel,
  ModelSource,
  WorkerHooks,
} from './types';
import { english, phrase } from '../../modelFolder/phrase';

/**
 * Reason for aborting an installation that is nobody's wish, such as the editor's end: the next
 * start offers to go on, as after a crash.
 */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface InstallerParts {
  store: ModelStore;
  catalogue: Catalogue;
  /** Null where downloads are forbidden. */
  hub: Hub | null;
  worker: InstallWorker;
  /** Default: nothing of ours has a model open. */
  hold?: Hold;
  /** Bytes that a user may still write in a folder; default: the file system's answer. */
  freeBytes?: (dir: string) => Promise<number>;
  /** Milliseconds, for the speed of downloads. */
  now?: () => number;
  log?: (line: string) => void;
}

/** Size of a converted model for each byte of its fp32 checkpoint, rounded up. */
const RESULT_SHARE: Record<Precision, number> = { fp32: 1.05, fp16: 0.55, int8: 0.32, int4: 0.22 };
/** Left free for everything else on the disk. */
const SPARE_BYTES = 200e6;
/** How often people are told of a download's progress. */
const TELL_MS = 200;

/**
 * From a name to a model folder in the store: download, then verification, conversion and self-check
 * in the installer process. Whatever interrupts it, the store holds the old state or the new one, and
 * the next try goes on with what has been fetched.
 */
export class ModelInstaller {
  constructor(private readonly parts: InstallerParts) {}

  /**
   * Installs a model, or installs it anew over an older one of the same source and precision.
   * @throws ModelError, HubError, InstallerEnded; the signal's reason
   */
  async install(source: ModelSource, options: InstallOptions): Promise<InstalledModel> {
    const { store, catalogue } = this.parts;
    const planned = planInstall(source, options.precision, catalogue);
    await store.prepare();
    let waited = false;
    const onWait = (): void => {
      waited = true;
      options.onProgress?.({ phase: 'waiting' });
    };
    const { signal } = options;
    const lock = new DownloadFolder(store.root, planned.key);
    const before = await this.installationTimes(planned);
    const installed = await withLock(lock.dir, { wait: true, onWait, ...(signal && { signal }) }, async (held) => {
      await store.cleanLeftovers();
      // Whoever was waited for may have installed it, or may have died and left an older one as it was.
      const isNew = waited && (await this.installationTimes(planned)) !== before;
      const plan = await this.withFreeFolder(planned);
      const there = isNew ? await store.find(plan.folderName) : undefined;
      if (there !== undefined && !there.shared) return there;
      return source.kind === 'local'
        ? this.installLocal(resolve(source.path), plan, { ...options, signal: held.signal })
        : this.installFromHub(source, plan, held, { ...options, signal: held.signal });
    });
    // Only a lock that is not waited for can be "busy".
    return installed as InstalledModel;
  }

  /**
   * The plan with a folder that holds this source's model or none: folders and repositories may be called alike
   * (`run-1/checkpoint-500`, `run-2/checkpoint-500`), and what one of them became is not replaced by another.
   */
  private async withFreeFolder(plan: InstallPlan): Promise<InstallPlan> {
    const there = (await this.parts.store.list()).models.find(
      ({ name, shared }) => name === plan.folderName && !shared,
    );
    if (there === undefined || isSameSource(plan, there.description)) return plan;
    return { ...plan, folderName: plan.ownFolderName };
  }

  /** When the models that a plan may replace were installed. */
  private async installationTimes({ folderName, ownFolderName }: InstallPlan): Promise<string> {
    const times = [folderName, ownFolderName].map((name) => installationTime(this.parts.store.dirOf(name)));
    return (await Promise.all(times)).join();
  }

  /** Computes a model's hashes and checks its numbers. @throws ModelError if it can't be read; the signal's reason */
  verify(model: Pick<InstalledModel, 'dir' | 'description'>, hooks: WorkerHooks = {}): Promise<CheckReport> {
    const id = model.description.origin?.knownModel;
    const published = id === undefined ? undefined : this.parts.catalogue.find(id)?.published;
    return this.parts.worker.check({ modelDir: model.dir, ...(published && { published }) }, hooks);
  }

  /**
   * The commit a model would be updated to: the catalogue's for a known model, else what the Hub's
   * main branch has now (this asks the Hub). Undefined for a model that didn't come from the Hub.
   * @throws HubError, ModelError if downloads are forbidden or the Hub does not tell the commit
   */
  async latestRevision(
    { description }: Pick<InstalledModel, 'description'>,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const { origin } = description;
    if (origin?.repo === undefined) return undefined;
    if (origin.knownModel !== undefined) return this.parts.catalogue.find(origin.knownModel)?.revision;
    const { revision } = await this.hubFor(origin.repo).list(origin.repo, 'main', signal);
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    throw new ModelError(
      origin.repo,
      phrase`comes from a server that does not say which revision it has now.`,
      phrase`Reinstall the model to get the current files.`,
    );
  }

  private async installLocal(path: string, plan: InstallPlan, options: InstallOptions): Promise<InstalledModel> {
    return this.work(path, [], plan, undefined, options);
  }

  private async installFromHub(
    source: ModelSource,
    plan: InstallPlan,
    held: HeldLock,
    options: InstallOptions,
  ): Promise<InstalledModel> {
    const { store } = this.parts;
    const { signal, precision, keepOriginal } = options;
    const download = new DownloadFolder(store.root, plan.key, held);
    let state = await download.read();
    try {
      if (state?.installed && this.parts.hub !== null) {
        // Kept files of an earlier installation serve if they still are what the revision names.
        const listing = await this.list(plan, signal);
        if (listing.revision !== state.listing.revision) await download.remove();
        state = { ...state, listing };
      }
      if (state === undefined) {
        options.onProgress?.({ phase: 'resolve' });
        const listing = await this.list(plan, signal);
        state = { key: plan.key, source, precision, paused: false, installed: false, listing };
      }
      state = { ...state, source, precision, paused: false, installed: false };
      await download.write(state);
      await this.fetchAll(download, state, options);
      const model = await this.work(download.dir, state.listing.files, plan, state.listing.revision, options);
      if (keepOriginal) await download.write({ ...state, installed: true });
      else await download.remove();
      const unverified = state.listing.files.filter(({ hash }) => hash === undefined).map(({ name }) => name);
      if (unverified.length > 0) options.onUnverified?.(unverified);
      return model;
    } catch (error) {
      if (error instanceof ModelError && error.code === 'wrongHash') {
        await download.removeFile(String(error.details!['file'])).catch(() => undefined);
      }
      // Its user has stopped it, or is told why it failed: no need to offer it again by itself.
      const known = !(signal?.aborted === true && signal.reason instanceof Interrupted);
      if (known && state) await download.write({ ...state, paused: true }).catch(() => undefined);
      // After an abort, whatever failed in its wake says less than its reason.
      throw held.signal.aborted ? held.signal.reason : error;
    }
  }

  /**
   * What is to be downloaded: the files that a BioGPT needs; of a known model those that are known,
   * and where the catalogue has a file's hash, that counts and not the Hub's word.
   */
  private async list({ known, repo, revision }: InstallPlan, signal?: AbortSignal): Promise<HubListing> {
    const listing = await this.hubFor(repo!).list(repo!, revision!, signal);
    if (known === undefined) return { ...listing, files: chooseFiles(listing) };
    const offered = new Map(listing.files.map((file) => [file.name, file]));
    const files = known.files.map(({ path, sha256 }): ExpectedFile => {
      const file = offered.get(path);
      if (file === undefined) {
        throw new ModelError(
          repo!,
          phrase`has no ${path} at revision ${listing.revision}.`,
          phrase`Update the extension, or set biogpt.hub.endpoint to another address.`,
        );
      }
      const { algorithm, hex } = file.hash ?? {};
      if (sha256 !== undefined && algorithm === 'sha256' && hex !== sha256) {
        throw new ModelError(
          repo!,
          phrase`offers a ${path} that is not the published one (SHA-256 ${hex!} instead of ${sha256}).`,
          phrase`Do not use this mirror. Set biogpt.hub.endpoint to another address.`,
        );
      }
      return sha256 === undefined ? file : { ...file, hash: { algorithm: 'sha256', hex: sha256 } };
    });
    return { ...listing, files };
  }

  private async fetchAll(download: DownloadFolder, { listing }: DownloadState, options: InstallOptions): Promise<void> {
    const { signal, onProgress, precision } = options;
    const { repo } = listing;
    const bytes = new Map(
      await Promise.all(listing.files.map(async ({ name }) => [name, await download.bytesOf(name)] as const)),
    );
    const done = (): number => [...bytes.values()].reduce((sum, value) => sum + value, 0);
    const totalBytes = listing.files.reduce((sum, file) => sum + file.bytes, 0);
    if (done() < totalBytes) this.hubFor(repo);
    await this.checkSpace(download.dir, totalBytes - done() + totalBytes * RESULT_SHARE[precision]);

    const now = this.parts.now ?? (() => performance.now());
    const meter = new TransferMeter(now);
    let told = -Infinity;
    const tell = (): void => {
      const doneBytes = done();
      meter.add(doneBytes);
      if (now() - told < TELL_MS && doneBytes < totalBytes) return;
      told = now();
      onProgress?.({ phase: 'download', doneBytes, totalBytes, ...meter.read(doneBytes, totalBytes) });
    };
    tell();
    // Small files first: a repository that is no BioGPT should not cost a gigabyte.
    for (const file of [...listing.files].sort((a, b) => a.bytes - b.bytes)) {
      const path = download.file(file.name);
      const onBytes = (count: number): void => {
        bytes.set(file.name, count);
        tell();
      };
      if (!(await isWhole(download, file))) {
        await this.hubFor(repo).fetchFile(listing, file, path, onBytes, signal);
        bytes.set(file.name, file.bytes);
      }
      if (file.name === CONFIG_FILE) readConfig(path, await readFile(path, 'utf8'));
    }
    tell();
  }

  private async checkSpace(dir: string, neededBytes: number): Promise<void> {
    const freeBytes = this.parts.freeBytes ?? freeBytesOf;
    const free = await freeBytes(dir);
    const needed = neededBytes + SPARE_BYTES;
    if (free >= needed) return;
    const gigabytes = (count: number): string => `${(count / 1e9).toFixed(1)} GB`;
    throw new ModelError(
      dir,
      phrase`the model needs ${gigabytes(needed)} of free disk space, but only ${gigabytes(free)} is free.`,
      phrase`Free some space, or choose a smaller precision, and try again.`,
    );
  }

  /** Lets the installer process do the rest. */
  private async work(
    source: string,
    expectedFiles: ExpectedFile[],
    plan: InstallPlan,
    commit: string | undefined,
    options: InstallOptions,
  ): Promise<InstalledModel> {
    const { store, worker, catalogue, hold, log } = this.parts;
    const { precision, signal, onProgress } = options;
    const { folderName, name, sourceName, licence, known } = plan;
    const origin = originOf(plan, commit);
    const job: InstallJob = {
      source,
      expectedFiles,
      outDir: store.dirOf(folderName),
      precision,
      name,
      sourceName,
      licence,
      origin,
      ...(known?.published && { published: known.published }),
      ...(plan.repo === undefined && { candidates: candidatesOf(catalogue) }),
    };
    const { warnings } = await worker.install(job, {
      ...(signal && { signal }),
      ...(hold && { hold }),
      ...(onProgress && {
        onProgress: ({ stage, fraction }) => onProgress({ phase: stage, fraction } satisfies InstallProgress),
      }),
    });
    for (const warning of warnings) log?.(english(warning));
    const model = (await store.list()).models.find(({ dir }) => dir === job.outDir);
    if (model === undefined)
      throw new ModelError(
        job.outDir,
        phrase`disappeared right after it was installed. A virus scanner may have removed it.`,
        phrase`Install it again.`,
      );
    return model;
  }

  /** @throws ModelError where downloads are forbidden */
  private hubFor(repo: string): Hub {
    const { hub } = this.parts;
    if (hub !== null) return hub;
    throw new ModelError(
      repo,
      phrase`is not on this computer, and downloads are turned off (setting biogpt.hub.allowDownloads).`,
      phrase`Install it from a file or folder, or ask your administrator.`,
    );
  }
}

function candidatesOf({ models }: Catalogue): Candidate[] {
  return models.flatMap(({ id, name, licence, repo, revision, published, files }) =>
    files.flatMap(({ path, sha256 }) =>
      sha256 !== undefined && /\.(bin|safetensors)$/.test(path)
        ? [{ sha256, name, licence, origin: { knownModel: id, repo, revision }, ...(published && { published }) }]
        : [],
    ),
  );
}

/** When the model in a folder was installed, in milliseconds; undefined where there is none. */
async function installationTime(dir: string): Promise<number | undefined> {
  return stat(join(dir, MODEL_DESCRIPTION_FILE)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

async function isWhole(download: DownloadFolder, { name, bytes }: ExpectedFile): Promise<boolean> {
  return (await download.isComplete(name)) && (await download.bytesOf(name)) === bytes;
}

async function freeBytesOf(dir: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch (error) {
    throw asModelError(dir, error);
  }
}
