import type { MiningDecoder } from '../../client/decoder';
import { documentAbbreviations } from '../../glossary/documentAbbreviations';
import { partsOf, weighed, type Weighed } from '../../mining/choices';
import { splitConclusion } from '../../mining/conclusion';
import { wholeText, type SourceDocument } from '../../mining/document';
import type { ClassifiedPart } from '../../mining/formats/answers';
import { foundRelations, type FoundRelation, type KnownNames } from '../../mining/foundRelations';
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
  /** The model has answered something; before that it may still be loading. */
  begun: boolean;
}

export type OnReading = (reading: Reading, progress: ReadingProgress) => void;

/** UTF-16 units that a token of the source stands for; fewer would be cut off now and then. */
const UNITS_A_TOKEN = 3.5;
/** Pieces of a text that the decoder is asked to read at a time: it reads several together. */
const AT_A_TIME = 8;

/**
 * The relations of a text, each as soon as it is written; a long text is read in pieces, and each relation is shown with its
 * evidence in the whole.
 * @param identify an identifier for a name, for those that the document doesn't mark
 */
export async function readRelations(
  decoder: MiningDecoder,
  { reader, maxSourceTokens }: TaskModel<'relations'>,
  { document, identify }: { document: SourceDocument; identify: (name: string) => string | undefined },
  signal: AbortSignal,
  onReading: OnReading,
): Promise<void> {
  const text = wholeText(document);
  const pieces = piecesOf(text, Math.floor(maxSourceTokens * UNITS_A_TOKEN));
  const known: KnownNames = { abbreviations: documentAbbreviations(text), identify };
  const found: (readonly FoundRelation[])[] = pieces.map(() => []);
  let cut = false;
  let done = 0;
  let begun = false;
  const tell = (): void =>
    onReading({ kind: 'relations', relations: likeliest(found.flat()), cut }, { done, total: pieces.length, begun });
  tell();
  let next = 0;
  let failed = false;
  const readOn = async (): Promise<void> => {
    while (next < pieces.length && !failed) {
      const i = next++;
      const { start, end } = pieces[i]!;
      const source = reader.source(pieces.length === 1 ? document : { title: '', text: text.slice(start, end) });
      let written = 0;
      const onProgress = ({ text: answer }: { text: string }): void => {
        const whole = answer.lastIndexOf(reader.separator);
        if (begun && whole <= written) return;
        begun = true;
        // The probability of a relation comes with the whole answer.
        if (whole > written) found[i] = foundRelations(reader, document, { text: answer.slice(0, whole) }, known);
        written = Math.max(written, whole);
        tell();
      };
      try {
        const answer = await decoder.mine({ task: reader.id, source }, { signal, onProgress });
        cut ||= answer.cut;
        found[i] = foundRelations(reader, document, answer, known);
      } catch (error) {
        failed = true;
        throw error;
      }
      done++;
      begun = true;
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
  const body = document.text === '' ? document.title : document.text;
  const { text, conclusion } = withConclusion ? splitConclusion(body) : { text: body, conclusion: undefined };
  onReading({ kind: 'answer', question, answers: [], conclusion, cut: false }, { done: 0, total: 1, begun: false });
  const source = reader.source({ title: '', text, question, ...(conclusion !== undefined && { conclusion }) });
  const choices = reader.choices.map((choice) => choice.text);
  const { choices: logs, cut } = await decoder.mine({ task: reader.id, source, choices }, { signal });
  const answers = weighed(reader, logs!);
  onReading({ kind: 'answer', question, answers, conclusion, cut }, { done: 1, total: 1, begun: true });
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
    onReading(
      { kind: 'classes', parts: [...read], cut },
      { done: read.length, total: parts.length, begun: read.length > 0 },
    );
  tell();
  for (const { start, end, text } of parts) {
    const answer = await decoder.mine({ task: reader.id, source: reader.source(text), choices }, { signal });
    cut ||= answer.cut;
    read.push({ start, end, classes: weighed(reader, answer.choices!) });
    tell();
  }
}
