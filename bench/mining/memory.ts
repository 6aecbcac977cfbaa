import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelTask } from '../../src/modelFolder/modelTask';
import { declareTask } from '../../test/support/declareTask';
import { root, type Preparation } from '../speed/preparation';
import type { Texts } from './texts';

/** The starter as if it had a task whose answers it happens to write: few tokens, so that the run ends soon. */
const TASK: ModelTask = {
  id: 'phrases',
  prompt: [20],
  lowerCase: false,
  maxSourceTokens: 40,
  maxTokens: 62,
  form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} of {b}' } },
};

/** Memory of the command line while it mines many documents of one file, at a tenth of them and at the end. */
export async function memoryOfMany(preparation: Preparation, { sources }: Texts, documents: number): Promise<void> {
  const program = await preparation.program('cli', join(root, 'src', 'cli', 'main.ts'));
  const folder = await mkdtemp(join(tmpdir(), 'biogpt-memory-'));
  try {
    const model = join(folder, 'model');
    await cp(join(root, 'models', 'starter'), model, { recursive: true });
    declareTask(model, TASK);
    const input = join(folder, 'documents.jsonl');
    const stream = createWriteStream(input);
    for (let i = 0; i < documents; i++) {
      stream.write(`${JSON.stringify({ id: `${i}`, text: `${i} ${sources[i % sources.length]!.slice(0, 100)}` })}\n`);
    }
    await new Promise<void>((resolve) => stream.end(resolve));

    const out = join(folder, 'relations.tsv');
    const glossary = join(root, 'glossary');
    const args = [program, 'relations', input, '--model', model, '--out', out, '--ungrounded', '--glossary', glossary];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    let ended: number | null | undefined;
    child.on('close', (code) => (ended = code));
    let early: number | undefined;
    let last = { done: 0, bytes: 0 };
    let most = 0;
    while (ended === undefined) {
      await sleep(100);
      const done = doneBy(`${out}.progress`);
      const bytes = residentBytes(child.pid!);
      if (bytes === null || done === null) continue;
      last = { done, bytes };
      most = Math.max(most, bytes);
      if (done >= documents / 10) early ??= bytes;
    }
    if (ended !== 0) throw new Error(`The command line ended with code ${ended}.`);
    const relations = readFileSync(out, 'utf8').split('\n').length - 2;
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
    console.log(
      `${documents} documents, ${relations} relations: ${megabytes(early!)} after a tenth, ${megabytes(last.bytes)} after ${last.done}, at most ${megabytes(most)}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function doneBy(record: string): number | null {
  if (!existsSync(record)) return null;
  const line = readFileSync(record, 'utf8').trimEnd().split('\n').at(-1)!;
  try {
    return (JSON.parse(line) as { done?: number }).done ?? null;
  } catch {
    // It is being written.
    return null;
  }
}

function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
