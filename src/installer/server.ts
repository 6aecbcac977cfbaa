import type { MessageConnection } from 'vscode-jsonrpc/node';
import { answer, progressSender } from '../ipc/answering';
import { ModelError } from '../modelFolder/modelError';
import type { Streamed } from '../protocol/decoder';
import { Check, Install, InstallProgressed, type InstallStageProgress, Release } from '../protocol/installer';
import { runCheck } from './checkJob';
import { runInstall } from './installJob';
import type { JobHooks } from './jobHooks';

/** Progress is sent at most this often, milliseconds. */
const PROGRESS_MS = 100;

/** Answers the requests of `src/protocol/installer.ts`. */
export class InstallerServer {
  private readonly running = new Map<AbortController, Promise<unknown>>();

  constructor(
    private readonly connection: MessageConnection,
    private readonly host: { log(line: string): void },
  ) {}

  register(): void {
    const { connection, host } = this;
    const { log } = host;
    const options = { dataOf: (error: unknown) => (error instanceof ModelError ? error.toData() : undefined), log };
    answer(
      connection,
      Install,
      (job, signal) => this.run(job, signal, (hooks) => runInstall(job, hooks, log)),
      options,
    );
    answer(connection, Check, (job, signal) => this.run(job, signal, (hooks) => runCheck(job, hooks, log)), options);
  }

  /** Takes back what runs and waits until nothing half-made is left. */
  async close(): Promise<void> {
    for (const controller of this.running.keys()) controller.abort();
    await Promise.allSettled(this.running.values());
  }

  private async run<R>(
    params: Streamed<object>,
    signal: AbortSignal,
    start: (hooks: JobHooks) => Promise<R>,
  ): Promise<R> {
    const controller = new AbortController();
    const job = start({
      signal: AbortSignal.any([signal, controller.signal]),
      onProgress: sparingly(progressSender(this.connection, InstallProgressed, params)),
      beforeReplace: async (modelDir) => {
        await this.connection.sendRequest(Release, { modelDir });
      },
    });
    this.running.set(controller, job);
    try {
      return await job;
    } finally {
      this.running.delete(controller);
    }
  }
}

/** Steps come by the hundred in a second; a new stage is always told, and each one's end. */
function sparingly(send: ((progress: InstallStageProgress) => void) | undefined): JobHooks['onProgress'] {
  let last: { stage?: string; at: number } = { at: 0 };
  return (stage, fraction) => {
    const at = performance.now();
    if (stage === last.stage && fraction < 1 && at - last.at < PROGRESS_MS) return;
    last = { stage, at };
    send?.({ stage, fraction });
  };
}
