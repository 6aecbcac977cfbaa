import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { evaluate, type EvaluateOptions } from '../../../bench/quality/evaluate';
import { tables } from '../../../bench/quality/report';
import type { CommonOptions } from '../options';
import { print } from '../output';
import { ProgressLine } from '../progress';

export type EvalOptions = CommonOptions & EvaluateOptions;

export async function evalModel({ json, model, corpus, train, ...options }: EvalOptions): Promise<void> {
  const trainingText = train ?? besides(corpus);
  const progress = new ProgressLine(process.stderr, process.stderr.isTTY && !json);
  try {
    const report = await evaluate(
      { ...options, model, corpus, ...(trainingText !== undefined && { train: trainingText }) },
      (stage, done, total) => progress.show(stage, done, total),
    );
    progress.end();
    await print(json, report, () => tables(report));
  } finally {
    progress.end();
  }
}

/** The training text that lies beside a corpus. */
function besides(corpus: string): string | undefined {
  const folder = dirname(resolve(corpus));
  return ['train.jsonl.xz', 'train.jsonl'].map((name) => join(folder, name)).find((path) => existsSync(path));
}
