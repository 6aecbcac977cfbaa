import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { thisHost, type Host } from '../../../src/decoder/machine/host';
import { parseCpuList, performanceCores } from '../../../src/decoder/machine/performanceCores';
import { chooseThreads, onBattery, possibleThreads } from '../../../src/decoder/machine/threads';

/** A host of files and programs that the test writes. */
function host(files: Record<string, string | number>, rest: Partial<Host> = {}): Host {
  return {
    platform: 'linux',
    arch: 'x64',
    logicalCores: 64,
    readText: (path) => Promise.resolve(path in files ? String(files[path]) : null),
    list: (path) =>
      Promise.resolve([
        ...new Set(
          Object.keys(files)
            .filter((file) => file.startsWith(`${path}/`))
            .map((file) => file.slice(path.length + 1).split('/')[0]!),
        ),
      ]),
    run: (...command) => Promise.resolve(String(files[command.join(' ')] ?? '') || null),
    ...rest,
  };
}

/** The kernel's files for CPUs with these lists of siblings, such as `['0,4', '1,5', …]`. */
function cpus(
  siblings: readonly string[],
  more: Record<string, string | number> = {},
): Record<string, string | number> {
  const files: Record<string, string | number> = { '/sys/devices/system/cpu/online': `0-${siblings.length - 1}` };
  siblings.forEach((list, cpu) => (files[`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`] = list));
  return { ...files, ...more };
}

const capacities = (...values: number[]): Record<string, number> =>
  Object.fromEntries(values.map((value, cpu) => [`/sys/devices/system/cpu/cpu${cpu}/cpu_capacity`, value]));
const held = (list: string): Record<string, string> => ({
  '/proc/self/status': `Name:\tnode\nCpus_allowed_list:\t${list}\nMems_allowed:\t1`,
});
const supply = (name: string, values: Record<string, string | number>): Record<string, string | number> =>
  Object.fromEntries(Object.entries(values).map(([file, value]) => [`/sys/class/power_supply/${name}/${file}`, value]));

/** Four cores of two hardware threads each. */
const DESKTOP = cpus(['0,4', '1,5', '2,6', '3,7', '0,4', '1,5', '2,6', '3,7']);
/** Two performance cores of two hardware threads, four efficiency cores. */
const HYBRID = cpus(['0-1', '0-1', '2-3', '2-3', '4', '5', '6', '7'], { '/sys/devices/cpu_core/cpus': '0-3' });
const SINGLE = ['0', '1', '2', '3', '4', '5', '6', '7'];

describe('performance cores', () => {
  const cases: [string, Host, number][] = [
    ['two hardware threads are one core', host(DESKTOP), 4],
    ['efficiency cores of a hybrid processor do not count', host(HYBRID), 2],
    [
      "nor do an Arm processor's small ones",
      host(cpus(SINGLE, capacities(250, 250, 250, 250, 800, 800, 800, 1024))),
      4,
    ],
    [
      'cores of one capacity all count',
      host(cpus(SINGLE, capacities(1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024))),
      8,
    ],
    ['a process held to some CPUs has these only', host({ ...DESKTOP, ...held('0,4,5') }), 2],
    ['a mask wider than the machine', host({ ...DESKTOP, ...held('0-127') }), 4],
    ['a process held to efficiency cores works there', host({ ...HYBRID, ...held('5-7') }), 3],
    [
      "a container with two and a half processors' time",
      host({ ...DESKTOP, '/sys/fs/cgroup/cpu.max': '250000 100000' }),
      2,
    ],
    ["a container with half a processor's time", host({ ...DESKTOP, '/sys/fs/cgroup/cpu.max': '50000 100000' }), 1],
    ['a container without a limit', host({ ...DESKTOP, '/sys/fs/cgroup/cpu.max': 'max 100000' }), 4],
    [
      'an old container',
      host({
        ...DESKTOP,
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': 300000,
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': 100000,
      }),
      3,
    ],
    [
      'an old container without a limit',
      host({
        ...DESKTOP,
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': -1,
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': 100000,
      }),
      4,
    ],
    ['without a topology each CPU is a core', host({ '/sys/devices/system/cpu/online': '0-2' }), 3],
    ['a Linux that tells nothing', host({}, { logicalCores: 6 }), 3],
    ['never more than the process may use', host(DESKTOP, { logicalCores: 1 }), 1],
    [
      "Apple's processors",
      host(
        { '/usr/sbin/sysctl -n hw.perflevel0.physicalcpu': 6, '/usr/sbin/sysctl -n hw.physicalcpu': 10 },
        { platform: 'darwin', arch: 'arm64' },
      ),
      6,
    ],
    ['an Intel Mac', host({ '/usr/sbin/sysctl -n hw.physicalcpu': 2 }, { platform: 'darwin' }), 2],
    ['a Mac that tells nothing', host({}, { platform: 'darwin', arch: 'arm64', logicalCores: 8 }), 8],
    ['Windows, two hardware threads', host({}, { platform: 'win32', logicalCores: 12 }), 6],
    ['Windows, a small virtual machine', host({}, { platform: 'win32', logicalCores: 2 }), 2],
    ['Windows on Arm', host({}, { platform: 'win32', arch: 'arm64', logicalCores: 8 }), 8],
  ];
  for (const [name, machine, cores] of cases) {
    it(`${name}: ${cores}`, async () => assert.equal(await performanceCores(machine), cores));
  }

  it('are between one and the CPUs of this machine', async () => {
    const cores = await performanceCores(thisHost());
    assert.ok(Number.isInteger(cores) && cores >= 1 && cores <= availableParallelism(), String(cores));
  });
});

