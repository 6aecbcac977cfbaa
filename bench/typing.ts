// A writer's keys through everything but the window: the code that serves the editor, with a real decoder process.
//
//   npm run bench:typing                                         the starter, on a manuscript of our own
//   npm run bench:typing -- --model DIR --text FILE --open CHARS --keys N --threads N --json
//
// The document is opened with its first CHARS characters, and the next N are typed at a human pace, with pauses behind
// words and sentences; nothing is accepted. Prints how late the event loop of the editor's side is (at rest, while
// one types, while a term is described), what a key costs there, and how long ghost text takes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { systemClock } from '../src/completion/clock';
import { CompletionEngine } from '../src/completion/completionEngine';
import { COMPLETION_DEFAULTS } from '../src/completion/options';
import { DESCRIPTION_DEFAULTS, firstDescription } from '../src/completion/description';
import { GhostText, type EditorPosition, type PendingGhostText } from '../src/completion/ghostText';
import { ReadAhead } from '../src/completion/readAhead';
import { withRepairedSpacing } from '../src/completion/completer';
import { forkDecoder } from '../src/client/forkDecoder';
import { Supervisor } from '../src/client/supervisor';
import { insertionFor } from '../src/prose/insertion';
import type { CompleteResult } from '../src/protocol/decoder';

const root = join(__dirname, '..');
const URI = 'memory:manuscript';
/** Milliseconds between two keys, in turn; behind a word and behind a sentence. */
const PACE = [110, 140, 95, 180, 125, 160, 210];
const WORD_PAUSE_MS = 240;
const SENTENCE_PAUSE_MS = 1500;
const REST_MS = 3000;

interface Delay {
  phase: string;
  /** Milliseconds by which the event loop was late. */
  p50: number;
  p99: number;
  max: number;
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** How late the event loop is while `work` goes on. The monitor's timer fires each millisecond, which is no delay. */
async function eventLoop(phase: string, work: () => Promise<void>): Promise<Delay> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await work();
  monitor.disable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - 1);
  return { phase, p50: late(monitor.percentile(50)), p99: late(monitor.percentile(99)), max: late(monitor.max) };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

/** The editor's side of ghost text over a document in memory. */
class Writer {
  /** Milliseconds the editor's thread worked for each key. */
  readonly keyMs: number[] = [];
  /** Milliseconds from the key to ghost text, the debounce included; of the keys that were left alone for so long. */
  readonly ghostTextMs: number[] = [];
  readonly results: CompleteResult[] = [];
  private readonly ghostText: GhostText;
  private readonly readAhead: ReadAhead;
  private pending: PendingGhostText | null = null;
  private length: number;
  private line: number;
  private linePrefix: string;

  /** @param text what the document holds when it is opened, the cursor at its end. */
  constructor(
    supervisor: Supervisor,
    private readonly text: string,
  ) {
    this.length = text.length;
    this.line = text.split('\n').length - 1;
    this.linePrefix = text.slice(text.lastIndexOf('\n') + 1);
    const complete: Supervisor['complete'] = async (params, hooks) => {
      const result = await supervisor.complete(params, hooks);
      this.results.push(result);
      return result;
    };
    const engine = new CompletionEngine(
      withRepairedSpacing({ complete }),
      (cursor, place, answer) => insertionFor(cursor.language, place, cursor, answer),
      systemClock,
      (line) => console.error(line),
    );
    this.ghostText = new GhostText(engine);
    this.readAhead = new ReadAhead(supervisor, systemClock, () =>
      this.ghostText.readable(this.position(), COMPLETION_DEFAULTS),
    );
  }

  press(key: string): void {
    const started = performance.now();
    this.ghostText.edited(URI, [{ rangeOffset: this.length, rangeLength: 0, text: key }], false);
    this.length += key.length;
    this.line += key === '\n' ? 1 : 0;
    this.linePrefix = key === '\n' ? '' : this.linePrefix + key;
    const position = this.position();
    this.pending?.cancel(position.linePrefix);
    this.pending = null;
    this.readAhead.schedule();
    const answer = this.ghostText.suggest({
      position,
      explicit: false,
      oneCursor: true,
      trigger: 'automatic',
      options: COMPLETION_DEFAULTS,
    });
    if ('completion' in answer) {
      this.pending = answer;
      void answer.completion.then(({ edits }) => {
        if (this.pending === answer && edits.length > 0) this.ghostTextMs.push(performance.now() - started);
      });
    }
    this.keyMs.push(performance.now() - started);
  }

  /** The cursor is behind the text, which was just opened. */
  open(): void {
    this.readAhead.schedule();
  }

  close(): void {
    this.readAhead.dispose();
    this.pending?.cancel('');
  }

