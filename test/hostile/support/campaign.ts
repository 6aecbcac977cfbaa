import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTinyModel } from '../../unit/decoder/support/tinyModel';
import type { Kind } from './modelFiles';
import type { Ending, Order, Told } from './reader';

export interface CampaignResult {
  attempts: number;
  byKind: Map<Kind, { refused: number; accepted: number; crashes: number }>;
  /** What broke a promise: seed, kind, and what happened. */
  wrong: string[];
  /** Deaths of the process that runs native code on a changed graph, which the product survives as it does any crash. */
  nativeCrashes: number;
  slowestCpuMs: number;
  peakMb: number;
}

/** Attempts until the reader is replaced, so that its peak of memory belongs to few. */
const BATCH = 2_000;
/** Most that a reader may hold; with nothing to do it holds about 150 MB. */
const MOST_MB = 700;
const MOST_CPU_MS = 5_000;
/** Nothing is heard of an attempt for so long: it hangs. */
const HANG_MS = 120_000;

/**
 * Lets a process of its own read `count` hostile files.
 * @param seconds ends it early; what was done is told
 */
export async function attackFiles(
  seed: number,
  count: number,
  seconds = Infinity,
  tell: (line: string) => void = () => undefined,
): Promise<CampaignResult> {
  const result: CampaignResult = {
    attempts: 0,
    byKind: new Map(),
    wrong: [],
    nativeCrashes: 0,
    slowestCpuMs: 0,
    peakMb: 0,
  };
  const model = await createTinyModel();
  const root = mkdtempSync(join(tmpdir(), 'biogpt-hostile-'));
  const end = performance.now() + 1000 * seconds;
  try {
    for (let first = seed; first < seed + count && performance.now() < end;) {
      const known = result.wrong.length;
      const size = Math.min(BATCH, seed + count - first);
      first = await runBatch({ root, ready: model.dir, first, count: size }, result, end);
      for (const what of result.wrong.slice(known)) tell(what);
      tell(`${result.attempts} attempts, ${result.wrong.length} wrong, ${result.nativeCrashes} native crashes`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
    await model.remove();
  }
  return result;
}

/** @returns the seed to go on with */
async function runBatch(order: Order, result: CampaignResult, end: number): Promise<number> {
  const child = fork(join(__dirname, 'reader.ts'), [], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr!.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2000)));
  let current: { begun: number; kind: Kind } | undefined;
  let next = order.first;
  let timer: NodeJS.Timeout | undefined;
  let hung = false;
  let stopped = false;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, HANG_MS);
  };
  await new Promise<void>((resolve) => {
    child.on('message', (told: Told) => {
      watch();
      if ('begun' in told) current = told;
      else if ('seed' in told) {
        current = undefined;
        next = told.seed + 1;
        count(result, told);
        if (performance.now() > end && !stopped) {
          stopped = true;
          child.kill();
        }
      } else child.disconnect();
    });
    child.on('exit', () => resolve());
    child.send(order);
  });
  clearTimeout(timer);
  if (current !== undefined && !stopped) {
    next = current.begun + 1;
    bookDeath(result, current, child, hung, errors);
  }
  for (const name of readdirSync(order.root)) rmSync(join(order.root, name), { recursive: true, force: true });
  return next;
}

function count(result: CampaignResult, { seed, kind, how, said, cpuMs, peakMb }: Ending): void {
  result.attempts++;
  result.slowestCpuMs = Math.max(result.slowestCpuMs, cpuMs);
  result.peakMb = Math.max(result.peakMb, peakMb);
  const counts = countsOf(result, kind);
  if (how !== 'wrong') counts[how]++;
  const complain = (what: string): void => void result.wrong.push(`seed ${seed} (${kind}): ${what.slice(0, 600)}`);
  if (how === 'wrong') complain(said);
  if (cpuMs > MOST_CPU_MS) complain(`took ${Math.round(cpuMs)} ms of computing`);
  if (peakMb > MOST_MB) complain(`the process has held ${peakMb} MB`);
}

function bookDeath(
  result: CampaignResult,
  { begun, kind }: { begun: number; kind: Kind },
  { exitCode, signalCode }: ChildProcess,
  hung: boolean,
  errors: string,
): void {
  result.attempts++;
  countsOf(result, kind).crashes++;
  // ONNX Runtime is native code, in the decoder's and the installer's process; the host only sees its end.
  if (kind === 'onnx' && !hung) result.nativeCrashes++;
  else result.wrong.push(`seed ${begun} (${kind}): ${hung ? 'hangs' : `ended by ${signalCode ?? exitCode}`} ${errors}`);
}

function countsOf(result: CampaignResult, kind: Kind): { refused: number; accepted: number; crashes: number } {
  const counts = result.byKind.get(kind) ?? { refused: 0, accepted: 0, crashes: 0 };
  result.byKind.set(kind, counts);
  return counts;
}

/** The machine, for a record of what was run. */
export function machine(): string {
  const info = readFileSync('/proc/cpuinfo', 'utf8');
  return `${/model name\s*: (.*)/.exec(info)?.[1] ?? process.arch}, Node ${process.version}`;
}
