import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a decoder may leave a writer. */
export type Death = 'killed' | 'stopped' | 'outOfMemory';

/** Lets a process run out of memory as it next asks for some. */
export interface OutOfMemory {
  readonly how: string;
  strike(pid: number): void;
  close(): Promise<void>;
}

/**
 * By a control group where this process may make one, else by a limit of its own.
 * @throws Error where neither is there
 */
export function outOfMemory(): OutOfMemory {
  try {
    return new SmallGroup();
  } catch {
    return new SmallLimit();
  }
}

const GROUPS = '/sys/fs/cgroup/memory';

/** In a control group (version 1) that allows less than a process has, the kernel kills it at the next page it asks for. */
class SmallGroup implements OutOfMemory {
  readonly how = 'control group';
  private readonly group = `${GROUPS}/biogpt-endurance-${process.pid}`;

  constructor() {
    mkdirSync(this.group);
    writeFileSync(`${this.group}/memory.limit_in_bytes`, String(4 << 20));
  }

  strike(pid: number): void {
    writeFileSync(`${this.group}/cgroup.procs`, String(pid));
  }

  /** Removes the group once the processes in it are gone. */
  async close(): Promise<void> {
    const members = (): string => readFileSync(`${this.group}/cgroup.procs`, 'utf8');
    for (let i = 0; i < 100 && members() !== ''; i++) await sleep(50);
    rmdirSync(this.group);
  }
}

/** Without rights: a process whose address space must not grow is refused its next allocation, and ends itself. */
class SmallLimit implements OutOfMemory {
  readonly how = 'limit of the address space';

  constructor() {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
  }

  strike(pid: number): void {
    execFileSync('prlimit', ['--pid', String(pid), `--as=${4 << 20}`]);
  }

  async close(): Promise<void> {
    // The limit has gone with its process.
  }
}
