import type { Host } from './host';
import { linuxPerformanceCores } from './linuxCores';

/**
 * Physical performance cores that this process may use, at least 1; a guess where the system does not tell:
 * two hardware threads per core from three on, except on Arm, which has none of them.
 */
export async function performanceCores(host: Host): Promise<number> {
  const told = await toldCores(host);
  return Math.max(1, Math.min(told ?? guessedCores(host), host.logicalCores));
}

async function toldCores(host: Host): Promise<number | null> {
  if (host.platform === 'linux') return linuxPerformanceCores(host);
  if (host.platform !== 'darwin') return null;
  // Level 0 are the performance cores of Apple's own processors; the others know one kind of core only.
  for (const name of ['hw.perflevel0.physicalcpu', 'hw.physicalcpu']) {
    const cores = Number(await host.run('/usr/sbin/sysctl', '-n', name));
    if (cores > 0) return cores;
  }
  return null;
}

function guessedCores({ arch, logicalCores }: Host): number {
  return arch === 'arm64' || logicalCores <= 2 ? logicalCores : Math.ceil(logicalCores / 2);
}
