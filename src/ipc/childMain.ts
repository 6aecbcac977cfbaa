import { createMessageConnection, IPCMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { Shutdown } from './answering';
import { watchParent } from './parentWatch';
import { stepBack } from './priority';
import { WellFormedReader } from './wellFormedReader';

/** How long an orderly end may take before the process ends itself the hard way, milliseconds. */
const EXIT_GRACE_MS = 1000;

export interface ChildService {
  /** Frees what the process holds; called once, before it ends. */
  close(): Promise<void>;
}

export interface ChildHost {
  connection: MessageConnection;
  /** One line on standard error; never text of the user. */
  log(line: string): void;
}

/**
 * The life of a child process that answers its parent over the IPC channel: it works at a lower
 * priority, at the lowest with `--background`, and ends with the channel, with its parent, on SIGTERM and on an unexpected error.
 * @param name stands before each line of its log
 * @param start makes the service and its request handlers; the connection listens afterwards
 */
export function runChild(name: string, start: (host: ChildHost) => ChildService): void {
  const log = (line: string): void => void process.stderr.write(`[${name}] ${line}\n`);
  if (process.send === undefined) {
    log('This program is started by the editor and speaks JSON-RPC over its IPC channel; it has no other use.');
    process.exit(2);
  }
  const refused = stepBack();
  // Not allowed everywhere; the process then competes like any other.
  if (refused !== null) log(`Works at normal priority: a lower one was refused (${refused}).`);

  const reader = new WellFormedReader(process, () => log('A malformed message was ignored.'));
  const connection = createMessageConnection(reader, new IPCMessageWriter(process));
  let leaving = false;
  const leave = (code: number): void => {
    if (leaving) return;
    leaving = true;
    // A run in native code can outlast process.exit and crash in it: end it first, or else kill.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_GRACE_MS).unref();
    const exit = (): never => process.exit(code);
    service.close().then(exit, exit);
  };
  const service = start({ connection, log });
  connection.onRequest(Shutdown, () => {
    // The answer goes out first.
    setImmediate(() => leave(0));
    return null;
  });

  const crash = (error: unknown): void => {
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    log(
      `Fatal: ${
        stack
          ?.split('\n')
          .slice(0, 4)
          .map((line) => line.trim())
          .join(' ') ?? message
      }`,
    );
    leave(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('disconnect', () => leave(0));
  process.on('SIGTERM', () => leave(0));
  // The editor decides when its processes end, not a Ctrl+C meant for the terminal they share.
  process.on('SIGINT', () => undefined);
  watchParent(parentPid(), () => leave(0));
  connection.listen();
}

/** `--parent-pid=N`; else the process that started this one. */
function parentPid(): number {
  const argument = process.argv.find((value) => value.startsWith('--parent-pid='));
  const pid = Number(argument?.slice('--parent-pid='.length));
  return Number.isInteger(pid) && pid > 0 ? pid : process.ppid;
}
