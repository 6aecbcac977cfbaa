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
  const relations = new Map<string, FoundRelation>();
  let cut = false;
  const tell = (done: number): void =>
    onReading({ kind: 'relations', relations: [...relations.values()], cut }, { done, total: pieces.length });
  tell(0);
  for (const [i, { start, end }] of pieces.entries()) {
    const source = reader.source({ title: '', text: document.text.slice(start, end) });
    const answer = await decoder.mine({ task: reader.id, source }, { signal });
    cut ||= answer.cut;
    for (const found of foundRelations(reader, document, answer, abbreviations)) {
      const key = JSON.stringify([found.first.name, found.second.name, found.relation]).toLowerCase();
      const known = relations.get(key);
      if (!known || (found.probability ?? 0) > (known.probability ?? 0)) relations.set(key, found);
    }
    tell(i + 1);
  }
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
