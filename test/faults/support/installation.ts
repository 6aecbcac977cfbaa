import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CLI = resolve(__dirname, '../../../dist/cli.cjs');
export const REPO = 'lab/tiny';
/** A silent connection is given up after so long. */
const STALL_S = 0.4;

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** `biogpt models install`, as a user runs it. */
export class Installation {
  readonly ended: Promise<Outcome>;
  private readonly child: ChildProcess;
  private stderr = '';
  private exited = false;

  /** @param prefix a program that starts the command line in another place, and its arguments */
  constructor(folder: string, endpoint: string, precision: string, prefix: readonly string[] = []) {
    const [program, ...args] = [
      ...prefix,
      process.execPath,
      CLI,
      'models',
      'install',
      REPO,
      '--folder',
      folder,
      '--endpoint',
      endpoint,
      '--precision',
      precision,
      '--stall',
      String(STALL_S),
      '--json',
    ];
    this.child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        this.exited = true;
        resolve({ code, signal, stderr: this.stderr });
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The installer process, while it lives. */
  installer(): number | undefined {
    try {
      return (
        Number(execFileSync('pgrep', ['-P', String(this.child.pid)], { encoding: 'utf8' }).split('\n')[0]) || undefined
      );
    } catch {
      return undefined;
    }
  }

  /** Waits for a moment of the installation. @returns false if it ended before */
  async reaches(moment: () => boolean): Promise<boolean> {
    while (!this.exited) {
      if (moment()) return true;
      await delay(2);
    }
    return false;
  }

  /** Waits for a phase, as the progress on stderr tells it. */
  phase(name: 'verify' | 'convert' | 'check'): Promise<boolean> {
    return this.reaches(() => this.stderr.includes(`${name}: `));
  }
}

/** Waits until a process is gone. @throws Error if it stays */
export async function gone(pid: number): Promise<void> {
  for (let waited = 0; isAlive(pid); waited += 20) {
    if (waited > 15_000) throw new Error(`Process ${pid} outlives its parent.`);
    await delay(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody has taken note of yet is dead all the same.
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
