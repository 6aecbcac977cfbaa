import { type MessageConnection } from 'vscode-jsonrpc/node';
import { answer, progressSender } from '../ipc/answering';
import { ModelError } from '../modelFolder/modelError';
import { phrase } from '../modelFolder/phrase';
import {
  Complete,
  type CompleteParams,
  type CompleteResult,
  type DecoderStatus,
  Describe,
  type DescribeParams,
  type DescribeResult,
  GenerationProgressed,
  type GenerationTimings,
  KeepTexts,
  LoadModel,
  type LoadModelParams,
  Mine,
  type MineParams,
  type MineResult,
  type ModelInfo,
  Prepare,
  type PrepareParams,
  type PrepareResult,
  type ServerModel,
  Status,
  type Streamed,
} from '../protocol/decoder';
import type { Failure } from '../protocol/failure';
import type { Engine, EngineOptions, RequestHooks } from './engine';
import { BadRequest } from './generation/settings';
import type { Miner } from './mine/miner';
import { NoTask } from './mine/noTask';
import { ServerError } from './remote/serverError';
import { Scheduler } from './scheduler';
import { SpeedMeter } from './speed';
import { Manuscripts } from './text/manuscript';

/** Without ghost text for so long nobody types. */
const PAUSE_MS = 10_000;

/** What the server needs of its surroundings. */
export interface ServerHost {
  openEngine: (modelDir: string, options: EngineOptions) => Promise<Engine>;
  /** The same with a server that computes. */
  openRemoteEngine: (
    modelDir: string,
    server: ServerModel,
    options: EngineOptions & { signal: AbortSignal },
  ) => Promise<Engine>;
  /** One line, never text of the user. */
  log: (line: string) => void;
}

/**
 * Answers the editor's requests over one connection. Requests that need the model wait in one queue;
 * `prepare`, and `complete` in spare time, fill the time in which it is empty, and `status` is answered at once.
 */
export class DecoderServer {
  private engine: Engine | null = null;
  private readonly scheduler = new Scheduler();
  /** When ghost text or a description was asked for last, by `performance.now`. */
  private asked = -Infinity;
  /** Texts that are mined, or wait for that. */
  private texts = 0;
  private miner: Miner | null = null;
  private speed = new SpeedMeter();
  private requests = 0;
  private readonly manuscripts = new Manuscripts();
  /** The manuscript as it was last asked about: a description takes its place in the cache for a while. */
  private manuscript: PrepareParams | null = null;

  constructor(
    private readonly connection: MessageConnection,
    private readonly host: ServerHost,
  ) {}

  /** Registers the handlers; the connection is started by its owner. */
  register(): void {
    const { connection } = this;
    const options = { dataOf, log: this.host.log };
    answer(
      connection,
      LoadModel,
      (params, signal) => this.inTurn(signal, () => this.loadModel(params, signal)),
      options,
    );
    answer(connection, Prepare, (params, signal) => this.counted(() => this.prepare(params, signal)), options);
    answer(connection, Complete, (params, signal) => this.counted(() => this.complete(params, signal)), options);
    answer(connection, Describe, (params, signal) => this.counted(() => this.describe(params, signal)), options);
    answer(connection, Mine, (params, signal) => this.counted(() => this.mine(params, signal)), options);
    answer(
      connection,
      KeepTexts,
      async ({ texts, keep }) => {
        this.manuscripts.put(texts, keep);
        return null;
      },
      options,
    );
    answer(connection, Status, async () => this.status(), options);
  }

  /** Frees the model; safe to call at any time. */
  async unload(): Promise<void> {
    const { engine } = this;
    this.engine = null;
    this.miner = null;
    await engine?.dispose();
  }

