import { ResponseError } from 'vscode-jsonrpc/node';
import { RpcProcess } from '../../ipc/rpcProcess';
import {
  InstallerErrorCodes,
  InstallerMethods,
  type CheckJob,
  type CheckReport,
  type InstallJob,
  type InstallResult,
  type InstallStageProgress,
} from '../../protocol/installer';
import type { InstallWorker, WorkerHooks } from './types';

/** The installer refused: the message names the file, says what is wrong and what to do. */
export class InstallRefused extends Error {
  override readonly name = 'InstallRefused';
}

/** A file is not what its publisher named. */
export class WrongHash extends InstallRefused {
  constructor(
    message: string,
    /** `ExpectedFile.name` */
    readonly file: string,
  ) {
    super(message);
  }
}

/** The model was converted and does not give the numbers it must; it was thrown away. */
export class FailedCheck extends InstallRefused {}

/** Runs each job in an installer process of its own, which ends with the job. */
export class ProcessWorker implements InstallWorker {
  /**
   * @param modulePath the installer's bundle, `dist/installer.cjs`
   * @param onOutput receives the lines it writes on stdout and stderr
   */
  constructor(
    private readonly modulePath: string,
    private readonly onOutput: (line: string) => void,
  ) {}

  install(job: InstallJob, hooks: WorkerHooks = {}): Promise<InstallResult> {
    return this.run(InstallerMethods.install, job, hooks);
  }

  check(job: CheckJob, hooks: WorkerHooks = {}): Promise<CheckReport> {
    return this.run(InstallerMethods.check, job, hooks);
  }

  private async run<R>(method: string, job: object, hooks: WorkerHooks): Promise<R> {
    hooks.signal?.throwIfAborted();
    const { modulePath, onOutput } = this;
    const { shutdown } = InstallerMethods;
    const process = new RpcProcess({ modulePath, name: 'installer', shutdownMethod: shutdown, onOutput });
    try {
      return await process.stream<R, InstallStageProgress>(method, job, hooks);
    } catch (error) {
      hooks.signal?.throwIfAborted();
      throw asRefusal(error);
    } finally {
      process.stop();
      // What it held is free only when it is gone.
      await process.ended;
    }
  }
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof ResponseError)) {
    const { message } = error as Error;
    return new Error(
      `${message} Nothing was changed, and what was downloaded is kept. Try again; close other programs first if memory is short.`,
      { cause: error },
    );
  }
  switch (error.code) {
    case InstallerErrorCodes.model:
      return new InstallRefused(error.message);
    case InstallerErrorCodes.wrongHash:
      return new WrongHash(error.message, (error.data as { name: string }).name);
    case InstallerErrorCodes.failedCheck:
      return new FailedCheck(error.message);
    default:
      return error;
  }
}
