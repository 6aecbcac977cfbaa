// Speed of decoding: the native path against the plain one, in one run.
//
//   npm run bench                           the starter model
//   npm run bench -- --model DIR --json     another model folder; JSON, a line per row
//
// Runs are interleaved, so that a machine that slows down slows both; medians and their ratio are what counts.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KvCache } from '../src/decoder/session/kvCache';
import { openSession, type Backend } from '../src/decoder/session/openSession';
import type { ModelSession } from '../src/decoder/session/session';
import { openModelFolder } from '../src/model';

const BACKENDS: Backend[] = ['native', 'plain'];
const ROUNDS = 5;
const PASSES = 4;
const WARM_UP = 1;
const REST_MS = 60;

interface Row {
  measure: 'decode' | 'prefill';
  /** Tokens in the cache before the pass. */
  context: number;
  /** Tokens the cache has memory for. */
  capacity: number;
  /** Milliseconds per pass, median: one token for `decode`, `context` tokens for `prefill`. */
  native: number;
  plain: number;
}

const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => 4 + ((i * 7919) % 1000));

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Milliseconds per pass, by backend. */
async function measure(
  sessions: ReadonlyMap<Backend, ModelSession>, tokens: number[], context: number, capacity: number,
): Promise<Pick<Row, Backend>> {
  const times: Record<Backend, number[]> = { native: [], plain: [] };
  const caches = new Map([...sessions].map(([backend, session]) => [backend, new KvCache(session.cacheShape)]));
  for (const [backend, cache] of caches) {
    cache.reserve(capacity);
    if (context > 0) await sessions.get(backend)!.forward(cache, ids(context), 'none');
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [backend, session] of sessions) {
      // The other session's idle threads spin for a while and would take this one's cores.
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      for (let pass = -WARM_UP; pass < PASSES; pass++) {
        const cache = caches.get(backend)!;
        cache.truncate(context);
        const started = performance.now();
        await session.forward(cache, tokens, 'last');
        if (pass >= 0) times[backend].push(performance.now() - started);
      }
    }
  }
  for (const [backend, cache] of caches) sessions.get(backend)!.releaseCache(cache);
  return { native: median(times.native), plain: median(times.plain) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: 'string', default: join(__dirname, '..', 'models', 'starter') }, json: { type: 'boolean' } },
  });
  const { paths, description } = await openModelFolder(values.model);
  const { maxPositions } = description.architecture;
  const sessions = new Map<Backend, ModelSession>();
  for (const backend of BACKENDS) {
    sessions.set(backend, await openSession(paths.graph, description.architecture, { backend }));
  }
  const rows: Row[] = [];
  for (const capacity of [128, 512, 1024].filter((tokens) => tokens <= maxPositions)) {
    rows.push({ measure: 'decode', context: 32, capacity, ...(await measure(sessions, ids(1), 32, capacity)) });
  }
  for (const context of [128, 256].filter((tokens) => tokens <= maxPositions)) {
    rows.push({ measure: 'prefill', context, capacity: context, ...(await measure(sessions, ids(context), 0, context)) });
  }
  for (const session of sessions.values()) await session.dispose();

  if (values.json) {
    for (const row of rows) console.log(JSON.stringify({ model: description.name, ...row }));
    return;
  }
  console.log(`${description.name}, ${description.precision}, Node ${process.versions.node}`);
  console.table(
    rows.map(({ measure: what, context, capacity, native, plain }) => ({
      measure: what,
      context,
      capacity,
      'native ms': native.toFixed(2),
      'plain ms': plain.toFixed(2),
      'plain / native': (plain / native).toFixed(2),
    })),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
