import * as v from 'valibot';
import { labelsOf } from '../../mining/labels';
import { identified, type IdPair, type NameTable, scorePairs } from '../../mining/metrics/chemicalDisease';
import { scoreInteractions } from '../../mining/metrics/interactions';
import { scoreAnswers, scoreHallmarks } from '../../mining/metrics/labels';
import { TASKS, type TaskId } from '../../mining/tasks';
import { readJson, readJsonLines } from '../jsonLines';
import { predictedAnswers, predictedHallmarks, predictedRelations } from '../mining/predictions';
import { print } from '../output';

export interface EvaluateTaskOptions {
  predictions: string;
  gold: string;
  names?: string;
  parsed: boolean;
  json: boolean;
}

const Ids = v.record(v.string(), v.string());
const Names = v.object({ chemical2id: Ids, disease2id: Ids });
/** The table of one split, or those of several by name. */
const NamesFile = v.union([Names, v.record(v.string(), Names)]);
const document = <S extends v.GenericSchema>(gold: S) =>
  v.object({ id: v.string(), split: v.optional(v.string()), gold: v.array(gold) });
const PairDocument = document(v.object({ chemical: v.string(), disease: v.string() }));
const InteractionDocument = document(v.object({ drug: v.string(), target: v.string(), relation: v.string() }));
const LabelDocument = document(v.string());

type Figures = Record<string, number | null>;

/** What a task's scoring prints: a parse for each document, in the data set's order, and the figures of all. */
interface Evaluation {
  /** Ids of the documents that something was predicted for. */
  predicted: ReadonlySet<string>;
  parses: { id: string; parsed: unknown }[];
  figures: Figures;
}

/**
 * `biogpt evaluate-task`: scores what a model wrote as the task's own program does.
 * @throws Error for files of another form; a prediction without a document is told on standard error and left out
 */
export async function evaluateTask(task: TaskId, options: EvaluateTaskOptions): Promise<void> {
  const { predicted, parses, figures } = await EVALUATIONS[task](options);
  if (parses.length === 0)
    throw new Error(`There are no documents in ${options.gold}. Specify the data set with --gold.`);
  const known = new Set(parses.map(({ id }) => id));
  tell([...predicted].filter((id) => !known.has(id)).length, 'not in the data set, predictions ignored');
  tell(parses.filter(({ id }) => !predicted.has(id)).length, 'without a prediction, scored as empty');

  if (options.parsed) {
    for (const parse of parses) {
      await print(options.json, parse, () => `${parse.id}\t${JSON.stringify(parse.parsed)}`);
    }
  }
  await print(options.json, figures, () =>
    Object.entries(figures)
      .map(([name, value]) => `${name}: ${value ?? 'NaN'}`)
      .join('\n'),
  );
}

function tell(count: number, what: string): void {
  if (count > 0) process.stderr.write(`${count} ${count === 1 ? 'document' : 'documents'} ${what}.\n`);
}

async function readGold<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S>[]> {
  const documents: v.InferOutput<S>[] = [];
  for await (const item of readJsonLines(path, schema, 'the data set')) documents.push(item);
  return documents;
}

const EVALUATIONS: Record<TaskId, (options: EvaluateTaskOptions) => Promise<Evaluation>> = {
  async bc5cdr(options) {
    const relations = await predictedRelations(
      options.predictions,
      (output) => TASKS.bc5cdr.parse(output),
      ({ first, second }) => ({ chemical: first, disease: second }),
    );
    const documents = await readGold(options.gold, PairDocument);
    const names = await readNames(options, documents[0]?.split);
    const predicted = documents.map(({ id }): IdPair[] => identified(relations.get(id) ?? [], names));
    const score = scorePairs(
      documents.map(({ gold }, i) => ({
        predicted: predicted[i]!,
        gold: gold.map(({ chemical, disease }): IdPair => [chemical, disease]),
      })),
    );
    return {
      predicted: new Set(relations.keys()),
      parses: documents.map(({ id }, i) => ({ id, parsed: predicted[i] })),
      figures: { ...score },
    };
  },
  ddi: (options) => interactions('ddi', options),
  'kd-dti': (options) => interactions('kd-dti', options),
  async hoc(options) {
    const hallmarks = await predictedHallmarks(options.predictions);
    const documents = await readGold(options.gold, LabelDocument);
    const answers = documents.map(({ id }) => hallmarks.get(id) ?? null);
    return {
      predicted: new Set(hallmarks.keys()),
      parses: documents.map(({ id }, i) => ({ id, parsed: answers[i] ?? 'failed' })),
      figures: scoreHallmarks(
        documents.map(({ gold }, i) => ({ predicted: answers[i] === null ? [] : labelsOf(answers[i]!), gold })),
      ),
    };
  },
  async pubmedqa(options) {
    const answers = await predictedAnswers(options.predictions);
    const documents = await readGold(options.gold, LabelDocument);
    const predicted = documents.map(({ id }) => answers.get(id) ?? null);
    return {
      predicted: new Set(answers.keys()),
      parses: documents.map(({ id }, i) => ({ id, parsed: predicted[i] ?? 'failed' })),
      figures: scoreAnswers(documents.map(({ gold }, i) => ({ predicted: predicted[i]!, gold: gold[0] ?? '' }))),
    };
  },
};

async function interactions(task: 'ddi' | 'kd-dti', options: EvaluateTaskOptions): Promise<Evaluation> {
  const relations = await predictedRelations(
    options.predictions,
    (output) => TASKS[task].parse(output),
    ({ first, second, relation }) => ({ drug: first, target: second, relation }),
  );
  const documents = await readGold(options.gold, InteractionDocument);
  const predicted = documents.map(({ id }) => relations.get(id) ?? []);
  return {
    predicted: new Set(relations.keys()),
    parses: documents.map(({ id }, i) => ({
      id,
      parsed: predicted[i]!.map(({ drug, target, relation }) => [drug, target, relation]),
    })),
    figures: { ...scoreInteractions(documents.map(({ gold }, i) => ({ predicted: predicted[i]!, gold }))) },
  };
}

async function readNames({ names, gold }: EvaluateTaskOptions, split: string | undefined): Promise<NameTable> {
  if (names === undefined) {
    throw new Error(
      `BC5CDR is scored by identifiers. With --names, specify the table of names that belongs to ${gold}.`,
    );
  }
  const file = await readJson(names, NamesFile, 'the table of names');
  const table = v.is(Names, file) ? file : file[split ?? 'test'];
  if (table === undefined) throw new Error(`${names} has no table of names for the split "${split ?? 'test'}".`);
  return {
    chemicals: new Map(Object.entries(table.chemical2id)),
    diseases: new Map(Object.entries(table.disease2id)),
  };
}
