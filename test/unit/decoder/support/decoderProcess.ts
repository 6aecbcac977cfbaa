import { fork, type ChildProcess } from 'node:child_process';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

export interface DecoderProcess {
  child: ChildProcess;
  connection: MessageConnection;
  /** All of its standard error so far. */
  errors: () => string;
  /** Exit code or signal, once it has ended. */
  ended: Promise<number | string>;
}

export function startDecoder(path: string, env: NodeJS.ProcessEnv = {}, args: readonly string[] = []): DecoderProcess {
  const child = fork(path, args, {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
    execArgv: [],
  });
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onError(() => undefined);
  connection.listen();
  return { child, connection, errors: () => errors, ended };
}
