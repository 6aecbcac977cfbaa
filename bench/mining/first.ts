import { Engine } from '../../src/decoder/engine';
import { taskReader, type ChoiceTask } from '../../src/mining/taskReader';
import { percentile } from '../speed/statistics';
import { TASKS } from './models';
import type { Texts } from './texts';

const ABSTRACTS = 12;

/** Seconds until one abstract's relations or answer are there, as the editor asks for them. */
export async function firstResults(
  precision: string,
  dirs: Record<keyof typeof TASKS, string>,
  texts: Record<keyof typeof TASKS, Texts>,
  threads: number,
): Promise<void> {
  for (const task of ['relations', 'answers'] as const) {
    const engine = await Engine.open(dirs[task], { threads });
    try {
      const miner = engine.miner((pass) => pass(), { typing: () => false });
      const { sources, newTokens } = texts[task];
      const { id } = TASKS[task];
      const choices =
        task === 'answers' ? (taskReader(TASKS.answers) as ChoiceTask).choices.map(({ text }) => text) : undefined;
      const seconds: number[] = [];
      for (const source of sources.slice(0, ABSTRACTS)) {
        miner.rest();
        const started = performance.now();
        await miner.mine({ task: id, source, ...(choices ? { choices } : { maxNewTokens: newTokens }) });
        seconds.push((performance.now() - started) / 1000);
      }
      const [middle, most] = [percentile(seconds, 0.5), Math.max(...seconds)];
      console.log(`One abstract, ${task}, ${precision}: median ${middle.toFixed(2)} s, at most ${most.toFixed(2)} s`);
    } finally {
      await engine.dispose();
    }
  }
}
