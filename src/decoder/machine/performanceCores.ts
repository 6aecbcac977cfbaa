import type { Host } from './host';

const CPU = '/sys/devices/system/cpu';
/** A core is one of the fast ones if it has this part of the fastest one's capacity. */
const FAST = 1 / 2;

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

/**
 * Physical performance cores that this process may use; null where the kernel does not tell.
 *
 * Hardware threads of one core share `topology/thread_siblings_list`. Performance cores are listed in
 * `/sys/devices/cpu_core/cpus` (Intel's hybrid processors) or have the larger `cpu_capacity` (Arm). The process may
 * be held to some of them (`Cpus_allowed_list`), and a container to a share of their time (`cpu.max`). See the
 * kernel's `Documentation/ABI/testing/sysfs-devices-system-cpu` and `Documentation/admin-guide/cgroup-v2.rst`.
 */
async function linuxPerformanceCores(host: Host): Promise<number | null> {
  const allowed = await allowedCpus(host);
  if (allowed.length === 0) return null;
  const [fast, quota] = await Promise.all([fastCpus(host, allowed), cpuQuota(host)]);
  const cores = new Set(await Promise.all(fast.map(async (cpu) => (await siblings(host, cpu)) ?? String(cpu))));
  return Math.max(1, Math.min(cores.size, Math.floor(quota)));
}

async function allowedCpus(host: Host): Promise<number[]> {
  const own = /^Cpus_allowed_list:\s*(\S+)/m.exec((await host.readText('/proc/self/status')) ?? '')?.[1];
  // The mask may name processors that do not exist.
  const online = parseCpuList((await host.readText(`${CPU}/online`)) ?? '');
  const mine = parseCpuList(own ?? '');
  return mine.length === 0 || online.length === 0 ? online : online.filter((cpu) => mine.includes(cpu));
}

async function fastCpus(host: Host, allowed: readonly number[]): Promise<readonly number[]> {
  const listed = parseCpuList((await host.readText('/sys/devices/cpu_core/cpus')) ?? '');
  const performance = allowed.filter((cpu) => listed.includes(cpu));
  if (performance.length > 0) return performance;
  const capacities = await Promise.all(
    allowed.map(async (cpu) => Number(await host.readText(`${CPU}/cpu${cpu}/cpu_capacity`))),
  );
  const most = Math.max(...capacities);
  return allowed.filter((_, i) => capacities[i]! >= most * FAST);
}

async function siblings(host: Host, cpu: number): Promise<string | null> {
  const topology = `${CPU}/cpu${cpu}/topology`;
  return (await host.readText(`${topology}/thread_siblings_list`)) ?? host.readText(`${topology}/core_cpus_list`);
}

/** Processors whose time this process' container may use; Infinity without a limit. */
async function cpuQuota(host: Host): Promise<number> {
  const unified = (await host.readText('/sys/fs/cgroup/cpu.max'))?.split(' ');
  const [quota, period] =
    unified ??
    (await Promise.all(['quota', 'period'].map((name) => host.readText(`/sys/fs/cgroup/cpu/cpu.cfs_${name}_us`))));
  const processors = Number(quota) / Number(period);
  // "max" (version 2) and −1 (version 1) stand for no limit.
  return processors > 0 ? processors : Infinity;
}

/** CPU numbers of the kernel's list format, such as "0-3,8"; none for a text of another form. */
export function parseCpuList(text: string): number[] {
  const cpus: number[] = [];
  for (const part of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match) return [];
    for (let cpu = Number(match[1]); cpu <= Number(match[2] ?? match[1]); cpu++) cpus.push(cpu);
  }
  return cpus;
}