describe('battery', () => {
  const battery = supply('BAT0', { type: 'Battery', status: 'Discharging' });
  const cases: [string, Host, boolean][] = [
    ['a desktop', host({}), false],
    ['a laptop unplugged', host({ ...battery, ...supply('AC', { type: 'Mains', online: 0 }) }), true],
    [
      'a laptop plugged in',
      host({
        ...supply('BAT0', { type: 'Battery', status: 'Charging' }),
        ...supply('AC', { type: 'Mains', online: 1 }),
      }),
      false,
    ],
    ['a charger weaker than the machine', host({ ...battery, ...supply('ucsi', { type: 'USB', online: 1 }) }), false],
    ['a full battery and no word of the mains', host(supply('BAT1', { type: 'Battery', status: 'Full' })), false],
    [
      'a wireless mouse on a desktop',
      host(supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', status: 'Discharging' })),
      false,
    ],
    [
      'a MacBook unplugged',
      host(
        { '/usr/bin/pmset -g batt': "Now drawing from 'Battery Power'\n -InternalBattery-0" },
        { platform: 'darwin' },
      ),
      true,
    ],
    [
      'a MacBook plugged in',
      host({ '/usr/bin/pmset -g batt': "Now drawing from 'AC Power'\n -InternalBattery-0" }, { platform: 'darwin' }),
      false,
    ],
    ['Windows, which is not asked', host({}, { platform: 'win32' }), false],
  ];
  for (const [name, machine, expected] of cases) {
    it(`${name}: ${expected ? 'yes' : 'no'}`, async () => assert.equal(await onBattery(machine), expected));
  }
});

describe('threads', () => {
  it('are as many as asked for, at most one per hardware thread', () => {
    const four = { logicalCores: 4 };
    const possible = [1, 3, 4, 5, 1e9, 2.5, 0, -1, NaN].map((wanted) => possibleThreads(wanted, four));
    assert.deepEqual(possible, [1, 3, 4, 4, 4, 2, 1, 1, 1]);
  });

  it('one per performance core, four at most', async () => {
    for (const [machine, threads] of [
      [host(DESKTOP), 4],
      [host(HYBRID), 2],
      [host(cpus(SINGLE)), 4],
      [host(cpus(['0'])), 1],
    ] as const) {
      assert.equal((await chooseThreads(machine)).threads, threads);
    }
  });

  it('half of them on battery', async () => {
    const battery = supply('BAT0', { type: 'Battery', status: 'Discharging' });
    assert.deepEqual(await chooseThreads(host({ ...DESKTOP, ...battery })), {
      threads: 2,
      reason: '4 performance cores, on battery',
    });
    assert.equal((await chooseThreads(host({ ...cpus(['0']), ...battery }))).threads, 1);
  });
});

describe("the kernel's lists of CPUs", () => {
  it('ranges and numbers', () => {
    assert.deepEqual(parseCpuList('0-2,5,8-9\n'), [0, 1, 2, 5, 8, 9]);
    assert.deepEqual([parseCpuList(''), parseCpuList('all')], [[], []]);
  });
});

describe('this host', () => {
  it('answers null for what is not there', async () => {
    const { readText, list, run } = thisHost();
    assert.deepEqual(
      [await readText('/no/such/file'), await list('/no/such/folder'), await run('/no/such/program')],
      [null, [], null],
    );
    assert.equal(await run(process.execPath, '-p', '6 * 7'), '42');
  });
});
