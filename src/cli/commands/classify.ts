import { CodePoints, documentSentences, wholeText, type SourceDocument } from '../../mining/document';
import type { ChoiceTask, TaskReader } from '../../mining/taskReader';
import {
  forEachDocument,
  openInputs,
  openMiner,
  type OpenMiner,
  sharesOf,
  type MiningOptions,
} from '../mining/mineAll';
import { openOutput } from '../mining/resumableOutput';

export interface ClassifyOptions extends MiningOptions {
  format?: 'tsv' | 'jsonl';
}

const classifies = (task: TaskReader): task is ChoiceTask => task.kind === 'choice' && !task.asks;

export async function classify(paths: readonly string[], options: ClassifyOptions): Promise<void> {
  const miner = await openMiner(options, classifies, 'classes of texts');
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
  const { out, resume, model, json } = options;
  const format = options.format ?? (json ? 'jsonl' : 'tsv');
  const { task } = miner;
  const inputs = await openInputs(paths, options);
  const header = format === 'jsonl' ? '' : 'document\tstart\tend\tclass\tprobability\ttext\n';
  const settings = [model, format].join(' ');
  const output = await openOutput(out, { header, between: '', footer: '' }, { resume, settings });
  await forEachDocument(inputs, options, output, async (document, which) => {
    const text = wholeText(document);
    const points = new CodePoints(text);
    let lines = '';
    for (const part of partsOf(task, document)) {
      const { choices } = await miner.mine({
        source: task.source(part.text),
        choices: task.choices.map((choice) => choice.text),
      });
      const shares = sharesOf(choices!).map((share) => Number(share.toFixed(4)));
      const best = shares.indexOf(Math.max(...shares));
      const label = task.choices[best]!.answer;
      const [start, end] = [points.fromUnits(part.start), points.fromUnits(part.end)];
      const words = text.slice(part.start, part.end);
      const probabilities = Object.fromEntries(task.choices.map(({ answer }, i) => [answer, shares[i]]));
      const row = [document.id, start, end, label, shares[best]!, words];
      lines +=
        format === 'jsonl'
          ? `${JSON.stringify({ id: document.id, start, end, text: words, class: label, probabilities })}\n`
          : `${row.map((cell) => String(cell).replace(/[\t\r\n]+/g, ' ')).join('\t')}\n`;
    }
    await output.add(which, lines);
  });
}

/** What gets a class of its own: each sentence, or the whole document. */
function partsOf(
  task: ChoiceTask,
  document: SourceDocument,
): { start: number; end: number; text: { title: string; text: string } }[] {
  const text = wholeText(document);
  if (!task.bySentence) return [{ start: 0, end: text.length, text: document }];
  return documentSentences(document).map(({ start, end }) => ({
    start,
    end,
    text: { title: '', text: text.slice(start, end) },
  }));
}
