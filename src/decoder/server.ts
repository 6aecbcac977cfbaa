import { type CancellationToken, type MessageConnection, ProgressType, ResponseError } from 'vscode-jsonrpc/node';
import {
  type CompleteParams,
  type CompleteResult,
  type DecoderStatus,
  type DescribeParams,
  ErrorCodes,
  type GenerationProgress,
  type GenerationTimings,
  type LoadModelParams,
  Methods,
  type ModelInfo,
  type PrepareParams,
  type PrepareResult,
  type WithProgress,
} from '../protocol/decoder';
import { ModelError } from '../modelFolder/modelError';
import type { Engine, EngineOptions, RequestHooks } from './engine';
import { BadRequest } from './generation/settings';
import { Scheduler } from './scheduler';
import { SpeedMeter } from './speed';

/** `ErrorCodes.RequestCancelled` of the Language Server Protocol, which JSON-RPC clients know. */
export const REQUEST_CANCELLED = -32800;

/** What the server needs of its surroundings. */
export interface ServerHost {
  openEngine: (modelDir: string, options: EngineOptions) => Promise<Engine>;
  /** One line, never text of the user. */
  log: (line: string) => void;
  /** Ends the process; called once the answer to `shutdown` is on its way. */
  exit: () => void;
}

/**
 * Answers the editor's requests over one connection. Requests that need the model wait in one queue;
 * `prepare`, and `complete` in spare time, fill the time in which it is empty, and `status` is answered at once.
 */
export class DecoderServer {
  private engine: Engine | null = null;
  private readonly scheduler = new Scheduler();
  private speed = new SpeedMeter();
  private requests = 0;
  /** The manuscript as it was last asked about: a description takes its place in the cache for a while. */
  private manuscript: PrepareParams | null = null;

  constructor(
    private readonly connection: MessageConnection,
    private readonly host: ServerHost,
  ) {}

  /** Registers the handlers; the connection is started by its owner. */
  register(): void {
    const { connection } = this;
    connection.onRequest(Methods.loadModel, (params: LoadModelParams, token: CancellationToken) =>
      this.answer(token, (signal) => this.loadModel(params, signal)),
    );
    connection.onRequest(Methods.unloadModel, (token: CancellationToken) =>
      this.answer(token, async () => {
        await this.unload();
        return null;
      }),
    );
    connection.onRequest(Methods.prepare, (params: PrepareParams, token: CancellationToken) =>
      this.counted(() => this.cancellable(token, (signal) => this.prepare(params, signal))),
    );
    connection.onRequest(Methods.complete, (params: WithProgress<CompleteParams>, token: CancellationToken) =>
      this.counted(() => this.complete(params, token)),
    );
    connection.onRequest(Methods.describe, async (params: WithProgress<DescribeParams>, token: CancellationToken) => {
      try {
        return await this.counted(() =>
          this.answer(token, (signal) => this.measured(this.loaded().describe(params, this.hooks(params, signal)))),
        );
      } finally {
        this.backToManuscript();
      }
    });
    connection.onRequest(Methods.status, () => this.status());
    connection.onRequest(Methods.shutdown, () => {
      setImmediate(() => this.host.exit());
      return null;
    });
  }

  /** Frees the model; safe to call at any time. */
  async unload(): Promise<void> {
    const { engine } = this;
    this.engine = null;
    await engine?.dispose();
  }

  private async loadModel({ modelDir, threads }: LoadModelParams, signal: AbortSignal): Promise<ModelInfo> {
    // The old model goes first: two at a time may not fit.
    await this.unload();
    const { log } = this.host;
    const engine = await this.host.openEngine(modelDir, { log, ...(threads !== undefined && { threads }) });
    if (signal.aborted) await engine.dispose();
    signal.throwIfAborted();
    this.engine = engine;
    this.speed = new SpeedMeter();
    const { name, precision, backend, loadMs } = engine.info;
    log(`Loaded ${name} (${precision}, ${backend}) in ${loadMs} ms.`);
    return engine.info;
  }

  private complete(params: WithProgress<CompleteParams>, token: CancellationToken): Promise<CompleteResult> {
    const job = (signal: AbortSignal): Promise<CompleteResult> => {
      this.manuscript = { textBefore: params.textBefore, maxNewTokens: params.stop.maxNewTokens };
      return this.measured(this.loaded().complete(params, this.hooks(params, signal)));
    };
    return params.inSpareTime
      ? this.cancellable(token, (signal) => this.scheduler.runInSpareTime(job, signal))
      : this.answer(token, job);
  }

  private prepare(params: PrepareParams, signal?: AbortSignal): Promise<PrepareResult> {
    return this.scheduler.runInSpareTime(async (either) => {
      this.manuscript = params;
      const result = await this.loaded().prepare(params, either);
      this.speed.add({ ...result, decodedTokens: 0, decodeMs: 0 });
      return result;
    }, signal);
  }

  /** Reads the manuscript again behind a description, while its reader reads. */
  private backToManuscript(): void {
    if (!this.manuscript || !this.engine || this.scheduler.load > 0) return;
    // Something else to do, or a model that leaves, is no failure; whoever asks next will be told of one.
    this.prepare(this.manuscript).catch(() => undefined);
  }

  private loaded(): Engine {
    if (!this.engine) {
      throw new ResponseError(ErrorCodes.noModel, `No model is loaded. Send ${Methods.loadModel} first.`);
    }
    return this.engine;
  }

  private hooks({ progressToken }: { progressToken?: string | number }, signal: AbortSignal): RequestHooks {
    if (progressToken === undefined) return { signal };
    const type = new ProgressType<GenerationProgress>();
    return {
      signal,
      // Not waited for: a slow reader must not slow the decoding down.
      onProgress: (progress) => void this.connection.sendProgress(type, progressToken, progress).catch(() => undefined),
    };
  }

  private async measured<R extends { timings: GenerationTimings }>(result: Promise<R>): Promise<R> {
    const { timings } = await result;
    this.speed.add(timings);
    return result;
  }

  private status(): DecoderStatus {
    return {
      pid: process.pid,
      model: this.engine?.info ?? null,
      rssBytes: process.memoryUsage.rss(),
      cachedTokens: this.engine?.cachedTokens ?? 0,
      requests: this.requests,
      prefillTokensPerSecond: this.speed.prefill,
      decodeTokensPerSecond: this.speed.decode,
    };
  }

  private counted<T>(job: () => Promise<T>): Promise<T> {
    this.requests++;
    return job();
  }

  /** Runs a job in its turn. */
  private answer<T>(token: CancellationToken, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.cancellable(token, (signal) => this.scheduler.run(() => job(signal), signal));
  }

  /** Ends with the request's cancellation; a failure becomes the error the protocol names for it. */
  private async cancellable<T>(token: CancellationToken, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    try {
      return await job(controller.signal);
    } catch (error) {
      throw this.asResponseError(error);
    } finally {
      subscription.dispose();
    }
  }

  private asResponseError(error: unknown): ResponseError<void> {
    if (error instanceof ResponseError) return error;
    const { message } = error as Error;
    if ((error as Error).name === 'AbortError') return new ResponseError(REQUEST_CANCELLED, message);
    if (error instanceof BadRequest) return new ResponseError(ErrorCodes.badRequest, message);
    if (error instanceof ModelError) return new ResponseError(ErrorCodes.badModel, message);
    this.host.log(`Unexpected error: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ') ?? message}`);
    return new ResponseError(-32603, message);
  }
}
