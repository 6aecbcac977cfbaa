import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleOf } from '../../support/bundle';
import { writeHuggingFaceFolder } from '../../unit/conversion/support/tinyModel';
import { createTinyModel } from '../../unit/decoder/support/tinyModel';
import { decoderTemplates, hostileMessage, installerTemplates } from './messages';
import { Random } from './random';

export interface ChannelResult {
  messages: number;
  answered: number;
  /** Answers that were errors. */
  refused: number;
  peakMb: number;
  wrong: string[];
}

/** Messages that are under way together. */
const BATCH = 50;
/** Answers to a batch may take so long on a busy machine. */
const PATIENCE_MS = 120_000;
/** With a tiny model the process holds about 150 MB. */
const MOST_MB = 900;

/**
 * Sends `count` malformed and hostile messages to a process of ours, and asks for a sign of life after each batch.
 * @param seconds ends it early
 */
export async function attackChannel(
  which: 'decoder' | 'installer',
  seed: number,
  count: number,
  seconds = Infinity,
  tell: (line: string) => void = () => undefined,
): Promise<ChannelResult> {
  const bundle = await bundleOf(which);
  const model = await createTinyModel();
  const root = mkdtempSync(join(tmpdir(), 'biogpt-channel-'));
  // Paths that climb stay inside of `root`.
  const cwd = join(root, 'a', 'b', 'c');
  mkdirSync(cwd, { recursive: true });
  const source = join(root, 'source');
  writeHuggingFaceFolder(source);
  const templates =
    which === 'decoder'
      ? decoderTemplates(model.dir)
      : installerTemplates(source, join(root, 'models', 'tiny'), model.dir);
  const result: ChannelResult = { messages: 0, answered: 0, refused: 0, peakMb: 0, wrong: [] };
  const random = new Random(seed);
  const end = performance.now() + 1000 * seconds;
  let channel = new Channel(bundle.path, cwd);
  try {
    while (result.messages < count && performance.now() < end) {
      if (which === 'decoder')
        channel.send({ jsonrpc: '2.0', id: channel.owe(), method: templates[0]![0], params: templates[0]![1] });
      const sent: unknown[] = [];
      for (let i = 0; i < BATCH && result.messages < count; i++) {
        const { value, id } = hostileMessage(random, templates, channel.owe());
        if (id === undefined) channel.oweNothing();
        channel.send(value);
        sent.push(value);
        result.messages++;
      }
      const problem = await channel.settled(PATIENCE_MS);
      result.peakMb = Math.max(result.peakMb, channel.peakMb());
      if (problem === undefined && channel.peakMb() <= MOST_MB) {
        if (result.messages % (40 * BATCH) === 0) tell(`${which}: ${result.messages} messages, ${channel.peakMb()} MB`);
        continue;
      }
      const after = sent.map((value) => (JSON.stringify(value) ?? 'undefined').slice(0, 200)).join('\n  ');
      result.wrong.push(`${which}, message ${result.messages}: ${problem ?? 'too much memory'}, among\n  ${after}`);
      book(result, channel);
      channel.kill();
      channel = new Channel(bundle.path, cwd);
      if (result.wrong.length === 20) break;
    }
    book(result, channel);
  } finally {
    channel.kill();
    rmSync(root, { recursive: true, force: true });
    await model.remove();
    await bundle.remove();
  }
  return result;
}

function book(result: ChannelResult, { answered, refused }: Channel): void {
  result.answered += answered;
  result.refused += refused;
}

/** A child process that is spoken to without any library, so that anything can be said. */
class Channel {
  answered = 0;
  refused = 0;
  private readonly child: ChildProcess;
  private readonly owed = new Set<number>();
  private lastId = 0;
  private ended: string | undefined;
  private errors = '';
  private malformed: string | undefined;

  constructor(path: string, cwd: string) {
    this.child = fork(path, [], { cwd, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.child.stderr!.on('data', (data: Buffer) => (this.errors = (this.errors + data.toString()).slice(-1000)));
    this.child.on('exit', (code, signal) => (this.ended = String(signal ?? code)));
    this.child.on('error', () => undefined);
    this.child.on('message', (message: { id?: unknown; method?: unknown; error?: { message?: unknown } }) => {
      // What the installer asks of its owner before it replaces a folder.
      if (message.method !== undefined && message.id !== undefined) {
        this.send({ jsonrpc: '2.0', id: message.id, result: null });
        return;
      }
      if (typeof message.id !== 'number' || !this.owed.delete(message.id)) return;
      this.answered++;
      if (message.error === undefined) return;
      this.refused++;
      if (typeof message.error.message !== 'string' || message.error.message === '')
        this.malformed = JSON.stringify(message);
    });
  }

  /** The id of a request that is to be answered. */
  owe(): number {
    this.owed.add(++this.lastId);
    return this.lastId;
  }

  oweNothing(): void {
    this.owed.delete(this.lastId);
  }

  send(value: unknown): void {
    if (this.ended === undefined && this.child.connected) this.child.send(value as object, () => undefined);
  }

  /** Waits until every answer that is owed is there. @returns what is wrong */
  async settled(patienceMs: number): Promise<string | undefined> {
    const until = performance.now() + patienceMs;
    while (this.owed.size > 0 && this.ended === undefined && performance.now() < until) await delay(2);
    if (this.ended !== undefined) return `the process ended (${this.ended}): ${this.errors}`;
    if (this.owed.size > 0) return `no answer to ${[...this.owed].slice(0, 3).join(', ')}: ${this.errors}`;
    return this.malformed && `an error without words: ${this.malformed}`;
  }

  /** Largest resident set so far. */
  peakMb(): number {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      return 0;
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
