import type { Host } from './host';

const SUPPLIES = '/sys/class/power_supply';

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
