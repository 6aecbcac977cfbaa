import type { Group, System } from './catalogue';
import { OURS } from './catalogue';
import type { Preparation } from './preparation';
import { promptIds, type DecodeAnswer, type Facts, type MemoryAnswer } from './protocol';
import { fractionOfRoofline } from './roofline';
import { takeTurns, type Plan, type Running, type Turns } from './rounds';
import { median } from './statistics';
import { SystemProcess } from './systemProcess';
import type { Absence, Row } from './table';

export interface Comparison {
  rows: Row[];
  absences: Absence[];
  versions: Set<string>;
}

const CAPACITIES = [128, 256, 512, 1024];
const CAPACITY_CONTEXT = 32;
const CAPACITY_REPEATS = 12;
const SHORT_PROMPT = 16;

/** Measures the systems of a group against each other. What cannot run is listed with its reason. */
export async function compareGroup(
  group: Group,
  systems: readonly System[],
  bandwidth: SystemProcess | null,
  preparation: Preparation,
  options: { plan: Plan; threads: number; log: (line: string) => void },
): Promise<Comparison> {
  const { plan, threads, log } = options;
  const result: Comparison = { rows: [], absences: [], versions: new Set() };
  const running: Running[] = [];
  log(`${group}: loading`);
  try {
    for (const system of systems.filter((it) => it.group === group)) {
      try {
        running.push(await start(system, preparation, threads));
      } catch (error) {
        const { name, precision } = system;
        result.absences.push({ system: name, precision, reason: (error as Error).message });
        log(`  ${name} ${precision} is absent: ${(error as Error).message}`);
      }
    }
    const turns = await takeTurns(running, bandwidth, plan, log);
    for (const it of running) {
      if (it.facts.version !== undefined) result.versions.add(it.facts.version);
      result.rows.push(...(await rowsOf(it, turns.get(it)!)));
    }
  } finally {
    await Promise.all(running.map(({ process }) => process.quit()));
  }
  return result;
}

async function start(system: System, preparation: Preparation, threads: number): Promise<Running> {
  const { command, load } = await system.prepare(preparation, threads);
  const started = performance.now();
  const process = new SystemProcess(`${system.name} ${system.precision}`, command);
  try {
    const facts = await process.ask<Facts>({ op: 'load', threads, ...load });
    const ids = promptIds(SHORT_PROMPT, 0);
    await process.ask<DecodeAnswer>({ op: 'decode', ids, next: ids.slice(1, 2) });
    return { system, process, facts, firstTokenMs: performance.now() - started };
  } catch (error) {
    await process.quit();
    throw error;
  }
}

async function rowsOf({ system, process, facts, firstTokenMs }: Running, turns: Turns): Promise<Row[]> {
  const { name, precision } = system;
  const rows: Row[] = [];
  const add = (measure: string, context: number | null, value: number, unit: string): void => {
    rows.push({ system: name, precision, measure, context, value, unit });
  };
  for (const [count, ms] of turns.prefill) add('prefill', count, (count * 1000) / median(ms), 'tokens/s');
  for (const [context, ms] of turns.decode) add('decode', context, 1000 / median(ms), 'tokens/s');
  for (const [context, ms] of turns.decode) {
    const reads = turns.bandwidth.get(context) ?? [];
    const fractions = ms.flatMap((token, i) => {
      const fraction = reads[i] === undefined ? null : fractionOfRoofline(facts, context, token, reads[i]);
      return fraction === null ? [] : [fraction];
    });
    if (fractions.length > 0) add('roofline', context, 100 * median(fractions), '%');
  }
  if (name === OURS) {
    for (const { capacity, ms } of await capacityCosts(process)) add('token in a cache of', capacity, ms, 'ms');
  } else {
    // Ours is measured as it starts in the editor.
    add('cold start', null, firstTokenMs, 'ms');
  }
  const { peakBytes } = await process.ask<MemoryAnswer>({ op: 'memory' });
  if (peakBytes !== null) add('peak memory', null, peakBytes / 1e6, 'MB');
  return rows;
}

/** Milliseconds of a token behind 32 others, by the tokens the cache has memory for. */
async function capacityCosts(process: SystemProcess): Promise<{ capacity: number; ms: number }[]> {
  const times = new Map(CAPACITIES.map((capacity) => [capacity, [] as number[]]));
  for (let round = 0; round < 3; round++) {
    for (const [capacity, into] of times) {
      const request = { op: 'capacity', context: CAPACITY_CONTEXT, capacity, repeats: CAPACITY_REPEATS } as const;
      into.push(...(await process.ask<DecodeAnswer>(request)).ms.slice(2));
    }
  }
  return [...times].map(([capacity, ms]) => ({ capacity, ms: median(ms) }));
}
