import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

const repository = join(__dirname, '..', '..', '..', '..');

/** The decoder as it ships: one bundle, native packages beside it. */
export async function bundleDecoder(): Promise<{ path: string; remove: () => Promise<void> }> {
  // Inside the repository, or the bundle would not find its native packages.
  const dir = await mkdtemp(join(repository, 'node_modules', '.decoder-test-'));
  const path = join(dir, 'decoder.cjs');
  await build({
    entryPoints: [join(repository, 'src', 'decoder', 'main.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'koffi'],
    logLevel: 'error',
  });
  return { path, remove: () => rm(dir, { recursive: true, force: true }) };
}

export interface DecoderProcess {
  child: ChildProcess;
  connection: MessageConnection;
  /** All of its standard error so far. */
  errors: () => string;
  /** Exit code or signal, once it has ended. */
  ended: Promise<number | string>;
}

export function startDecoder(path: string, env: NodeJS.ProcessEnv = {}): DecoderProcess {
  const child = fork(path, [], {
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
