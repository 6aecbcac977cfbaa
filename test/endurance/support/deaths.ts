import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a decoder may leave a writer. */
export type Death = 'killed' | 'stopped' | 'outOfMemory';

const GROUPS = '/sys/fs/cgroup/memory';

/**
 * Lets a process run out of memory: in a control group (version 1) that allows less than it has, the kernel kills it at the
 * next page it asks for.
 */
export class OutOfMemory {
  private readonly group = `${GROUPS}/biogpt-endurance-${process.pid}`;

  /** @throws Error where this machine has no such groups, or doesn't let this process make one */
  constructor() {
    mkdirSync(this.group);
    writeFileSync(`${this.group}/memory.limit_in_bytes`, String(4 << 20));
  }

  add(pid: number): void {
    writeFileSync(`${this.group}/cgroup.procs`, String(pid));
  }

  /** Removes the group once the processes in it are gone. */
  async close(): Promise<void> {
    const members = (): string => readFileSync(`${this.group}/cgroup.procs`, 'utf8');
    for (let i = 0; i < 100 && members() !== ''; i++) await sleep(50);
    rmdirSync(this.group);
  }
}
