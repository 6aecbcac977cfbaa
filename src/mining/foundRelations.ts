import { documentParts, documentSentences, wholeText, type SourceDocument } from './document';
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
  /** Of the document's own marks at these places, else what is known of the name. */
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

/** What others than the model know of the names in a document. */
export interface KnownNames {
  /** The document's own. */
  abbreviations: readonly Abbreviation[];
  /** An identifier for a name as the document writes it; undefined where none is known. */
  identify?(name: string): string | undefined;
}

/**
 * The relations of an answer with their grounds in the document, each once.
 * @param answer without tokens: the probabilities aren't known yet
 */
export function foundRelations(
  task: RelationTask,
  document: SourceDocument,
  answer: { text: string; tokens?: readonly AnswerToken[] },
  { abbreviations, identify = () => undefined }: KnownNames,
): FoundRelation[] {
  const text = wholeText(document);
  const grounding = new Grounding(text, abbreviations, documentSentences(document), documentParts(document));
  const { tokens } = answer;
  const probabilities = tokens ? probabilitiesOf(task, answer.text, tokens) : null;
  const ids = (name: string, role: string, spans: readonly Span[]): readonly string[] => {
    const marked = markedIds(document, role, spans);
    if (marked.length > 0) return marked;
    const forms = new Set(spans.map(({ start, end }) => text.slice(start, end)));
    for (const form of forms.size > 0 ? forms : [name]) {
      const id = identify(form);
      if (id !== undefined) return [id];
    }
    return [];
  };
  const known = new Set<string>();
  return task.read(answer.text).flatMap((relation, i) => {
    const key = JSON.stringify([relation.first, relation.second, relation.relation]).toLowerCase();
    if (known.has(key)) return [];
    known.add(key);
    const evidence = grounding.evidenceFor(relation.first, relation.second);
    const found = (which: 0 | 1): FoundName => {
      const name = which === 0 ? relation.first : relation.second;
      const [role, mentions] = [task.roles[which], evidence.mentions[which]];
      return { name, role, mentions, ids: ids(name, role, mentions) };
    };
    const probability = probabilities?.[i] ?? null;
    return [{ first: found(0), second: found(1), relation: relation.relation, probability, evidence }];
  });
}

/** Of each relation in an answer; null where its parts don't read as the whole does. */
function probabilitiesOf(task: RelationTask, text: string, tokens: readonly AnswerToken[]): number[] | null {
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

/** Of the marks that stand where a name does, rather than those that only meet it; of its own type, if there are such. */
function markedIds({ mentions = [] }: SourceDocument, role: string, spans: readonly Span[]): string[] {
  const marks = spans.flatMap((span) => {
    const exact = mentions.filter(({ start, end }) => start === span.start && end === span.end);
    return exact.length > 0 ? exact : mentions.filter(({ start, end }) => start < span.end && span.start < end);
  });
  const own = marks.filter(({ type }) => type.toLowerCase() === role.toLowerCase());
  return [...new Set((own.length > 0 ? own : marks).flatMap(({ ids }) => ids))];
}
