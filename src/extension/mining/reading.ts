import type { MiningDecoder } from '../../client/decoder';
import { documentAbbreviations } from '../../glossary/documentAbbreviations';
import { partsOf, weighed, type Weighed } from '../../mining/choices';
import { splitConclusion } from '../../mining/conclusion';
import type { SourceDocument } from '../../mining/document';
import type { ClassifiedPart } from '../../mining/formats/answers';
import { foundRelations, type FoundRelation } from '../../mining/foundRelations';
import { piecesOf } from '../../mining/pieces';
import type { TaskModel } from './taskModel';

/** What a model has read from a text so far. */
export type Reading =
  | { kind: 'relations'; relations: readonly FoundRelation[]; cut: boolean }
  | { kind: 'answer'; question: string; answers: readonly Weighed[]; conclusion: string | undefined; cut: boolean }
  | { kind: 'classes'; parts: readonly ClassifiedPart[]; cut: boolean };

/** How far it is: requests that are done, of all. */
export interface ReadingProgress {
  done: number;
  total: number;
}

export type OnReading = (reading: Reading, progress: ReadingProgress) => void;

/** UTF-16 units that a token of the source stands for; fewer would be cut off now and then. */
const UNITS_A_TOKEN = 3.5;
/** Pieces of a text that the decoder is asked to read at a time: it reads several together. */
const AT_A_TIME = 8;

/** The relations of a text; a long one is read in pieces, and each relation is shown with its evidence in the whole. */
export async function readRelations(
  decoder: MiningDecoder,
  { reader, maxSourceTokens }: TaskModel<'relations'>,
  document: SourceDocument,
  signal: AbortSignal,
  onReading: OnReading,
): Promise<void> {
  const pieces = piecesOf(document.text, Math.floor(maxSourceTokens * UNITS_A_TOKEN));
  const abbreviations = documentAbbreviations(document.text);
  const found: (readonly FoundRelation[])[] = pieces.map(() => []);
  let cut = false;
  let done = 0;
  const tell = (): void =>
    onReading({ kind: 'relations', relations: likeliest(found.flat()), cut }, { done, total: pieces.length });
  tell();
  let next = 0;
  let failed = false;
  const readOn = async (): Promise<void> => {
    while (next < pieces.length && !failed) {
      const i = next++;
      const { start, end } = pieces[i]!;
      const source = reader.source({ title: '', text: document.text.slice(start, end) });
      try {
        const answer = await decoder.mine({ task: reader.id, source }, { signal });
        cut ||= answer.cut;
        found[i] = foundRelations(reader, document, answer, abbreviations);
      } catch (error) {
        failed = true;
        throw error;
      }
      done++;
      tell();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, readOn));
}

/** Each relation once, where it was found first, as its likeliest finding has it. */
function likeliest(found: readonly FoundRelation[]): FoundRelation[] {
  const relations = new Map<string, FoundRelation>();
  for (const relation of found) {
    const key = JSON.stringify([relation.first.name, relation.second.name, relation.relation]).toLowerCase();
    const known = relations.get(key);
    if (!known || (relation.probability ?? 0) > (known.probability ?? 0)) relations.set(key, relation);
  }
  return [...relations.values()];
}

/** The answers to a question about a text, weighed. */
export async function readAnswer(
  decoder: MiningDecoder,
  { reader, withConclusion }: TaskModel<'answer'>,
  document: SourceDocument & { question: string },
  signal: AbortSignal,
  onReading: OnReading,
): Promise<void> {
  const { question } = document;
  const { text, conclusion } = withConclusion
    ? splitConclusion(document.text)
    : { text: document.text, conclusion: undefined };
  onReading({ kind: 'answer', question, answers: [], conclusion, cut: false }, { done: 0, total: 1 });
  const source = reader.source({ title: '', text, question, ...(conclusion !== undefined && { conclusion }) });
  const choices = reader.choices.map((choice) => choice.text);
  const { choices: logs, cut } = await decoder.mine({ task: reader.id, source, choices }, { signal });
  const answers = weighed(reader, logs!);
  onReading({ kind: 'answer', question, answers, conclusion, cut }, { done: 1, total: 1 });
}

/** The class of each sentence, or of the whole text, as the task has it. */
export async function readClasses(
  decoder: MiningDecoder,
  { reader }: TaskModel<'classes'>,
  document: SourceDocument,
  signal: AbortSignal,
  onReading: OnReading,
): Promise<void> {
  const parts = partsOf(reader, document);
  const choices = reader.choices.map((choice) => choice.text);
  const read: ClassifiedPart[] = [];
  let cut = false;
  const tell = (): void =>
    onReading({ kind: 'classes', parts: [...read], cut }, { done: read.length, total: parts.length });
  tell();
  for (const { start, end, text } of parts) {
    const answer = await decoder.mine({ task: reader.id, source: reader.source(text), choices }, { signal });
    cut ||= answer.cut;
    read.push({ start, end, classes: weighed(reader, answer.choices!) });
    tell();
  }
}
