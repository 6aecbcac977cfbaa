import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Preparation } from './preparation';
import { root } from './preparation';
import { promptIds, type DecodeAnswer, type PrefillAnswer } from './protocol';
import { median } from './statistics';
import { SystemProcess } from './systemProcess';
import type { Row } from './table';

const ROUNDS = 5;
const TOKENS = 16;
const REST_MS = 60;
const CONTEXTS = [128, 448];
const CAPACITIES = [128, 256, 512];

/** The starter model, the native path against the plain one, in turns. */
export async function compareStarter(preparation: Preparation, threads: number): Promise<Row[]> {
  const program = await preparation.program('biogptWriter', join(__dirname, 'systems', 'biogptWriter.ts'));
  const backends = new Map(
    (['native', 'plain'] as const).map((backend) => [
      backend,
      new SystemProcess(backend, { program: process.execPath, args: [program] }),
    ]),
  );
  const times = new Map<string, { row: Omit<Row, 'value'>; ms: number[] }>();
  const note = (row: Omit<Row, 'value'>, ms: number): void => {
    const key = JSON.stringify(row);
    if (!times.has(key)) times.set(key, { row, ms: [] });
    times.get(key)!.ms.push(ms);
  };
  try {
    for (const [backend, it] of backends) {
      await it.ask({ op: 'load', threads, model: join(root, 'models', 'starter'), backend });
    }
    for (let round = -1; round < ROUNDS; round++) {
      for (const [backend, it] of backends) {
        const row = { system: `Starter model, ${backend}`, precision: 'int8', unit: 'ms' };
        const take = (measure: string, context: number, ms: number): void => {
          if (round >= 0) note({ ...row, measure, context }, ms);
        };
        for (const context of CONTEXTS) {
          await sleep(REST_MS);
          const ids = promptIds(context, round + 1).map((id) => id % 8000);
          take('prefill', context, (await it.ask<PrefillAnswer>({ op: 'prefill', ids })).ms);
          const next = ids.slice(1, TOKENS + 1);
          take('decode', context, median((await it.ask<DecodeAnswer>({ op: 'decode', ids, next })).ms.slice(1)));
        }
        for (const capacity of CAPACITIES) {
          await sleep(REST_MS);
          const request = { op: 'capacity', context: 32, capacity, repeats: TOKENS } as const;
          take('token in a cache of', capacity, median((await it.ask<DecodeAnswer>(request)).ms.slice(1)));
        }
      }
    }
  } finally {
    await Promise.all([...backends.values()].map((it) => it.quit()));
  }
  return [...times.values()].map(({ row, ms }) => ({ ...row, value: median(ms) }));
}
