import { partsOf, weighed } from '../../mining/choices';
import type { SourceDocument } from '../../mining/document';
import { classHeader, classLines, type AnswerFormat, type ClassifiedPart } from '../../mining/formats/answers';
import type { ChoiceTask } from '../../mining/taskReader';
import { forEachDocument, openInputs, openMiner, type OpenMiner, type MiningOptions } from '../mining/mineAll';
import { openOutput } from '../mining/resumableOutput';
import type { MiningWork } from '../mining/taskModel';

export interface ClassifyOptions extends MiningOptions {
  format?: AnswerFormat;
}

interface Classified {
  parts: ClassifiedPart[];
  /** The end of a part was not read. */
  cut: boolean;
}

export const CLASSIFY_SENTENCES: MiningWork<ChoiceTask> = {
  words: 'classify sentences',
  fits: (task): task is ChoiceTask => task.kind === 'choice' && !task.asks,
};

export async function classify(paths: readonly string[], options: ClassifyOptions): Promise<void> {
  const miner = await openMiner(options, CLASSIFY_SENTENCES);
  try {
    await classifyBy(miner, paths, options);
  } finally {
    await miner.dispose();
  }
}

/** The same with a model that is open. */
export async function classifyBy(
  miner: OpenMiner<ChoiceTask>,
  paths: readonly string[],
  options: ClassifyOptions,
): Promise<void> {
  const { out, resume, json } = options;
  const format = options.format ?? (json ? 'jsonl' : 'tsv');
  const { task } = miner;
  const inputs = await openInputs(paths, options);
  const settings = { '--model': miner.dir, '--input-format': options.inputFormat, '--format': format };
  const output = await openOutput(out, { header: classHeader(format), between: '', footer: '' }, { resume, settings });
  const classified = async (document: SourceDocument, signal: AbortSignal): Promise<Classified> => {
    const parts: ClassifiedPart[] = [];
    let cut = false;
    for (const { start, end, text } of partsOf(task, document)) {
      const part = await miner.mine(
        { source: task.source(text), choices: task.choices.map((choice) => choice.text) },
        signal,
      );
      parts.push({ start, end, classes: weighed(task, part.choices!) });
      cut ||= part.cut;
    }
    return { parts, cut };
  };
  await forEachDocument(inputs, options, output, classified, ({ parts }, which, document) =>
    output.add(which, classLines(format, document, parts)),
  );
}
