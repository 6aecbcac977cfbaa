import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeCheckpoint } from '../faults/support/checkpoints.js';
import { REPO } from '../faults/support/installation.js';
import { isAlive } from '../host/processes.js';
import { TestHub } from '../support/testHub/testHub.js';

/** What one window tells. */
export interface WindowReport {
  text: string;
  installedMs: number;
  answeredMs: number;
  /** Its process. */
  decoder: number;
  /** Of its decoder, with its share of what is mapped by others too. */
  megabytes: number | undefined;
}

export interface WindowsReport {
  windows: number;
  /** Different texts that they were given; all ask the same. */
  answers: number;
  /** Bytes that the Hub has sent, by those of the files. */
  share: number;
  /** Milliseconds until the last window had its model, and its answer. */
  installedMs: number;
  answeredMs: number;
  megabytes: (number | undefined)[];
  /** What is in the folder of models besides the one model. */
  left: string[];
  /** Decoders that outlived their windows. */
  orphans: number;
}

/**
 * Several windows start at once, install the same model, and ask it. Each is a process that does what an extension host
 * does, without an editor: ten editors need more memory than most machines have.
 */
export async function windows(options: { windows: number; log: (line: string) => void }): Promise<WindowsReport> {
  const { windows: count, log } = options;
  const root = mkdtempSync(join(tmpdir(), 'biogpt-windows-'));
  const models = join(root, 'models');
  const checkpoint = writeCheckpoint(root, 'large', 1);
  const hub = await TestHub.start();
  const running: Window[] = [];
  try {
    await hub.publish(REPO, checkpoint);
    for (let i = 0; i < count; i++) running.push(new Window(models, hub.url));
    for (const window of running) await window.line();
    for (const window of running) window.goOn();
    const reports = await Promise.all(running.map(async (window) => JSON.parse(await window.line()) as WindowReport));
    for (const report of reports) log(JSON.stringify(report));
    for (const window of running) window.goOn();
    await Promise.all(running.map((window) => window.ended));
    await sleep(1_000);
    const bytes = readdirSync(checkpoint).reduce((sum, name) => sum + statSync(join(checkpoint, name)).size, 0);
    const downloads = join(models, '.downloads');
    return {
      windows: count,
      answers: new Set(reports.map(({ text }) => text)).size,
      share: hub.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0) / bytes,
      installedMs: Math.max(...reports.map(({ installedMs }) => installedMs)),
      answeredMs: Math.max(...reports.map(({ answeredMs }) => answeredMs)),
      megabytes: reports.map(({ megabytes }) => megabytes),
      left: [
        ...readdirSync(models).filter((name) => name.startsWith('.') && name !== '.downloads'),
        ...readdirSync(models)
          .filter((name) => !name.startsWith('.'))
          .slice(1),
        ...(existsSync(downloads) ? readdirSync(downloads) : []),
      ],
      orphans: reports.filter(({ decoder }) => isAlive(decoder)).length,
    };
  } finally {
    for (const window of running) window.kill();
    await hub.close();
    rmSync(root, { recursive: true, force: true });
  }
}

class Window {
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(models: string, endpoint: string) {
    const args = ['--import', 'tsx', join(__dirname, 'support', 'window.ts'), models, endpoint];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
    this.ended = new Promise((done) => this.child.once('exit', () => done()));
  }

  /** What it says next. @throws Error with what it wrote on stderr where it ends before */
  async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`A window ended early:\n${this.errors}`);
    return value;
  }

  goOn(): void {
    this.child.stdin!.write('\n');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
