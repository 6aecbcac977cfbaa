import { documentSentences, wholeText, type SourceDocument } from './document';
import { Grounding, type Abbreviation, type Evidence } from './grounding/grounding';
import type { Span } from './grounding/names';
import type { NamedRelation, RelationTask } from './taskReader';

/** A token of an answer: where the text ends with it, and the logarithm of its probability. */
export interface AnswerToken {
  end: number;
  logProbability: number;
}

/** A name of a relation, and what the document knows of it. */
export interface FoundName {
  name: string;
  role: string;
  /** Its places in `wholeText`. */
  mentions: readonly Span[];
  /** Of the document's own marks at these places. */
  ids: readonly string[];
}

export interface FoundRelation {
  first: FoundName;
  second: FoundName;
  relation: string;
  /** That the model gives to its words; null where they can't be told from others'. */
  probability: number | null;
  evidence: Evidence;
}

/**
 * The relations of an answer with their grounds in the document, each once.
 * @param abbreviations the document's own
 */
export function foundRelations(
  task: RelationTask,
  document: SourceDocument,
  answer: { text: string; tokens: readonly AnswerToken[] },
  abbreviations: readonly Abbreviation[],
): FoundRelation[] {
  const grounding = new Grounding(wholeText(document), abbreviations, documentSentences(document));
  const probabilities = probabilitiesOf(task, answer);
  const known = new Set<string>();
  return task.read(answer.text).flatMap((relation, i) => {
    const key = JSON.stringify([relation.first, relation.second, relation.relation]).toLowerCase();
    if (known.has(key)) return [];
    known.add(key);
    const evidence = grounding.evidenceFor(relation.first, relation.second);
    const name = (which: 0 | 1): FoundName => ({
      name: which === 0 ? relation.first : relation.second,
      role: task.roles[which],
      mentions: evidence.mentions[which],
      ids: idsAt(document, evidence.mentions[which]),
    });
    const probability = probabilities?.[i] ?? null;
    return [{ first: name(0), second: name(1), relation: relation.relation, probability, evidence }];
  });
}

/** Of each relation in an answer; null where its parts don't read as the whole does. */
function probabilitiesOf(
  task: RelationTask,
  { text, tokens }: { text: string; tokens: readonly AnswerToken[] },
): number[] | null {
  const probabilities: number[] = [];
  const read: NamedRelation[] = [];
  let start = 0;
  for (const part of text.split(task.separator)) {
    const relations = task.read(part);
    read.push(...relations);
    const end = start + part.length;
    const sum = tokens.reduce((all, token, i) => {
      const from = i === 0 ? 0 : tokens[i - 1]!.end;
      return token.end > from && from < end && token.end > start ? all + token.logProbability : all;
    }, 0);
    probabilities.push(...relations.map(() => Math.exp(sum)));
    start = end + task.separator.length;
  }
  return JSON.stringify(read) === JSON.stringify(task.read(text)) ? probabilities : null;
}

function idsAt({ mentions = [] }: SourceDocument, spans: readonly Span[]): string[] {
  const ids = mentions
    .filter((mention) => spans.some(({ start, end }) => mention.start < end && start < mention.end))
    .flatMap((mention) => mention.ids);
  return [...new Set(ids)];
}
