import type {
  CheckJob,
  CheckReport,
  ExpectedFile,
  InstallJob,
  InstallResult,
  InstallStageProgress,
} from '../../protocol/installer';
import type { ModelDescription, Precision } from '../../modelFolder/format';

/** What is to be installed. */
export type ModelSource =
  | { kind: 'known'; id: string }
  /** Any repository of model type `biogpt`. `revision`: branch, tag or commit; default `main`. */
  | { kind: 'hub'; repo: string; revision?: string }
  /** A Hugging Face folder, a folder with a fairseq checkpoint, or a `.tgz` of either. */
  | { kind: 'local'; path: string };

export type InstallProgress =
  /** Another window or program is installing the same model. */
  | { phase: 'waiting' }
  /** Asking the Hub what there is. */
  | { phase: 'resolve' }
  | {
      phase: 'download';
      /** Over all files, what earlier tries have fetched included. */
      doneBytes: number;
      totalBytes: number;
      /** Over the last seconds; null at first. */
      bytesPerSecond: number | null;
      secondsLeft: number | null;
    }
  | { phase: 'verify' | 'convert' | 'check'; fraction: number };

export interface InstallOptions {
  precision: Precision;
  /** Keeps the downloaded files after conversion. */
  keepOriginal: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: InstallProgress) => void;
  /** Told, once the model is installed, of files for which the Hub had no hash: only their size could be checked. */
  onUnverified?: (files: readonly string[]) => void;
}

/** A model folder in the store. */
export interface InstalledModel {
  /** Name of its folder, such as `biogpt-int8`. */
  name: string;
  dir: string;
  description: ModelDescription;
  bytes: number;
  /** In the folder shared by several users: it can be used, not changed. */
  shared: boolean;
}

/** A repository's files at one commit, as the Hub lists them. */
export interface HubListing {
  repo: string;
  /** Commit, 40 hex digits; where the Hub does not tell it, the name that was asked for. */
  revision: string;
  files: ExpectedFile[];
}

/** The Hub, or a mirror of it. */
export interface Hub {
  /** Base address, such as `https://huggingface.co`. */
  readonly endpoint: string;
  /** @throws HubError; the signal's reason if it aborts */
  list(repo: string, revision: string, signal?: AbortSignal): Promise<HubListing>;
  /**
   * Fetches one file into `path`, going on where an earlier try has stopped (`path` + `.part`). Small
   * files are verified, large ones are left to the installer process. Tries again by itself as long as
   * that may help.
   * @param onBytes told of the file's bytes on disk, at first and as they come
   * @throws HubError; ModelError if the disk is full; the signal's reason if it aborts. What was
   *   fetched stays for the next try.
   */
  fetchFile(
    listing: HubListing,
    file: ExpectedFile,
    path: string,
    onBytes: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

/**
 * Lets go of a model folder that is about to be replaced or removed, and keeps it closed until the returned function is
 * called.
 */
export type Hold = (modelDir: string) => Promise<() => void>;

export interface WorkerHooks {
  signal?: AbortSignal;
  /** Default: nothing of ours has a model open. */
  hold?: Hold;
  onProgress?: (progress: InstallStageProgress) => void;
}

/** The installer process. */
export interface InstallWorker {
  /** @throws ModelError; InstallerEnded when the process dies; the signal's reason if it aborts */
  install(job: InstallJob, hooks?: WorkerHooks): Promise<InstallResult>;
  check(job: CheckJob, hooks?: WorkerHooks): Promise<CheckReport>;
}
