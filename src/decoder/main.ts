import { constants, setPriority } from 'node:os';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { Engine } from './engine';
import { watchParent } from './parentWatch';
import { DecoderServer } from './server';
import type { Backend } from './session/openSession';

/** How long an orderly end may take before the process ends itself the hard way, milliseconds. */
const EXIT_GRACE_MS = 1000;

const log = (line: string): void => void process.stderr.write(`[decoder] ${line}\n`);

/** `--parent-pid=N`; else the process that started this one. */
function parentPid(): number {
  const argument = process.argv.find((value) => value.startsWith('--parent-pid='));
  const pid = Number(argument?.slice('--parent-pid='.length));
  return Number.isInteger(pid) && pid > 0 ? pid : process.ppid;
}

/** `BIOGPT_BACKEND=native|plain`, for measurements and bug reports. */
function forcedBackend(): { backend?: Backend } {
  const value = process.env['BIOGPT_BACKEND'];
  return value === 'native' || value === 'plain' ? { backend: value } : {};
}

function main(): void {
  if (process.send === undefined) {
    log('This program is started by the editor and speaks JSON-RPC over its IPC channel; it has no other use.');
    process.exit(2);
  }
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed everywhere; the decoder then competes like any other process.
  }

  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  let leaving = false;
  const leave = async (code: number): Promise<void> => {
    if (leaving) return;
    leaving = true;
    // A run in native code can outlast process.exit and crash in it: end it first, or else kill.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_GRACE_MS).unref();
    await server.unload().catch(() => undefined);
    process.exit(code);
  };
  const server = new DecoderServer(connection, {
    openEngine: (modelDir, options) => Engine.open(modelDir, { ...options, ...forcedBackend() }),
    log,
    exit: () => void leave(0),
  });

  const crash = (error: unknown): void => {
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    log(`Fatal: ${stack?.split('\n').slice(0, 4).map((line) => line.trim()).join(' ') ?? message}`);
    void leave(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('disconnect', () => void leave(0));
  process.on('SIGTERM', () => void leave(0));
  // The editor decides when the decoder ends, not a Ctrl+C meant for the terminal they share.
  process.on('SIGINT', () => undefined);
  watchParent(parentPid(), () => void leave(0));
  server.listen();
}

main();
