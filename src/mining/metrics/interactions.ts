/**
 * The score of DDI and KD-DTI. Names are compared in two readings, without and by their abbreviation in brackets; the
 * headline, which the program prints as "tp micro f1", is the mean of the documents' F1.
 * Source: `examples/RE-DTI/hard_match_evaluation.py`.
 */
import { strip } from '../answerLine';
import type { Interaction } from '../relations';

export interface InteractionScore {
  /** Means over documents. */
  precision: number;
  recall: number;
  f1: number;
  /** F1 of the two means ("tp macro f1"). */
  f1OfMeans: number;
  /** Overlap of the sets of drugs, targets and relations: their intersection over their union, a mean over documents. */
  drugAccuracy: number;
  targetAccuracy: number;
  relationAccuracy: number;
}

type Triple = readonly [drug: string, target: string, relation: string];
type Reading = (text: string) => string;

/** @param documents what was predicted and what is right, in the data set's order, which the sums follow */
export function scoreInteractions(
  documents: readonly { predicted: readonly Interaction[]; gold: readonly Interaction[] }[],
): InteractionScore {
  const sums = [0, 0, 0, 0, 0, 0];
  for (const { predicted, gold } of documents) {
    const said = predicted.map(plain);
    const right = gold.map(plain);
    const [precision, recall] = bestOfReadings(said, right);
    const values = [
      precision,
      recall,
      f1Of(precision, recall),
      ...[0, 1, 2].map((member) => overlap(membersOf(said, member), membersOf(right, member))),
    ];
    values.forEach((value, i) => (sums[i]! += value));
  }
  const [precision, recall, f1, drugAccuracy, targetAccuracy, relationAccuracy] = sums.map(
    (sum) => sum / documents.length,
  ) as [number, number, number, number, number, number];
  return { precision, recall, f1, f1OfMeans: f1Of(precision, recall), drugAccuracy, targetAccuracy, relationAccuracy };
}

function plain({ drug, target, relation }: Interaction): Triple {
  const bare = (text: string): string => strip(text).toLowerCase().replaceAll(' ', '');
  return [bare(drug), bare(target), bare(relation)];
}

/** Precision and recall under the reading that favours each. */
function bestOfReadings(said: readonly Triple[], right: readonly Triple[]): [number, number] {
  const of = (reading: Reading): [number, number] => {
    const a = setOf(said, reading);
    const b = setOf(right, reading);
    const hits = [...a].filter((triple) => b.has(triple)).length;
    return [a.size === 0 ? Number(b.size === 0) : hits / a.size, b.size === 0 ? Number(a.size === 0) : hits / b.size];
  };
  const [body, abbreviation] = [of(bodyOf), of(abbreviationOf)];
  return [Math.max(body[0], abbreviation[0]), Math.max(body[1], abbreviation[1])];
}

function setOf(triples: readonly Triple[], reading: Reading): Set<string> {
  return new Set(triples.map((triple) => JSON.stringify(triple.map((text) => normalised(reading(text))))));
}

const hasBrackets = (text: string): boolean => text.includes('(') && text.endsWith(')');
const bodyOf: Reading = (text) => (hasBrackets(text) ? text.slice(0, text.lastIndexOf('(')) : text);
const abbreviationOf: Reading = (text) => (hasBrackets(text) ? text.slice(text.lastIndexOf('(') + 1, -1) : text);

const ROMAN = ['0', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];

/** A final digit becomes a Roman one (in capitals, so that it never meets a written "ii"); the rest letters and digits. */
function normalised(name: string): string {
  let text = strip(name);
  const [before, last] = [...text].slice(-2);
  if ([...text].length > 2 && /^[0-9]$/.test(last!) && !/^\p{N}$/u.test(before!)) {
    text = text.slice(0, -1) + ROMAN[Number(last)]!;
  }
  return text.replaceAll('-type', '').replace(/[^0-9A-Za-z]/g, '');
}

function membersOf(triples: readonly Triple[], member: number): readonly string[] {
  return triples.map((triple) => triple[member]!);
}

function overlap(a: readonly string[], b: readonly string[]): number {
  const readings = [bodyOf, abbreviationOf].map((reading) => {
    const said = new Set(a.map((text) => normalised(reading(text))));
    const right = new Set(b.map((text) => normalised(reading(text))));
    const both = [...said].filter((text) => right.has(text)).length;
    const all = said.size + right.size - both;
    return all === 0 ? 1 : both / all;
  });
  return Math.max(...readings);
}

function f1Of(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
