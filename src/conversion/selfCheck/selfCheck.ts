import type { CheckReport, PublishedNumbers } from '../../protocol/installer';
import type { Precision } from '../../modelFolder/format';
import { phrase } from '../../modelFolder/phrase';
import type { CheckedModel } from './checkedModel';
import { checkInGeneral } from './generalChecks';
import { checkEncoding, checkForced, checkFree, checkLogits } from './publishedChecks';
import { Report } from './report';
import { TOLERANCES } from './tolerances';

export type { CheckedModel } from './checkedModel';

export interface CheckHooks {
  signal?: AbortSignal;
  /** Called now and then with the fraction done, 0 to 1. */
  onProgress?: (fraction: number) => void;
}

/**
 * Compares what an opened model computes with what it must: the published numbers of a known model,
 * and what holds for every BioGPT. Tolerances, and which faults they find: `TOLERANCES`.
 * @param published undefined for a model that nobody has published numbers of
 * @throws the signal's reason if it aborts; what the model throws. A failed check is no error.
 */
export async function checkModel(
  model: CheckedModel,
  published: PublishedNumbers | undefined,
  precision: Precision,
  hooks: CheckHooks = {},
): Promise<CheckReport> {
  const tolerance = TOLERANCES[precision];
  const report = new Report();
  const steps: ((onDone: (fraction: number) => void) => Promise<void> | void)[] = [];
  if (published) {
    const { source, encodings, logits, generations } = published;
    report.note(phrase`Compared with ${source}:`);
    steps.push(() => encodings.forEach((encoding) => checkEncoding(model, encoding, report)));
    for (const each of logits) steps.push(() => checkLogits(model, each, tolerance, report));
    for (const each of generations) steps.push(() => checkForced(model, each, tolerance, report));
    for (const each of tolerance.exact ? generations : []) {
      // A model that is wrong already would only write for a long time.
      steps.push(() => (report.ok ? checkFree(model, each, report) : undefined));
    }
  }
  steps.push((onDone) => checkInGeneral(model, tolerance, report, onDone));

  for (const [index, step] of steps.entries()) {
    hooks.signal?.throwIfAborted();
    await step((fraction) => hooks.onProgress?.((index + fraction) / steps.length));
    hooks.onProgress?.((index + 1) / steps.length);
  }
  hooks.signal?.throwIfAborted();
  return report.finish();
}
