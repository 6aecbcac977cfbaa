/** Names and relations as marks upon a text, which brat, BioC, doccano and PubAnnotation have in common. */
import { CodePoints, wholeText } from '../document';
import type { FoundName } from '../foundRelations';
import type { Span } from '../grounding/names';
import type { MinedDocument } from './minedDocument';

/** A mark upon a text. */
export interface Mark {
  id: string;
  /** In code points, the end exclusive. */
  start: number;
  end: number;
  text: string;
  type: string;
  ids: readonly string[];
}

/** A relation of two marks. */
export interface MarkedRelation {
  id: string;
  type: string;
  from: Mark;
  to: Mark;
  roles: readonly [string, string];
  probability: number | null;
  negated: boolean;
}

export interface Standoff {
  text: string;
  marks: Mark[];
  relations: MarkedRelation[];
}

/**
 * Every mention of a name is marked once; a relation joins the two mentions that stand nearest to each other in its
 * evidence. A relation one of whose names the text doesn't hold can't be marked and is left out.
 */
export function standoffOf({ document, relations }: MinedDocument): Standoff {
  const text = wholeText(document);
  const points = new CodePoints(text);
  const marks = new Map<string, Mark>();
  const marked: MarkedRelation[] = [];
  const mark = (span: Span, { role, ids }: FoundName): Mark => {
    const key = `${span.start} ${span.end} ${role}`;
    const found = marks.get(key);
    if (found) return found;
    const made = {
      id: `T${marks.size + 1}`,
      start: points.fromUnits(span.start),
      end: points.fromUnits(span.end),
      text: text.slice(span.start, span.end),
      type: role,
      ids,
    };
    marks.set(key, made);
    return made;
  };
  for (const { first, second, relation, probability, evidence } of relations) {
    const pair = nearestPair(first.mentions, second.mentions, evidence.sentences);
    if (!pair) continue;
    for (const name of [first, second]) for (const span of name.mentions) mark(span, name);
    marked.push({
      id: `R${marked.length + 1}`,
      type: relation,
      from: mark(pair[0], first),
      to: mark(pair[1], second),
      roles: [first.role, second.role],
      probability,
      negated: evidence.negated,
    });
  }
  return { text, marks: [...marks.values()], relations: marked };
}

function nearestPair(
  first: readonly Span[],
  second: readonly Span[],
  sentences: readonly Span[],
): [Span, Span] | undefined {
  let best: [Span, Span] | undefined;
  let least = Infinity;
  for (const a of first) {
    for (const b of second) {
      const distance = Math.abs(a.start - b.start);
      const inside = sentences.some(({ start, end }) => [a, b].every((span) => span.start >= start && span.end <= end));
      // Any pair within a sentence of the evidence is nearer than one without.
      const cost = inside ? distance : distance + 1e9;
      if (cost < least) [best, least] = [[a, b], cost];
    }
  }
  return best;
}

/** Letters, digits, hyphens and underscores, which every program takes for a type. */
export function typeName(words: string): string {
  return words.trim().replace(/[^\p{L}\p{N}_-]+/gu, '_') || 'related';
}
