import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from './catalogue';
import { promptIds, type BandwidthAnswer, type DecodeAnswer, type Facts, type PrefillAnswer } from './protocol';
import { median } from './statistics';
import type { SystemProcess } from './systemProcess';

/** A system in its process, with what it has reported. */
export interface Running {
  system: System;
  process: SystemProcess;
  facts: Facts;
  /** Milliseconds from the start of its process to the first token of a short prompt. */
  firstTokenMs: number;
}

/** One system's turns. */
export interface Turns {
  /** Milliseconds of each prompt, by its tokens. */
  prefill: Map<number, number[]>;
  /** Milliseconds of a token, the median of each turn, by context. */
  decode: Map<number, number[]>;
  /** Bytes a second that streaming reads reached, before and behind each of those turns on average. */
  bandwidth: Map<number, number[]>;
}

export interface Plan {
  rounds: number;
  /** Prompt lengths, ascending. */
  prefill: readonly number[];
  /** Contexts, ascending. */
  decode: readonly number[];
  /** Tokens of a turn. */
  tokens: number;
}

/** OpenMP's threads spin this long (200 ms) after their work and would take the next system's cores. */
const REST_MS = 230;
/** Tokens of a turn that are not counted. */
const WARM_UP = 2;
const WARM_UP_PROMPT = 64;

/**
 * Takes turns, round by round: reads of memory, then a system, then the next, so that a machine that slows down
 * slows all alike. Before the first round, each reads a short text.
 *
 * @param bandwidth null where it isn't measured.
 */
export async function takeTurns(
  running: readonly Running[],
  bandwidth: SystemProcess | null,
  plan: Plan,
  log: (line: string) => void,
): Promise<Map<Running, Turns>> {
  const turns = new Map<Running, Turns>(
    running.map((it) => [it, { prefill: new Map(), decode: new Map(), bandwidth: new Map() }]),
  );
  const stages = [...new Set([...plan.prefill, ...plan.decode])].sort((a, b) => a - b);
  for (const { process } of running) {
    await process.ask({ op: 'prefill', ids: promptIds(WARM_UP_PROMPT, 0) });
    await process.ask({ op: 'decode', ids: promptIds(WARM_UP_PROMPT, 0), next: promptIds(WARM_UP + 1, 1) });
  }
  for (let round = 0; round < plan.rounds; round++) {
    log(`  round ${round + 1} of ${plan.rounds}`);
    // Another first in each round.
    const order = running.map((_, i) => running[(i + round) % running.length]!);
    for (const count of stages) {
      const ids = promptIds(count, round + 1);
      for (const it of order) {
        const { prefill, decode, bandwidth: reads } = turns.get(it)!;
        const note = (into: Map<number, number[]>, value: number): void => {
          into.set(count, [...(into.get(count) ?? []), value]);
        };
        await sleep(REST_MS);
        if (plan.prefill.includes(count)) {
          note(prefill, (await it.process.ask<PrefillAnswer>({ op: 'prefill', ids })).ms);
        }
        if (!plan.decode.includes(count)) continue;
        // Until the cache holds the context.
        await it.process.ask<DecodeAnswer>({ op: 'decode', ids, next: [] });
        await sleep(REST_MS);
        const before = await bandwidth?.ask<BandwidthAnswer>({ op: 'bandwidth' });
        const next = promptIds(plan.tokens + WARM_UP + 1, round + 7).slice(1);
        const { ms } = await it.process.ask<DecodeAnswer>({ op: 'decode', ids, next });
        note(decode, median(ms.slice(WARM_UP)));
        await sleep(REST_MS);
        const after = await bandwidth?.ask<BandwidthAnswer>({ op: 'bandwidth' });
        if (before && after) note(reads, (before.bytesPerSecond + after.bytesPerSecond) / 2);
      }
    }
  }
  return turns;
}
