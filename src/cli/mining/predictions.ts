/** What was predicted for the documents of a data set: a model's words, or what our commands read in such words. */
import * as v from 'valibot';
import { answerBehind, HALLMARKS_PHRASE, labelsOf } from '../../mining/labels';
import type { NamedRelation } from '../../mining/taskReader';
import { TASKS } from '../../mining/tasks';
import { readJsonLines } from '../jsonLines';

const Words = v.object({ id: v.string(), output: v.string() });
const Name = v.object({ name: v.string() });
/** A line of `relations --format jsonl`. */
const RelationsLine = v.object({
  id: v.string(),
  relations: v.array(v.object({ first: Name, second: Name, relation: v.string() })),
});
/** A line of `ask --format jsonl`. */
const AnswerLine = v.object({ id: v.string(), answer: v.string() });
/** A line of `classify --format jsonl`, a sentence each. */
const ClassLine = v.object({ id: v.string(), class: v.string() });

const neither = (command: string): string =>
  `this is neither {"id", "output"} nor a line of "biogpt ${command} --format jsonl"`;

/** Relations by document. @param parse reads a model's words @throws Error for another form, or a document twice */
export async function predictedRelations<T>(
  path: string,
  parse: (output: string) => T[] | null,
  named: (relation: NamedRelation) => T,
): Promise<Map<string, T[]>> {
  const predicted = new Map<string, T[]>();
  for await (const line of readLines(path, v.union([Words, RelationsLine], neither('relations')))) {
    once(predicted, line.id, path);
    const relations =
      'output' in line
        ? (parse(line.output) ?? [])
        : line.relations.map(({ first, second, relation }) =>
            named({ first: first.name, second: second.name, relation }),
          );
    predicted.set(line.id, relations);
  }
  return predicted;
}

/** PubMedQA's answers by document; null for words that give none. @throws Error as `predictedRelations` */
export async function predictedAnswers(path: string): Promise<Map<string, string | null>> {
  const predicted = new Map<string, string | null>();
  for await (const line of readLines(path, v.union([Words, AnswerLine], neither('ask')))) {
    once(predicted, line.id, path);
    predicted.set(line.id, 'output' in line ? TASKS.pubmedqa.parse(line.output) : line.answer);
  }
  return predicted;
}

/**
 * The hallmarks by document, as the model lists them (`a|b`); null for words that list none. A document that `classify` took
 * for several sentences has the classes of all. @throws Error as `predictedRelations`
 */
export async function predictedHallmarks(path: string): Promise<Map<string, string | null>> {
  const predicted = new Map<string, string | null>();
  for await (const line of readLines(path, v.union([Words, ClassLine], neither('classify')))) {
    if ('output' in line) {
      once(predicted, line.id, path);
      predicted.set(line.id, answerBehind(HALLMARKS_PHRASE, line.output));
    } else {
      predicted.set(line.id, united(predicted.get(line.id) ?? null, line.class));
    }
  }
  return predicted;
}

/** `empty` stands alone: it says that there is no other. */
function united(before: string | null, label: string): string {
  const labels = new Set([...(before === null ? [] : labelsOf(before)), label]);
  if (labels.size > 1) labels.delete('empty');
  return [...labels].join('|');
}

function readLines<S extends v.GenericSchema>(path: string, schema: S): AsyncGenerator<v.InferOutput<S>> {
  return readJsonLines(path, schema, 'the predictions');
}

function once(predicted: ReadonlyMap<string, unknown>, id: string, path: string): void {
  if (predicted.has(id))
    throw new Error(`${path} contains two predictions for the document "${id}". Remove one of them.`);
}
