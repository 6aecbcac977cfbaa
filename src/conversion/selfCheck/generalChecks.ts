import { phrase, type Phrase } from '../../modelFolder/phrase';
import type { CheckedModel } from './checkedModel';
import { largest, logSumExp, shown } from './numbers';
import type { Report } from './report';
import { allowedDifference, type Tolerance } from './tolerances';

const SENTENCE = 'the patients were treated with a protein that binds to the receptor of cancer cells.';
/** New tokens that are computed one by one through the cache, and again at once. */
const STEPS = 12;
/** Between the largest and the least logit of a position; a network that computes nothing has less. */
const LEAST_SPREAD = 0.01;
/** Tokens of the sentence that are also read by themselves. */
const CUTS = [1, 3];

/** What holds for every BioGPT, whatever its weights. */
export async function checkInGeneral(
  model: CheckedModel,
  tolerance: Tolerance,
  report: Report,
  onDone: (fraction: number) => void,
): Promise<void> {
  const ids = model.encode(SENTENCE);
  const back = model.decode(ids);
  const survives = back === SENTENCE;
  const change = phrase`The tokenizer changes "${SENTENCE}" to "${back}".`;
  report.add(
    survives,
    survives ? phrase`A sentence is unchanged after it is split into tokens and joined again.` : change,
  );
  const rows = await model.logits(ids);
  onDone(0.4);
  if (!checkValues(model, rows, report)) return;
  reportSurprise(ids, rows, report);

  for (const cut of CUTS) {
    const prefix = (await model.logits(ids.slice(0, cut))).at(-1)!;
    const name =
      cut === 1
        ? phrase`Logits of the first token, computed alone and as part of the sentence,`
        : phrase`Logits of the first ${cut} tokens, computed alone and as part of the sentence,`;
    compareRows(name, prefix, rows[cut - 1]!, tolerance, report);
  }
  onDone(0.6);
  const written = await model.generate(ids, { strategy: 'greedy' }, { maxNewTokens: STEPS, minNewTokens: STEPS });
  onDone(0.8);
  const whole = await model.logits([...ids, ...written.slice(0, -1)]);
  let behind = 0;
  for (const [index, id] of written.entries()) {
    const row = whole[ids.length - 1 + index]!;
    const gap = largest(row, (other) => other !== 2).value - row[id]!;
    if (!(gap <= behind)) behind = gap;
  }
  const allowed = allowedDifference(tolerance.consistent, largest(rows.at(-1)!.map(Math.abs)).value);
  report.add(
    behind <= allowed,
    phrase`${written.length} tokens generated one by one score at most ${shown(behind)} below the best tokens found when the whole text is read at once (allowed: ${shown(allowed)}).`,
  );
  onDone(1);
}

function checkValues({ vocabSize }: CheckedModel, rows: readonly Float32Array[], report: Report): boolean {
  const finite = rows.every((row) => row.every(Number.isFinite));
  report.add(finite, finite ? phrase`All logits are finite numbers.` : phrase`Some logits are not finite numbers.`);
  const sized = rows.every((row) => row.length === vocabSize);
  if (!sized) report.add(false, phrase`There are ${rows[0]?.length ?? 0} logits for ${vocabSize} tokens.`);
  const spread = Math.min(...rows.map((row) => largest(row).value + largest(row.map((value) => -value)).value));
  report.add(
    spread > LEAST_SPREAD,
    phrase`At each position, the largest and smallest logits differ by at least ${shown(spread)} (required: more than ${LEAST_SPREAD}).`,
  );
  const moved = rows.slice(1).every((row, index) => {
    const before = rows[index]!;
    return row.some((value, id) => Math.abs(value - before[id]!) > 1e-3);
  });
  report.add(
    moved,
    moved
      ? phrase`Every token of the input affects the logits.`
      : phrase`Some tokens of the input do not affect the logits.`,
  );
  return finite && sized;
}

/** How well the model expects a plain sentence; no criterion, since nobody knows what it was trained on. */
function reportSurprise(ids: readonly number[], rows: readonly Float32Array[], report: Report): void {
  let nats = 0;
  for (let i = 1; i < ids.length; i++) nats += logSumExp(rows[i - 1]!) - rows[i - 1]![ids[i]!]!;
  nats /= ids.length - 1;
  const guess = Math.log(rows[0]!.length);
  report.note(
    nats < guess
      ? phrase`Average loss on a plain English sentence: ${shown(nats)} nats per token (random guessing: ${shown(guess)}).`
      : phrase`Average loss on a plain English sentence: ${shown(nats)} nats per token (random guessing: ${shown(guess)}). The model does not seem to have been trained on English.`,
  );
}

function compareRows(name: Phrase, a: Float32Array, b: Float32Array, tolerance: Tolerance, report: Report): void {
  const allowed = allowedDifference(tolerance.consistent, largest(b.map(Math.abs)).value);
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= worst)) worst = difference;
  }
  report.add(worst <= allowed, phrase`${name} differ by at most ${shown(worst)} (allowed: ${shown(allowed)}).`);
}
