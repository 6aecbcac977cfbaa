import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DecoderProcess } from '../../src/client/decoder';
import { forkDecoder } from '../../src/client/forkDecoder';
import { root, type Log, type Preparation } from '../speed/preparation';
import { percentile } from '../speed/statistics';
import { TASKS } from './models';
import type { Texts } from './texts';

const ABSTRACTS = 200;
const CONTEXT_CHARACTERS = 2000;
const GHOST_TEXT = { maxNewTokens: 8, minNewTokens: 8 };
const WARM_UP_KEYS = 4;
/** A quick typist's. */
const KEY_INTERVAL_MS = 150;

/** How long ghost text takes alone, while its own process mines, and while another one does. */
export async function typingBeside(
  preparation: Preparation,
  { relations }: Record<keyof typeof TASKS, string>,
  { sources, newTokens }: Texts,
  { threads, keys, log }: { threads: number; keys: number; log: Log },
): Promise<void> {
  const modulePath = await preparation.program('decoder', join(root, 'src', 'decoder', 'main.ts'));
  const manuscript = await readFile(join(root, 'bench', 'manuscript.txt'), 'utf8');
  const started: DecoderProcess[] = [];
  const open = async (background: boolean): Promise<DecoderProcess> => {
    const decoder = forkDecoder({ modulePath, background, onOutput: () => undefined });
    started.push(decoder);
    await decoder.load({ modelDir: relations, threads });
    return decoder;
  };
  try {
    const writing = await open(false);
    const report = (name: string, ms: readonly number[], mined: string): number => {
      const p95 = percentile(ms, 0.95);
      console.log(`Ghost text ${name}: median ${percentile(ms, 0.5).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms${mined}`);
      return p95;
    };
    const alone = report('alone', await typed(writing, manuscript, keys), '');
    for (const [name, miner] of [
      ['beside a batch in its own process', writing],
      ['beside a batch in another process', await open(true)],
    ] as const) {
      log(`Mining ${name} …`);
      const stop = new AbortController();
      let done = 0;
      const batch = Array.from({ length: ABSTRACTS }, async (_, i) => {
        const source = sources[i % sources.length]!;
        await miner.mine({ task: TASKS.relations.id, source, maxNewTokens: newTokens }, { signal: stop.signal });
        done++;
      });
      const settled = Promise.allSettled(batch);
      const began = performance.now();
      const ms = await typed(writing, manuscript, keys);
      const aMinute = (60_000 * done) / (performance.now() - began);
      const left = ABSTRACTS - done;
      stop.abort();
      await settled;
      if (left === 0) throw new Error('The batch ended before the typing did: nothing was measured.');
      const p95 = report(name, ms, `, ${aMinute.toFixed(0)} abstracts a minute mined meanwhile`);
      console.log(`  p95 ${(p95 / alone).toFixed(2)} × of alone`);
    }
  } finally {
    for (const decoder of started) decoder.stop();
    await Promise.all(started.map(({ ended }) => ended));
  }
}

async function typed(decoder: DecoderProcess, manuscript: string, keys: number): Promise<number[]> {
  const end = CONTEXT_CHARACTERS;
  const ms: number[] = [];
  for (let key = 1; key <= keys + WARM_UP_KEYS; key++) {
    await new Promise((resolve) => setTimeout(resolve, KEY_INTERVAL_MS));
    const pressed = performance.now();
    await decoder.complete({
      textBefore: manuscript.slice(0, end + key),
      decoding: { strategy: 'greedy' },
      stop: GHOST_TEXT,
    });
    if (key > WARM_UP_KEYS) ms.push(performance.now() - pressed);
  }
  return ms;
}
