import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmallDisk } from '../faults/support/smallDisk.js';
import { createTinyModel } from '../unit/decoder/support/tinyModel.js';
import { seededRandom } from './support/random.js';

/** By its path: the other place has another working folder. */
const TSX = join(__dirname, '..', '..', 'node_modules', 'tsx', 'dist', 'cli.mjs');
const DISK_BYTES = 256e6;

export interface FullDiskReport {
  /** Loads that gave a model which computes what it must. */
  answered: number;
  /** Loads that could not keep the packed form. */
  notKept: number;
  /** What else is on the disk afterwards, by load. */
  left: string[];
}

/** What `support/loadPrepared.ts` prints. */
export interface Loaded {
  same: boolean;
  lines: string[];
}

/** A disk has enough room when the decoder asks, and is full before the packed form of a model is written. */
export async function fullDisk(options: {
  times: number;
  seed: number;
  log: (line: string) => void;
}): Promise<FullDiskReport> {
  const { times, seed, log } = options;
  const random = seededRandom(seed);
  const tiny = await createTinyModel({ precision: 'int8', quantization: 'channels', hidden: 1024, layers: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-disk-'));
  const disk = await SmallDisk.create(folder, DISK_BYTES);
  const report: FullDiskReport = { answered: 0, notKept: 0, left: [] };
  try {
    const inside = join(folder, 'model');
    cpSync(tiny.dir, join(disk.path, 'model'), { recursive: true });
    // Packed, and as they were.
    const formBytes = 2 * statSync(join(tiny.dir, 'model.onnx.data')).size;
    const before = new Set(readdirSync(join(disk.path, 'model')));
    for (let turn = 0; turn < times; turn++) {
      // The last time there is room for all of it.
      const isLast = turn === times - 1;
      const room = Math.floor((isLast ? 3 : random()) * formBytes);
      await disk.fill(room);
      const script = join(__dirname, 'support', 'loadPrepared.ts');
      const [program, ...args] = [...disk.prefix, process.execPath, TSX, script, inside, tiny.dir];
      const { status, signal, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`With ${room} bytes left the decoder ended (${signal ?? status}):\n${stderr}`);
      const { same, lines } = JSON.parse(stdout) as Loaded;
      for (const line of lines) log(`${room} bytes left: ${line}`);
      if (same) report.answered++;
      const kept = lines.length === 0;
      if (!kept) report.notKept++;
      await disk.empty();
      const there = readdirSync(join(disk.path, 'model')).filter((name) => !before.has(name));
      const wrong = kept && there.length === 1 && /^prepared-model-[0-9a-f]+$/.test(there[0]!) ? [] : there;
      report.left.push(...wrong.map((name) => `${room} bytes left: ${name}`));
      for (const name of there) rmSync(join(disk.path, 'model', name), { recursive: true });
    }
    return report;
  } finally {
    await disk.remove();
    rmSync(folder, { recursive: true, force: true });
    await tiny.remove();
  }
}
