import { fork, type ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  IPCMessageWriter,
  type MessageConnection,
  type ProgressToken,
  type ProgressType,
  type RequestType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { answer, progressSender, REQUEST_CANCELLED, Shutdown } from './answering';
import { type ProcessEnd, ProcessEnded } from './processEnd';
import { BACKGROUND } from './priority';
import { WellFormedReader } from './wellFormedReader';

export interface RpcProcessOptions {
  /** A bundle that Node runs. */
  modulePath: string;
  /** What messages call the process, such as "decoder". */
  name: string;
  /** Lines the process writes on stdout and stderr. */
  onOutput(line: string): void;
  /** It takes what other processes leave. */
  background?: boolean;
}

/** What a request's caller may give along. */
export interface RequestHooks<G = never> {
  /** Aborting it cancels the request in the process; the promise then rejects with its reason. */
  signal?: AbortSignal;
  onProgress?: (progress: G) => void;
}

/** How long an ending process may take before it is killed. */
const GRACE_MS = 1_500;

/** A child process of ours, spoken to by JSON-RPC over its IPC channel. */
export class RpcProcess {
  /** Settles once, with how the process ended. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly waiting = new Set<(end: ProcessEnd) => void>();
  private nextToken = 0;
  private end: ProcessEnd | null = null;
  private stopping = false;

  constructor(private readonly options: RpcProcessOptions) {
    const child = fork(options.modulePath, options.background ? [BACKGROUND] : [], {
      // The host's own flags (a debugger's port, say) are not the child's.
      execArgv: [],
      // On a desktop the host's executable is Electron, which runs as Node only when told to.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => {
      const finish = (end: ProcessEnd): void => {
        if (this.end) return;
        this.end = end;
        for (const onDeath of this.waiting) onDeath(end);
        this.connection.dispose();
        resolve(end);
      };
      child.once('exit', (code, signal) =>
        finish(signal ? { kind: 'killed', signal } : { kind: 'exited', code: code ?? 0 }),
      );
      // Stays listened to: an error nobody hears would end the extension host.
      child.on('error', (error) => {
        if (child.pid === undefined) finish({ kind: 'notStarted', problem: error.message });
        else options.onOutput(`process: ${error.message}`);
      });
    });
    forwardLines(child.stdout, options.onOutput);
    forwardLines(child.stderr, options.onOutput);
    const reader = new WellFormedReader(child, () => options.onOutput('channel: a malformed message was ignored'));
    this.connection = createMessageConnection(reader, new IPCMessageWriter(child));
    // A broken channel shows as the process' end; without a listener it would be an unhandled error.
    this.connection.onError(([error]) => options.onOutput(`channel: ${error.message}`));
    this.connection.listen();
  }

  /** Answers a request of the process'. */
  onRequest<P, R, E>(type: RequestType<P, R, E>, handler: (params: P) => Promise<R>): void {
    this.connection.onRequest(type.method, handler);
  }

  /** Answers a request of the process' that streams progress. It is called off when the process ends. */
  onStreamRequest<P extends { progressToken?: ProgressToken }, R, E, G>(
    type: RequestType<P, R, E>,
    progress: ProgressType<G>,
    handler: (params: P, hooks: { signal: AbortSignal; onProgress: (progress: G) => void }) => Promise<R>,
  ): void {
    const job = async (params: P, signal: AbortSignal): Promise<R> => {
      const gone = new AbortController();
      const onDeath = (): void => gone.abort();
      this.waiting.add(onDeath);
      const onProgress = progressSender(this.connection, progress, params) ?? ((): void => undefined);
      try {
        return await handler(params, { signal: AbortSignal.any([signal, gone.signal]), onProgress });
      } finally {
        this.waiting.delete(onDeath);
      }
    };
    answer(this.connection, type, job, { dataOf: () => undefined, log: this.options.onOutput });
  }

  /**
   * Sends a request. The end of the process settles it too: a dead process leaves nobody waiting.
   * @throws the signal's reason; ResponseError as the process answered; AbortError when the process called the request off;
   *   ProcessEnded
   */
  request<P, R, E>(type: RequestType<P, R, E>, params: P, { signal }: RequestHooks = {}): Promise<R> {
    return this.send(type, params, signal);
  }

  /** A request that streams progress. @throws as `request` */
  async stream<P, R, E, G>(
    type: RequestType<P & { progressToken?: ProgressToken }, R, E>,
    progress: ProgressType<G>,
    params: P,
    { signal, onProgress }: RequestHooks<G> = {},
  ): Promise<R> {
    if (!onProgress) return this.send(type, params, signal);
    const progressToken = this.nextToken++;
    const listening = this.connection.onProgress(progress, progressToken, onProgress);
    try {
      return await this.send(type, { ...params, progressToken }, signal);
    } finally {
      listening.dispose();
    }
  }

  /** Asks the process to end, and makes it when it does not. */
  stop(): void {
    if (this.stopping || this.end) return;
    this.stopping = true;
    const kill = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    const gone = (): void => clearTimeout(kill);
    this.ended.then(gone, gone);
    this.connection.sendRequest(Shutdown, {}).then(
      () => {
        if (this.child.connected) this.child.disconnect();
      },
      () => this.child.kill(),
    );
  }

  private async send<P, R, E>(type: RequestType<P, R, E>, params: P, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted();
    const { name } = this.options;
    if (this.end) throw new ProcessEnded(name, this.end);
    let onDeath: (end: ProcessEnd) => void;
    const death = new Promise<never>((_, reject) => {
      onDeath = (end) => reject(new ProcessEnded(name, end));
      this.waiting.add(onDeath);
    });
    const cancellation = new CancellationTokenSource();
    const onAbort = (): void => cancellation.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.connection.sendRequest<R>(type.method, params, cancellation.token), death]);
    } catch (error) {
      if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected) {
        signal?.throwIfAborted();
        if (error.code === REQUEST_CANCELLED) throw new DOMException(error.message, 'AbortError');
        throw error;
      }
      // A closing channel fails the request a moment before the exit is known; the exit says more.
      if (this.end || !this.child.connected) return await death;
      throw error;
    } finally {
      this.waiting.delete(onDeath!);
      signal?.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  }
}

function forwardLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (!stream) return;
  stream.setEncoding('utf8');
  let rest = '';
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) onLine(line);
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}
