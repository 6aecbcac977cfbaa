/** The scores of HoC and PubMedQA. Source: `examples/DC-HoC/hard_match_evaluation.py`, `examples/QA-PubMedQA/hard_match_evaluation.py`. */
import { HALLMARKS } from '../labels';

/**
 * HoC: F1 over all classes, `empty` among them, micro-averaged; labels that are none of the classes don't count.
 * @param documents labels predicted and right, a sentence each
 */
export function scoreHallmarks(
  documents: Iterable<{ predicted: readonly string[]; gold: readonly string[] }>,
  classes: readonly string[] = HALLMARKS,
): { precision: number; recall: number; f1: number } {
  let [hits, said, right] = [0, 0, 0];
  for (const { predicted, gold } of documents) {
    const a = new Set(predicted.filter((label) => classes.includes(label)));
    const b = new Set(gold.filter((label) => classes.includes(label)));
    hits += [...a].filter((label) => b.has(label)).length;
    said += a.size;
    right += b.size;
  }
  return { precision: hits / said, recall: hits / right, f1: said + right === 0 ? 0 : (2 * hits) / (said + right) };
}

/** PubMedQA: the share of answers that are exactly right. */
export function scoreAnswers(documents: Iterable<{ predicted: string | null; gold: string }>): { accuracy: number } {
  let [hits, all] = [0, 0];
  for (const { predicted, gold } of documents) {
    all++;
    if (predicted === gold) hits++;
  }
  return { accuracy: hits / all };
}