  private async loadModel({ modelDir, threads, server }: LoadModelParams, signal: AbortSignal): Promise<ModelInfo> {
    // The old model goes first: two at a time may not fit.
    await this.unload();
    const { log } = this.host;
    const { manuscripts } = this;
    const options = { log, manuscripts, ...(threads !== undefined && { threads }) };
    const engine = server
      ? await this.host.openRemoteEngine(modelDir, server, { ...options, signal })
      : await this.host.openEngine(modelDir, options);
    if (signal.aborted) {
      await engine.dispose();
      signal.throwIfAborted();
    }
    this.engine = engine;
    this.speed = new SpeedMeter();
    const { name, precision, backend, loadMs } = engine.info;
    log(`Loaded ${name} (${server ? `on ${server.host}` : `${precision}, ${backend}`}) in ${loadMs} ms.`);
    return engine.info;
  }

  private complete(params: Streamed<CompleteParams>, signal: AbortSignal): Promise<CompleteResult> {
    if (params.inSpareTime && this.engine?.isElsewhere) return Promise.reject(new NotAsked());
    const job = (either: AbortSignal): Promise<CompleteResult> => {
      this.manuscript = { textBefore: params.textBefore, maxNewTokens: params.stop.maxNewTokens };
      return this.measured(this.loaded().complete(params, this.hooks(params, either)));
    };
    if (params.inSpareTime) return this.scheduler.runInSpareTime(job, signal);
    this.asked = performance.now();
    return this.inTurn(signal, () => job(signal));
  }

  private async describe(params: Streamed<DescribeParams>, signal: AbortSignal): Promise<DescribeResult> {
    this.asked = performance.now();
    try {
      return await this.inTurn(signal, () => this.measured(this.loaded().describe(params, this.hooks(params, signal))));
    } finally {
      this.backToManuscript();
    }
  }

  /** Texts wait for one another in the miner; each pass of the network waits until nothing else is to be done. */
  private async mine(params: Streamed<MineParams>, signal: AbortSignal): Promise<MineResult> {
    const miner = (this.miner ??= this.loaded().miner((pass, either) => this.scheduler.pass(pass, either), {
      typing: () => performance.now() - this.asked < PAUSE_MS,
    }));
    this.texts++;
    try {
      return await miner.mine(params, this.hooks(params, signal));
    } catch (error) {
      // The model left between two passes.
      throw this.miner === miner ? error : new NoModel();
    } finally {
      this.texts--;
      if (this.miner === miner && this.texts === 0) miner.rest();
    }
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
    if (!this.manuscript || !this.engine || this.engine.isElsewhere || this.scheduler.load > 0) return;
    // Something else to do, or a model that leaves, is no failure; whoever asks next will be told of one.
    this.prepare(this.manuscript).catch(() => undefined);
  }

  private loaded(): Engine {
    if (!this.engine) throw new NoModel();
    return this.engine;
  }

  private hooks(params: Streamed<object>, signal: AbortSignal): RequestHooks {
    const onProgress = progressSender(this.connection, GenerationProgressed, params);
    return { signal, ...(onProgress && { onProgress }) };
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

  private inTurn<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    return this.scheduler.run(job, signal);
  }
}

/** A server is told nothing of a text that nobody has asked about: as if something else had come to be done. */
class NotAsked extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('Nothing is written ahead with a model on a server.');
  }
}

/** A request for the model came before any was loaded. */
class NoModel extends Error {
  override readonly name = 'NoModel';
  readonly failure: Failure = { code: 'noModel', problem: phrase`No model is loaded.` };

  constructor() {
    super(`No model is loaded: send ${LoadModel.method} first.`);
  }
}

function dataOf(error: unknown): Failure | undefined {
  if (error instanceof NoModel || error instanceof NoTask || error instanceof ServerError) return error.failure;
  if (error instanceof ModelError) return error.toData();
  if (!(error instanceof BadRequest)) return undefined;
  const { code, problem, details } = error;
  const { setting, value } = details;
  return { code, problem, details: { setting, ...(value !== undefined && { value: String(value) }) } };
}
