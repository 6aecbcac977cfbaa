import { ModelError } from '../../modelFolder/modelError';
import { phrase } from '../../modelFolder/phrase';
import { largest, shown } from '../selfCheck/numbers';
import { allowedDifference, TOLERANCES } from '../selfCheck/tolerances';
import { plainLogits } from './plainNetwork';

/** Tokens that are compared. */
const TOKENS = 12;

/**
 * Compares an exported model with the one that it was made from.
 * @param dir of the export
 * @param logits of the source in our own engine at fp32: a row [vocab] for each id
 * @returns the largest difference of a logit
 * @throws ModelError if it is too large; the signal's reason
 */
export async function checkExport(
  dir: string,
  vocabSize: number,
  logits: (ids: readonly number[]) => Promise<readonly Float32Array[]>,
  signal?: AbortSignal,
): Promise<number> {
  // All over the vocabulary, behind the token that begins texts.
  const ids = Array.from({ length: TOKENS }, (_, i) =>
    i === 0 ? 2 : Math.floor((i * (vocabSize - 1)) / (TOKENS - 1)),
  );
  const expected = await logits(ids);
  const got = await plainLogits(dir, ids, signal);
  let worst = 0;
  let magnitude = 0;
  for (const [at, row] of expected.entries()) {
    magnitude = Math.max(magnitude, Math.abs(largest(row.map(Math.abs)).value));
    for (const [id, value] of row.entries()) {
      const difference = Math.abs((got[at]?.[id] ?? NaN) - value);
      // Not Math.max: NaN must win here.
      if (!(difference <= worst)) worst = difference;
    }
  }
  const allowed = allowedDifference(TOLERANCES.fp32.logits, magnitude);
  if (worst <= allowed) return worst;
  throw new ModelError(
    dir,
    phrase`gives other logits than the original model (difference ${shown(worst)}, allowed ${shown(allowed)}).`,
    phrase`Nothing was written. Please report this.`,
    { code: 'failedCheck' },
  );
}
