/**
 * BC5CDR's official score, "relation CID": sets of pairs of identifiers over all documents, micro-averaged.
 * Source: `bc5cdr_eval.jar` of the BioCreative V CDR task.
 */
import type { ChemicalDisease } from '../relations';

/** Names to MeSH identifiers, in small letters; `-1` where the data set knows none. */
export interface NameTable {
  chemicals: ReadonlyMap<string, string>;
  diseases: ReadonlyMap<string, string>;
}

/** [chemical, disease], by identifier. */
export type IdPair = readonly [string, string];

export interface PairScore {
  tp: number;
  fp: number;
  fn: number;
  /** NaN where nothing was predicted, as the original prints it; `recall` and `f1` alike. */
  precision: number;
  recall: number;
  f1: number;
}

/** The identifiers of what a model wrote; `-1` for a name that the table doesn't hold. */
export function identified(relations: readonly ChemicalDisease[], names: NameTable): IdPair[] {
  return relations.map(({ chemical, disease }) => [
    names.chemicals.get(chemical) ?? '-1',
    names.diseases.get(disease) ?? '-1',
  ]);
}

/** @param documents what was predicted and what is right, a document each */
export function scorePairs(documents: Iterable<{ predicted: readonly IdPair[]; gold: readonly IdPair[] }>): PairScore {
  const counts = { tp: 0, fp: 0, fn: 0 };
  for (const { predicted, gold } of documents) {
    const right = new Set(gold.map(key));
    const said = new Set(predicted.map(key));
    const hits = [...said].filter((pair) => right.has(pair)).length;
    counts.tp += hits;
    counts.fp += said.size - hits;
    counts.fn += right.size - hits;
  }
  const { tp, fp, fn } = counts;
  const precision = tp / (tp + fp);
  const recall = tp / (tp + fn);
  return { ...counts, precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/** Unknown names are all one to the original, so a document has at most one pair of two of them. */
function key([chemical, disease]: IdPair): string {
  const id = (text: string): string => (text === '-1' || text === '' ? '' : text.includes(':') ? text : `MESH:${text}`);
  return `${id(chemical)}\t${id(disease)}`;
}
