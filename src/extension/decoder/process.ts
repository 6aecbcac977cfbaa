import { fork, type ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes as RpcErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ProgressType,
  ResponseError,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  Methods,
  type CompleteParams,
  type CompleteResult,
  type DecoderStatus,
  type DescribeParams,
  type DescribeResult,
  type GenerationProgress,
  type LoadModelParams,
  type ModelInfo,
} from '../../protocol';
import { Cancelled, type DecoderProcess, type GenerationHooks } from './decoder';

export interface ForkOptions {
  /** The decoder's bundle, `dist/decoder.cjs`. */
  modulePath: string;
  model: LoadModelParams;
  /** Lines the decoder writes on stdout and stderr. */
  onOutput(line: string): void;
}

/** How long an ending process may take before it is killed. */
const GRACE_MS = 1_500;

const progressOf = new ProgressType<GenerationProgress>();

/** A signal's name says little to most people; these are the ones a decoder dies of. */
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

/** Starts a decoder in a process of its own and speaks JSON-RPC with it over the IPC channel. */
export function forkDecoder(options: ForkOptions): DecoderProcess {
  const child = fork(options.modulePath, [], {
    // The host's own flags (a debugger's port, say) are not the child's.
    execArgv: [],
    // On a desktop the host's executable is Electron, which runs as Node only when told to.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return new ForkedDecoder(child, options);
}

class ForkedDecoder implements DecoderProcess {
  readonly ended: Promise<string>;
  private readonly connection: MessageConnection;
  private readonly waiting = new Set<(reason: string) => void>();
  private nextToken = 0;
  private exited = false;
  private stopping = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly options: ForkOptions,
  ) {
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

  load(): Promise<ModelInfo> {
    return this.request(Methods.loadModel, this.options.model);
  }

  status(): Promise<DecoderStatus> {
    return this.request(Methods.status, {});
  }

  complete(params: CompleteParams, hooks: GenerationHooks = {}): Promise<CompleteResult> {
    return this.generate(Methods.complete, params, hooks);
  }

  describe(params: DescribeParams, hooks: GenerationHooks = {}): Promise<DescribeResult> {
    return this.generate(Methods.describe, params, hooks);
  }

  stop(): void {
    if (this.stopping || this.exited) return;
    this.stopping = true;
    const kill = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    void this.ended.then(() => clearTimeout(kill));
    this.connection.sendRequest(Methods.shutdown).then(
      () => {
        if (this.child.connected) this.child.disconnect();
      },
      () => this.child.kill(),
    );
  }

  private async generate<P extends object, R>(method: string, params: P, hooks: GenerationHooks): Promise<R> {
    const { signal, onProgress } = hooks;
    if (signal?.aborted) throw new Cancelled();
    const cancellation = new CancellationTokenSource();
    const onAbort = (): void => cancellation.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    const progressToken = this.nextToken++;
    const listening = onProgress && this.connection.onProgress(progressOf, progressToken, onProgress);
    try {
      return await this.request<R>(method, { ...params, progressToken }, cancellation);
    } finally {
      listening?.dispose();
      signal?.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  }

  /** Sends a request that the end of the process settles too: a dead decoder leaves nobody waiting. */
  private async request<R>(method: string, params: object, cancellation?: CancellationTokenSource): Promise<R> {
    if (this.exited) throw new Error(`The decoder process is gone: ${await this.ended}.`);
    let onDeath: (reason: string) => void;
    const death = new Promise<never>((_, reject) => {
      onDeath = (reason) => reject(new Error(`The decoder process ended: ${reason}.`));
      this.waiting.add(onDeath);
    });
    try {
      // An absent token must not be passed: it would count as a second parameter.
      const rest = cancellation ? [cancellation.token] : [];
      return await Promise.race([this.connection.sendRequest<R>(method, params, ...rest), death]);
    } catch (error) {
      const answered = error instanceof ResponseError && error.code !== RpcErrorCodes.PendingResponseRejected;
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
