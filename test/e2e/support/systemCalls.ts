import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';

/** Skips the suite where strace does not work; fails with `CI=true`. */
export function requireStrace(context: Context): void {
  const probe = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (probe.status === 0) return;
  const reason = `strace does not work here: ${probe.error?.message ?? probe.stderr.trim()}`;
  if (process.env['CI'] === 'true') throw new Error(`${reason} (CI=true: a missing part is a failure)`);
  console.log(`      skipped: ${reason}`);
  context.skip();
}

/** What running processes, and those that they start from now on, ask of the system. */
export class SystemCalls {
  private constructor(
    private readonly strace: ChildProcess,
    private readonly folder: string,
    private readonly ended: Promise<unknown>,
  ) {}

  /** @param trace the calls, as strace's `-e trace=` takes them */
  static async of(pids: readonly number[], trace: string): Promise<SystemCalls> {
    const folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-calls-'));
    const attached = pids.flatMap((pid) => ['-p', String(pid)]);
    const args = ['-f', '-e', `trace=${trace}`, '-o', join(folder, 'calls'), ...attached];
    const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => strace.once('exit', resolve));
    // It tells on standard error when it is attached.
    await new Promise((resolve) => strace.stderr.once('data', resolve));
    return new SystemCalls(strace, folder, ended);
  }

  /** So far, one a line. */
  lines(): string[] {
    return readFileSync(join(this.folder, 'calls'), 'utf8').split('\n');
  }

  async stop(): Promise<void> {
    this.strace.kill('SIGINT');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Calls that reach beyond this machine's own sockets: the C library asks a local one for names of users. */
export function networkCalls(lines: readonly string[]): string[] {
  return lines.filter((call) => /\b(socket|connect|bind|sendto)\(/.test(call) && !call.includes('AF_UNIX'));
}
