import { ProcessEnded } from '../../ipc/processEnd';
import { RpcProcess } from '../../ipc/rpcProcess';
import { ModelError, type ModelErrorData } from '../../modelFolder/modelError';
import { failureOf } from '../../protocol/failure';
import {
  Check,
  type CheckJob,
  type CheckReport,
  Install,
  type InstallJob,
  InstallProgressed,
  type InstallResult,
  Release,
} from '../../protocol/installer';
import type { InstallWorker, WorkerHooks } from './types';

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
    return this.run((process) => process.stream(Install, InstallProgressed, job, hooks), hooks);
  }

  check(job: CheckJob, hooks: WorkerHooks = {}): Promise<CheckReport> {
    return this.run((process) => process.stream(Check, InstallProgressed, job, hooks), hooks);
  }

  private async run<R>(request: (process: RpcProcess) => Promise<R>, { signal, hold }: WorkerHooks): Promise<R> {
    signal?.throwIfAborted();
    const process = new RpcProcess({ modulePath: this.modulePath, name: 'installer', onOutput: this.onOutput });
    const holds: (() => void)[] = [];
    process.onRequest(Release, async ({ modelDir }) => {
      if (hold) holds.push(await hold(modelDir));
      return null;
    });
    try {
      return await request(process);
    } catch (error) {
      signal?.throwIfAborted();
      throw asOwnError(error);
    } finally {
      process.stop();
      // What it held is free only when it is gone.
      await process.ended;
      for (const release of holds) release();
    }
  }
}

/** The installer's installation was cut short by the end of its process; what was downloaded is kept. */
export class InstallerEnded extends Error {
  override readonly name = 'InstallerEnded';

  constructor(override readonly cause: ProcessEnded) {
    super(
      `${cause.message} Nothing was changed, and what was downloaded is kept. ` +
        'Try again; close other programs first if memory is short.',
    );
  }
}

/** What the installer said, as the error that it threw there. */
function asOwnError(error: unknown): unknown {
  if (error instanceof ProcessEnded) return new InstallerEnded(error);
  const failure = failureOf(error);
  // The installer's failures are `ModelError`s, each of them.
  return failure ? ModelError.fromData(failure as ModelErrorData) : error;
}
