import { readFileSync } from 'node:fs';

/** Memory of a process in MB, with its share of what others have mapped too; undefined where the system doesn't tell (Linux does). */
export function proportionalMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}
