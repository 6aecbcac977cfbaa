import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ToldTask } from '../../conversion/source/tunedTask';
import { isPaperTask, PAPER_TASKS, Task } from '../../modelFolder/modelTask';
import { readJsonAs } from '../../modelFolder/outsideData';
import { english } from '../../modelFolder/phrase';
import { convert as convertModel } from '../../conversion/convert';
import type { Precision } from '../../modelFolder/format';
import type { CommonOptions } from '../options';
import { print } from '../output';

export interface ConvertOptions extends Omit<CommonOptions, 'model'> {
  out: string;
  precision: Precision;
  name?: string;
  source?: string;
  licence?: string;
  normalizePunctuation?: boolean;
  /** A task of the paper, or a file that declares one. */
  task?: string;
  withConclusion?: boolean;
  adapter?: string;
  /** Commander's default for `--no-describe` is true. */
  describe: boolean;
}

export async function convert(source: string, options: ConvertOptions): Promise<void> {
  const started = performance.now();
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const out = resolve(options.out);
    const { name, source: origin, licence, normalizePunctuation, precision, adapter, describe } = options;
    const task = await toldTask(options);
    const { bytes, warnings, description } = await convertModel(resolve(source), out, {
      precision,
      ...(name !== undefined && { name }),
      ...(origin !== undefined && { source: origin }),
      ...(licence !== undefined && { licence }),
      ...(normalizePunctuation !== undefined && { normalizePunctuation }),
      ...(task && { task }),
      ...(adapter !== undefined && { adapter }),
      ...(!describe && { describes: false }),
      signal: abort.signal,
    });
    for (const warning of warnings) process.stderr.write(`warning: ${english(warning)}\n`);
    const ms = Math.round(performance.now() - started);
    const tuned = description.task && { task: description.task.id };
    await print(
      options.json,
      { out, precision, bytes, ms, ...tuned },
      () => `${out}: ${precision}${tuned ? `, for ${tuned.task}` : ''}, ${bytes} bytes, ${ms} ms`,
    );
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** The task that the options tell: one of the paper's by name, any other by a file with its declaration. */
async function toldTask({ task, withConclusion }: ConvertOptions): Promise<ToldTask | undefined> {
  if (task === undefined) {
    if (withConclusion) throw new Error('--with-conclusion needs --task pubmedqa.');
    return undefined;
  }
  if (withConclusion && task !== 'pubmedqa') throw new Error('--with-conclusion is for --task pubmedqa only.');
  if (isPaperTask(task)) return { id: task, ...(withConclusion && { withConclusion }) };
  const json = await readFile(task, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Error(`Cannot read ${task} (${error.code}).`);
    throw new Error(`--task: "${task}" is neither a task (${PAPER_TASKS.join(', ')}) nor a file that declares one.`);
  });
  const reading = readJsonAs(Task, json);
  if (!reading.ok) throw new Error(`${task}: ${english(reading.problem)}`);
  return { declared: reading.value };
}
