// The process that reads hostile files: told a folder, a first seed and a count over IPC; tells how each attempt ended.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { english } from '../../../src/modelFolder/phrase';
import { ModelError } from '../../../src/modelFolder/modelError';
import { kindOf, prepare, type Kind } from './modelFiles';
import { Random } from './random';

export interface Order {
  root: string;
  /** A finished model folder. */
  ready: string;
  first: number;
  count: number;
}

/** How one attempt ended. */
export interface Ending {
  seed: number;
  kind: Kind;
  how: 'refused' | 'accepted' | 'wrong';
  /** What was wrong, or the error in words. */
  said: string;
  cpuMs: number;
  /** Largest resident set of the process so far, megabytes. */
  peakMb: number;
}

/** Seeds begun but not ended tell whom a crash belongs to. */
export type Told = { begun: number; kind: Kind } | Ending | { done: true };

process.on('message', (order: Order) => {
  work(order).then(
    () => process.send!({ done: true } satisfies Told),
    (error: unknown) => {
      console.error(error);
      process.exit(3);
    },
  );
});

async function work({ root, ready, first, count }: Order): Promise<void> {
  const marker = join(root, 'marker');
  for (let seed = first; seed < first + count; seed++) {
    const random = new Random(seed);
    const kind = kindOf(random);
    process.send!({ begun: seed, kind } satisfies Told);
    const dir = join(root, 'attempt');
    await mkdir(dir);
    const attempt = await prepare(kind, random, dir, marker, ready);
    const before = process.cpuUsage();
    const [how, said] = await outcome(attempt.run());
    const { user, system } = process.cpuUsage(before);
    const strange = existsSync(marker)
      ? 'code of the file has run'
      : (await readdir(root)).length !== 1
        ? `files outside the folder: ${(await readdir(root)).join()}`
        : 'polluted' in {}
          ? 'a prototype has changed'
          : undefined;
    await rm(dir, { recursive: true, force: true });
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const ending: Ending = { seed, kind, how, said, cpuMs: (user + system) / 1000, peakMb };
    process.send!((strange === undefined ? ending : { ...ending, how: 'wrong', said: strange }) satisfies Told);
  }
}

async function outcome(run: Promise<void>): Promise<[Ending['how'], string]> {
  try {
    await run;
    return ['accepted', ''];
  } catch (error) {
    if (!(error instanceof ModelError)) return ['wrong', `not in words: ${(error as Error)?.stack ?? String(error)}`];
    const [problem, remedy] = [english(error.problem), english(error.remedy)];
    const worded = problem.length > 5 && remedy.length > 5 && !/undefined|\[object|\{\d\}/.test(problem + remedy);
    return worded ? ['refused', problem] : ['wrong', `no sentence: ${problem} ${remedy}`];
  }
}