  private position(): EditorPosition {
    const { length, line, linePrefix } = this;
    return {
      uri: URI,
      language: 'markdown',
      line,
      linePrefix,
      lineSuffix: '',
      offset: () => length,
      length: () => length,
      // Asked for when the document is opened; edits are told.
      text: () => this.text,
    };
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: join(root, 'models', 'starter') },
      text: { type: 'string', default: join(__dirname, 'manuscript.txt') },
      open: { type: 'string', default: '3000' },
      keys: { type: 'string', default: '400' },
      threads: { type: 'string', default: '0' },
      json: { type: 'boolean' },
    },
  });
  const threads = Number(values.threads);
  const manuscript = await readFile(values.text, 'utf8');
  const open = Number(values.open);
  const keys = [...manuscript.slice(open, open + Number(values.keys))];
  if (keys.length === 0)
    throw new Error(`${values.text} has only ${manuscript.length} characters: nothing is left to type.`);

  // Inside the repository, or the bundle would not find its native packages.
  const folder = await mkdtemp(join(root, 'node_modules', '.bench-typing-'));
  const modulePath = join(folder, 'decoder.cjs');
  await build({
    entryPoints: [join(root, 'src', 'decoder', 'main.ts')],
    outfile: modulePath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'koffi'],
    logLevel: 'error',
  });
  const output: string[] = [];
  const supervisor = new Supervisor({
    clock: systemClock,
    idleMinutes: () => 0,
    log: () => undefined,
    onStateChange: () => undefined,
    onGiveUp: (reason) => console.error(reason),
    launch: () => forkDecoder({ modulePath, onOutput: (line) => output.push(line) }),
    models: {
      choose: async () => ({ modelDir: resolve(values.model), ...(threads > 0 && { threads }) }),
      refused: () => false,
    },
  });
  const writer = new Writer(supervisor, manuscript.slice(0, open));
  const delays: Delay[] = [];
  try {
    // The first key starts the decoder, as in the editor.
    const warmUp = { strategy: 'greedy' } as const;
    await supervisor.complete({ textBefore: 'The ', decoding: warmUp, stop: { maxNewTokens: 8 } });
    writer.open();
    await sleep(REST_MS);
    delays.push(await eventLoop('at rest', () => sleep(REST_MS)));
    delays.push(
      await eventLoop('typing', async () => {
        for (const [i, key] of keys.entries()) {
          writer.press(key);
          const sentenceOver = key === ' ' && /[.?!]/.test(keys[i - 1] ?? '');
          await sleep(sentenceOver ? SENTENCE_PAUSE_MS : key === ' ' ? WORD_PAUSE_MS : PACE[i % PACE.length]!);
        }
      }),
    );
    delays.push(
      await eventLoop('describing', async () => {
        await supervisor.describe(
          { term: 'empagliflozin', ...firstDescription(DESCRIPTION_DEFAULTS) },
          { onProgress: () => undefined },
        );
      }),
    );
  } finally {
    writer.close();
    await supervisor.dispose();
    await rm(folder, { recursive: true, force: true });
  }

  const prefill = writer.results.map(({ timings }) => timings.prefillTokens);
  const report = {
    model: resolve(values.model),
    decoder: output.map((line) => line.replace('[decoder] ', '')),
    eventLoopDelayMs: delays,
    keyMs: { p50: percentile(writer.keyMs, 0.5), p99: percentile(writer.keyMs, 0.99) },
    ghostTextMs: {
      count: writer.ghostTextMs.length,
      p50: percentile(writer.ghostTextMs, 0.5),
      p95: percentile(writer.ghostTextMs, 0.95),
    },
    completions: {
      keys: keys.length,
      count: prefill.length,
      prefillTokens: { p50: percentile(prefill, 0.5), max: Math.max(...prefill) },
    },
  };
  if (values.json) {
    console.log(JSON.stringify(report));
    return;
  }
  const ms = (value: number): string => value.toFixed(2);
  console.log(report.decoder.join('\n'));
  console.table(
    delays.map(({ phase, p50, p99, max }) => ({
      'event loop': phase,
      'p50 ms': ms(p50),
      'p99 ms': ms(p99),
      'max ms': ms(max),
    })),
  );
  console.log(
    `A key keeps the editor's thread busy for ${ms(report.keyMs.p50)} ms (p50), ${ms(report.keyMs.p99)} ms (p99).`,
  );
  console.log(
    `Ghost text, whole, after a key and ${COMPLETION_DEFAULTS.debounceMs} ms of debounce: ${ms(report.ghostTextMs.p50)} ms (p50), ` +
      `${ms(report.ghostTextMs.p95)} ms (p95) of ${report.ghostTextMs.count}.`,
  );
  console.log(
    `${keys.length} keys, ${prefill.length} completions; prompt tokens computed for one: ` +
      `${report.completions.prefillTokens.p50} (p50), ${report.completions.prefillTokens.max} (most).`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
