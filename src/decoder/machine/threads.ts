import { thisHost, type Host } from './host';
import { performanceCores } from './performanceCores';

/** More threads than this make a decoding step hardly faster, and the editor slower. */
const MOST_THREADS = 4;

const SUPPLIES = '/sys/class/power_supply';

export interface ThreadChoice {
  threads: number;
  /** Why so many, for the log. */
  reason: string;
}

/** Intra-op threads for this machine: one per physical performance core, four at most; on battery half of them. */
export async function chooseThreads(host: Host = thisHost()): Promise<ThreadChoice> {
  const [cores, battery] = await Promise.all([performanceCores(host), onBattery(host)]);
  const most = Math.min(MOST_THREADS, cores);
  return {
    threads: battery ? Math.ceil(most / 2) : most,
    reason: `${cores} performance core${cores === 1 ? '' : 's'}, on ${battery ? 'battery' : 'mains'}`,
  };
}

/** As many threads as were asked for, at most one per hardware thread: more take turns, and stop the whole machine. */
export function possibleThreads(wanted: number, { logicalCores }: Pick<Host, 'logicalCores'> = thisHost()): number {
  return Math.max(1, Math.min(Math.floor(wanted), logicalCores)) || 1;
}

/** Whether the machine runs on its battery; false where the system does not tell. */
export async function onBattery(host: Host): Promise<boolean> {
  if (host.platform === 'darwin') {
    return ((await host.run('/usr/bin/pmset', '-g', 'batt')) ?? '').includes("'Battery Power'");
  }
  return host.platform === 'linux' && linuxOnBattery(host);
}

/** As the kernel's `Documentation/ABI/testing/sysfs-class-power` describes the files. */
async function linuxOnBattery(host: Host): Promise<boolean> {
  const supplies = await Promise.all(
    (await host.list(SUPPLIES)).map(async (name) => {
      const read = (file: string): Promise<string | null> => host.readText(`${SUPPLIES}/${name}/${file}`);
      const [type, scope, status, online] = await Promise.all(['type', 'scope', 'status', 'online'].map(read));
      return { type, scope, status, online };
    }),
  );
  if (supplies.some(({ type, online }) => type !== 'Battery' && online === '1')) return false;
  // A scope of "Device" is a mouse's or a headset's battery.
  return supplies.some(
    ({ type, scope, status }) => type === 'Battery' && scope !== 'Device' && status === 'Discharging',
  );
}
