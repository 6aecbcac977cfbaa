import { type CancellationToken, type MessageConnection, ProgressType, ResponseError } from 'vscode-jsonrpc/node';
import { ModelError } from '../modelFolder/modelError';
import type { WithProgress } from '../protocol/decoder';
import {
  InstallerErrorCodes,
  InstallerMethods,
  type CheckJob,
  type InstallJob,
  type InstallStage,
  type InstallStageProgress,
} from '../protocol/installer';
import { runCheck } from './checkJob';
import { ModelFailedCheck, runInstall } from './installJob';
import { WrongHashError } from './verifyFiles';

/** `ErrorCodes.RequestCancelled` of the Language Server Protocol. */
const REQUEST_CANCELLED = -32800;
/** Progress is sent at most this often, milliseconds. */
const PROGRESS_MS = 100;

export interface InstallerServerHost {
  log(line: string): void;
  /** Ends the process. */
  exit(): void;
}

export interface JobHooks {
  signal: AbortSignal;
  onProgress(stage: InstallStage, fraction: number): void;
}

/** Answers the requests of `src/protocol/installer.ts`. */
export class InstallerServer {
  private readonly running = new Map<AbortController, Promise<unknown>>();

  constructor(
    private readonly connection: MessageConnection,
    private readonly host: InstallerServerHost,
  ) {}

  register(): void {
    const { connection, host } = this;
    connection.onRequest(InstallerMethods.install, (job: WithProgress<InstallJob>, token: CancellationToken) =>
      this.answer(job, token, (hooks) => runInstall(job, hooks, host.log)),
    );
    connection.onRequest(InstallerMethods.check, (job: WithProgress<CheckJob>, token: CancellationToken) =>
      this.answer(job, token, (hooks) => runCheck(job, hooks, host.log)),
    );
    connection.onRequest(InstallerMethods.shutdown, () => {
      setImmediate(() => host.exit());
      return null;
    });
  }

  /** Takes back what runs and waits until nothing half-made is left. */
  async close(): Promise<void> {
    for (const controller of this.running.keys()) controller.abort();
    await Promise.allSettled(this.running.values());
  }

  private async answer<R>(
    { progressToken }: WithProgress<object>,
    token: CancellationToken,
    run: (hooks: JobHooks) => Promise<R>,
  ): Promise<R> {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    const job = run({ signal: controller.signal, onProgress: this.progressSender(progressToken) });
    this.running.set(controller, job);
    try {
      return await job;
    } catch (error) {
      if (controller.signal.aborted) throw new ResponseError(REQUEST_CANCELLED, 'The installation was stopped.');
      throw this.asResponseError(error);
    } finally {
      this.running.delete(controller);
      subscription.dispose();
    }
  }

  private progressSender(token: string | number | undefined): JobHooks['onProgress'] {
    if (token === undefined) return () => undefined;
    const type = new ProgressType<InstallStageProgress>();
    let last: { stage?: InstallStage; at: number } = { at: 0 };
    return (stage, fraction) => {
      const at = performance.now();
      if (stage === last.stage && fraction < 1 && at - last.at < PROGRESS_MS) return;
      last = { stage, at };
      void this.connection.sendProgress(type, token, { stage, fraction }).catch(() => undefined);
    };
  }

  private asResponseError(error: unknown): ResponseError<unknown> {
    const { message } = error as Error;
    if (error instanceof WrongHashError) {
      return new ResponseError(InstallerErrorCodes.wrongHash, message, { name: error.file });
    }
    if (error instanceof ModelFailedCheck) return new ResponseError(InstallerErrorCodes.failedCheck, message);
    if (error instanceof ModelError) return new ResponseError(InstallerErrorCodes.model, message);
    this.host.log(`Unexpected error: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ') ?? message}`);
    return new ResponseError(-32603, message);
  }
}
