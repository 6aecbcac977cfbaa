import { fork, type ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ProgressType,
  ResponseError,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

export interface RpcProcessOptions {
  /** A bundle that Node runs. */
  modulePath: string;
  /** What messages call the process, such as "decoder". */
  name: string;
  /** Method that asks the process to end. */
  shutdownMethod: string;
  /** Lines the process writes on stdout and stderr. */
  onOutput(line: string): void;
}

export interface RequestHooks<P> {
  /** Aborting it cancels the request in the process. */
  signal?: AbortSignal;
  onProgress?: (progress: P) => void;
}

/** A request that its caller took back. */
export class Cancelled extends Error {
  override name = 'Cancelled';

  constructor() {
    super('The request was cancelled.');
  }
}

/** How long an ending process may take before it is killed. */
const GRACE_MS = 1_500;

/** A signal's name says little to most people; these are the ones our processes die of. */
const signalsInWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'it was killed, by someone or by the system running out of memory (SIGKILL)',
  SIGTERM: 'it was asked to end (SIGTERM)',
  SIGTRAP: 'an allocation was refused by Electron (SIGTRAP)',
  SIGSEGV: 'native code touched memory it does not own (SIGSEGV)',
  SIGBUS: 'native code touched memory that is not there (SIGBUS)',
  SIGABRT: 'native code gave up (SIGABRT)',
  SIGILL: 'the processor does not know an instruction (SIGILL)',
};

export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return signalsInWords[signal] ?? `it was ended by ${signal}`;
  return code === 0 ? 'it ended by itself' : `it ended with exit code ${code}`;
}

/** A child process of ours, spoken to by JSON-RPC over its IPC channel. */
export class RpcProcess {
  /** Settles once: in words, how the process ended. Never rejects. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly connection: MessageConnection;
  private readonly waiting = new Set<(reason: string) => void>();
  private nextToken = 0;
  private exited = false;
  private stopping = false;

  constructor(private readonly options: RpcProcessOptions) {
    const child = fork(options.modulePath, [], {
      // The host's own flags (a debugger's port, say) are not the child's.
      execArgv: [],
      // On a desktop the host's executable is Electron, which runs as Node only when told to.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        if (this.exited) return;
        this.exited = true;
        for (const onDeath of this.waiting) onDeath(reason);
        this.connection.dispose();
        resolve(reason);
      };
      child.once('exit', (code, signal) => end(describeExit(code, signal)));
      // Stays listened to: an error nobody hears would end the extension host.
      child.on('error', (error) => {
        if (child.pid === undefined) end(`it could not be started (${error.message})`);
        else options.onOutput(`process: ${error.message}`);
      });
    });
    forwardLines(child.stdout, options.onOutput);
    forwardLines(child.stderr, options.onOutput);
    this.connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    // A broken channel shows as the process' end; without a listener it would be an unhandled error.
    this.connection.onError(([error]) => options.onOutput(`channel: ${error.message}`));
    this.connection.listen();
  }

  /**
   * Sends a request. The end of the process settles it too: a dead process leaves nobody waiting.
   * @throws ResponseError as the process answered; Cancelled; Error when the process is gone
   */
  async request<R>(method: string, params: object): Promise<R> {
    return this.send(method, params);
  }

  /** A request that streams progress and can be cancelled. @throws as `request` */
  async stream<R, P>(method: string, params: object, hooks: RequestHooks<P>): Promise<R> {
    const { signal, onProgress } = hooks;
    if (signal?.aborted) throw new Cancelled();
    const cancellation = new CancellationTokenSource();
    const onAbort = (): void => cancellation.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    const progressToken = this.nextToken++;
    const listening = onProgress && this.connection.onProgress(new ProgressType<P>(), progressToken, onProgress);
    try {
      return await this.send<R>(method, { ...params, progressToken }, cancellation);
    } finally {
      listening?.dispose();
      signal?.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  }

  /** Asks the process to end, and makes it when it does not. */
  stop(): void {
    if (this.stopping || this.exited) return;
    this.stopping = true;
    const kill = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    void this.ended.then(() => clearTimeout(kill));
    this.connection.sendRequest(this.options.shutdownMethod).then(
      () => {
        if (this.child.connected) this.child.disconnect();
      },
      () => this.child.kill(),
    );
  }

  private async send<R>(method: string, params: object, cancellation?: CancellationTokenSource): Promise<R> {
    const { name } = this.options;
    if (this.exited) throw new Error(`The ${name} process is gone: ${await this.ended}.`);
    let onDeath: (reason: string) => void;
    const death = new Promise<never>((_, reject) => {
      onDeath = (reason) => reject(new Error(`The ${name} process ended: ${reason}.`));
      this.waiting.add(onDeath);
    });
    try {
      // An absent token must not be passed: it would count as a second parameter.
      const rest = cancellation ? [cancellation.token] : [];
      return await Promise.race([this.connection.sendRequest<R>(method, params, ...rest), death]);
    } catch (error) {
      const answered = error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected;
      if (answered) throw cancellation?.token.isCancellationRequested ? new Cancelled() : error;
      // A closing channel fails the request a moment before the exit is known; the exit says more.
      if (this.exited || !this.child.connected) return await death;
      throw error;
    } finally {
      this.waiting.delete(onDeath!);
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
