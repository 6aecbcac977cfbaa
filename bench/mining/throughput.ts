import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Engine } from '../../src/decoder/engine';
import { BATCH_MINING } from '../../src/cli/mining/mineAll';
import { taskReader, type ChoiceTask } from '../../src/mining/taskReader';
import { root, type Preparation } from '../speed/preparation';
import { TASKS } from './models';
import type { Texts } from './texts';

export interface Throughput {
  name: string;
  aMinute: number;
  /** Texts that are read in one pass. */
  batch: number;
}

/** The engine as the command line uses it: relations as answers of a fixed length, questions by their choices. */
export async function oursAMinute(
  task: keyof typeof TASKS,
  precision: string,
  modelDir: string,
  { sources, newTokens }: Texts,
  { threads, rows }: { threads: number; rows: number },
): Promise<Throughput[]> {
  const engine = await Engine.open(modelDir, { threads });
  const { id } = TASKS[task];
  try {
    const measured = async (name: string, batch: number, choices?: readonly string[]): Promise<Throughput> => {
      const miner = engine.miner((pass) => pass(), { ...BATCH_MINING, rows: batch });
      const mine = (source: string): Promise<unknown> =>
        miner.mine({ task: id, source, ...(choices ? { choices } : { maxNewTokens: newTokens }) });
      await mine(sources[0]!);
      const started = performance.now();
      await Promise.all(sources.map(mine));
      const seconds = (performance.now() - started) / 1000;
      miner.rest();
      return { name: `BioGPT Writer ${precision}${name}`, aMinute: (60 * sources.length) / seconds, batch };
    };
    const results: Throughput[] = [];
    if (task === 'answers') {
      const { choices } = taskReader(TASKS.answers) as ChoiceTask;
      results.push(
        await measured(
          ', choices weighed',
          1,
          choices.map((choice) => choice.text),
        ),
      );
    }
    results.push(await measured(task === 'answers' ? ', answers written' : '', rows));
    return results;
  } finally {
    await engine.dispose();
  }
}

interface PeerLine {
  precision: string;
  batch: number;
  documents: number;
  seconds: number;
  trial: boolean;
}

/** transformers on the same prompts. */
export async function peersAMinute(
  preparation: Preparation,
  checkpoint: string,
  { inputs, newTokens }: Texts,
  settings: { threads: number; precisions: readonly string[]; batches: readonly number[] },
): Promise<Throughput[]> {
  if (settings.precisions.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-mining-'));
  try {
    const file = join(folder, 'inputs.json');
    const trial = Math.min(inputs.length, Math.max(...settings.batches));
    writeFileSync(file, JSON.stringify({ ...settings, newTokens, inputs, trial }));
    const script = join(root, 'bench', 'speed', 'python', 'mining.py');
    const child = spawn(await preparation.python(), [script, checkpoint, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, said, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.on('close', resolve)),
    ]);
    if (code !== 0) throw new Error(`transformers ended with code ${code}: ${said.trim().split('\n').at(-1)}`);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PeerLine);
    return lines.map(({ precision, batch, documents, seconds, trial: tried }) => ({
      name: `transformers ${precision}${tried ? `, tried on ${documents}` : ''}`,
      aMinute: (60 * documents) / seconds,
      batch,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
