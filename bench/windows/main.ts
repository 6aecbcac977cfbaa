/**
 * What several windows cost, and what a writer notices who goes from one to the next: memory of all decoders, their
 * computing, and the time from the first key to its suggestion; with each window keeping its model, and with models that
 * follow the focus.
 *
 *   npm run bench:windows -- --model models/starter --windows 1,2,5,10 --seconds 40
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { proportionalMegabytes } from '../../test/endurance/support/proportionalMemory';
import type { WindowAnswer } from './window';

/** From a click into a window to the first key. */
const FIRST_KEY_MS = 700;
/** Rounds through all windows. */
const ROUNDS = 2;

class Window {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  readonly ended: Promise<void>;

  constructor(model: string, notes: string, follows: boolean) {
    const args = ['--import', 'tsx', join(__dirname, 'window.ts'), model, notes, follows ? 'follow' : 'stay'];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
    this.ended = new Promise((done) => this.child.once('exit', () => done()));
  }

  async tell(order: 'focus' | 'blur' | 'type' | 'look'): Promise<WindowAnswer> {
    this.child.stdin!.write(`${order}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`A window ended over "${order}".`);
    return JSON.parse(value) as WindowAnswer;
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    await this.ended;
  }
}

interface Cost {
  models: number;
  megabytes: number;
  cpuSeconds: number;
  first: number[];
  back: number[];
}

async function measure(model: string, count: number, follows: boolean, seconds: number): Promise<Cost> {
  const notes = mkdtempSync(join(tmpdir(), 'biogpt-windows-'));
  const windows = Array.from({ length: count }, () => new Window(model, notes, follows));
  const first: number[] = [];
  const back: number[] = [];
  const decoders = new Map<number, number>();
  const look = async (): Promise<number[]> => {
    const answers = await Promise.all(windows.map((window) => window.tell('look')));
    const running = answers.flatMap(({ decoder }) => decoder ?? []);
    for (const pid of running) decoders.set(pid, cpuSeconds(pid) ?? decoders.get(pid) ?? 0);
    return running;
  };
  try {
    await look();
    let current: Window | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      for (const window of windows) {
        await current?.tell('blur');
        await window.tell('focus');
        current = window;
        await sleep(FIRST_KEY_MS);
        const { ms } = await window.tell('type');
        (round === 0 ? first : back).push(ms!);
        await look();
        await sleep(seconds * 1000);
      }
    }
    await sleep(Math.max(0, 60 - seconds) * 1000);
    const running = await look();
    return {
      models: running.length,
      megabytes: running.reduce((sum, pid) => sum + (proportionalMegabytes(pid) ?? NaN), 0),
      cpuSeconds: [...decoders.values()].reduce((sum, value) => sum + value, 0),
      first,
      back,
    };
  } finally {
    await Promise.all(windows.map((window) => window.close()));
    rmSync(notes, { recursive: true, force: true });
  }
}

/** Computing of a process so far; Linux. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'models/starter' },
      windows: { type: 'string', default: '1,2,5,10' },
      seconds: { type: 'string', default: '40' },
    },
  });
  const model = resolve(values.model);
  console.log('windows  models  memory MB  CPU s  first key ms: median, worst  back in a window ms: median, worst');
  for (const count of values.windows.split(',').map(Number)) {
    for (const follows of [false, true]) {
      const {
        models,
        megabytes,
        cpuSeconds: cpu,
        first,
        back,
      } = await measure(model, count, follows, Number(values.seconds));
      console.log(
        `${String(count).padStart(2)} ${follows ? 'follow' : 'stay  '}  ${models}  ${Math.round(megabytes)}  ${cpu.toFixed(1)}  ` +
          `${ends(first)}  ${ends(back)}`,
      );
    }
  }
}

function ends(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${Math.round(sorted[Math.floor(sorted.length / 2)]!)}, ${Math.round(sorted.at(-1)!)}`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
