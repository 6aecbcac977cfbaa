import { readFileSync } from 'node:fs';

/** The most memory a process had resident, in bytes (VmHWM); null where the system has no /proc. */
export function peakMemory(pid: number | 'self'): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
