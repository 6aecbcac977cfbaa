import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';

export interface WatchedRun {
  code: number | null;
  output: string;
  errors: string;
  /** System calls that open a socket or give one an address, of the process and all its children. */
  sockets: string[];
}

/** A namespace without interfaces; without root, a user namespace is needed to make one. */
const namespace = ['unshare', ...(process.getuid?.() === 0 ? ['-n'] : ['-r', '-n'])];
/** Two ends of a pipe between parent and child are made by `socketpair`; they reach nobody else. */
const OPENS_SOCKET = /\b(socket|connect|bind|listen)\(/;

/** Skips where the system has no network namespaces or no strace; with `CI=true` that is a failure. */
export function requireNamespaces(context: Context): void {
  const probe = spawnSync(namespace[0]!, [...namespace.slice(1), 'strace', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (probe.status === 0) return;
  const reason = `${[...namespace, 'strace'].join(' ')} does not work here: ${probe.error?.message ?? probe.stderr.trim()}`;
  if (process.env['CI'] === 'true') throw new Error(`${reason} (CI=true: a missing part is a failure)`);
  console.log(`      skipped: ${reason}`);
  context.skip();
}

/** Runs Node in a network namespace without interfaces, and notes the sockets that are opened. */
export function runWatched(args: string[], folder: string): WatchedRun {
  const dir = mkdtempSync(join(folder, 'trace-'));
  const log = join(dir, 'calls');
  try {
    const strace = ['strace', '-f', '-qq', '-e', 'trace=network', '-o', log, process.execPath];
    const { status, stdout, stderr } = spawnSync(namespace[0]!, [...namespace.slice(1), ...strace, ...args], {
      encoding: 'utf8',
      // A home of its own: what a user has configured there must not matter.
      env: { ...process.env, HOME: folder },
    });
    const sockets = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => OPENS_SOCKET.test(line));
    return { code: status, output: stdout, errors: stderr, sockets };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
