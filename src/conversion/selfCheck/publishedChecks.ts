import { phrase, type Phrase } from '../../modelFolder/phrase';
import type { PublishedNumbers } from '../../protocol/installer';
import type { CheckedModel } from './checkedModel';
import { largest, shown, shownIds } from './numbers';
import type { Report } from './report';
import { allowedDifference, type Tolerance } from './tolerances';

type Encoding = PublishedNumbers['encodings'][number];
type Logits = PublishedNumbers['logits'][number];
type Generation = PublishedNumbers['generations'][number];

const END_OF_TEXT = 2;

/** Texts must become the published ids, whatever the precision. */
export function checkEncoding(model: CheckedModel, { text, ids }: Encoding, report: Report): void {
  const got = model.encode(text);
  const at = firstDifference(got, ids);
  const start = text.length <= 40 ? text : `${text.slice(0, 39)}…`;
  if (at === undefined) report.add(true, phrase`"${start}" is split into ${shownIds(ids)}, as published.`);
  else {
    report.add(
      false,
      phrase`"${start}" is split into other tokens than published: ${difference(got, ids, at)}. The vocabulary or the merges belong to another model.`,
    );
  }
}

/** The published corner of the logits, each within the tolerance. */
export async function checkLogits(
  model: CheckedModel,
  { ids, values }: Logits,
  tolerance: Tolerance,
  report: Report,
): Promise<void> {
  const rows = await model.logits(ids);
  let worst = { difference: 0, position: 0, id: 0 };
  let magnitude = 0;
  for (const [position, row] of values.entries()) {
    for (const [id, published] of row.entries()) {
      const difference = Math.abs((rows[position]?.[id] ?? NaN) - published);
      magnitude = Math.max(magnitude, Math.abs(published));
      // Not Math.max: NaN must win here.
      if (!(difference <= worst.difference)) worst = { difference, position, id };
    }
  }
  const allowed = allowedDifference(tolerance.logits, magnitude);
  const ok = worst.difference <= allowed;
  const line = phrase`Logits of ${shownIds(ids)} differ from the published values by at most ${shown(worst.difference)} (allowed: ${shown(allowed)})`;
  const got = rows[worst.position]?.[worst.id] ?? NaN;
  const published = values[worst.position]![worst.id]!;
  const where = phrase`position ${worst.position + 1}, token ${worst.id}: ${shown(got)} instead of ${shown(published)}`;
  report.add(ok, ok ? phrase`${line}.` : phrase`${line} (${where}).`);
}

/**
 * Reads the published text token by token and asks at each what the model would have chosen itself
 * ("teacher forcing"). A free-running comparison says little where weights are rounded: one choice between
 * near equals that falls the other way changes every token behind it. Greedy search takes the first
 * choice; a beam keeps no token beyond the best 2 · beams of its row.
 */
export async function checkForced(
  model: CheckedModel,
  published: Generation,
  tolerance: Tolerance,
  report: Report,
): Promise<void> {
  const { ids, newIds, decoding, minLength = 0 } = published;
  const rows = await model.logits([...ids, ...newIds.slice(0, -1)]);
  const width = decoding.strategy === 'beam' ? 2 * decoding.beams : 1;
  let found = 0;
  let behind = 0;
  let first: Phrase | undefined;
  for (const [index, id] of newIds.entries()) {
    const row = rows[ids.length - 1 + index]!;
    const allowed = (other: number): boolean => other !== END_OF_TEXT || ids.length + index >= minLength;
    const best = largest(row, allowed);
    behind += best.value - row[id]!;
    if (rankOf(row, id, allowed) < width) found++;
    else first ??= phrase`the first mismatch is token ${index + 1}: published ${id}, model ${best.index}`;
  }
  behind /= newIds.length;
  const least = Math.floor((width === 1 ? tolerance.firstChoice : tolerance.amongBeams) * newIds.length);
  const among =
    width === 1 ? phrase`the model's most likely token` : phrase`among the model's ${width} most likely tokens`;
  const line = phrase`${searchName(published)} of ${shownIds(ids)}: ${found} of ${newIds.length} published tokens are ${among} (required: at least ${least})`;
  const enough = found >= least;
  report.add(enough, enough || first === undefined ? phrase`${line}.` : phrase`${line} (${first}).`);
  if (width > 1) return;
  const close = behind <= tolerance.behind;
  const allowedBehind = shown(tolerance.behind);
  report.add(
    close,
    phrase`On average, the published tokens score ${shown(behind)} nats below the model's most likely token (allowed: ${allowedBehind}).`,
  );
}

/** Lets the model write by itself; the published ids must come out. */
export async function checkFree(model: CheckedModel, published: Generation, report: Report): Promise<void> {
  const { ids, newIds, decoding, minLength, maxLength } = published;
  const got = await model.generate(ids, decoding, {
    maxNewTokens: maxLength === undefined ? newIds.length : maxLength - ids.length,
    ...(minLength !== undefined && { minNewTokens: Math.max(0, minLength - ids.length) }),
  });
  const at = firstDifference(got.slice(0, newIds.length), newIds);
  const name = phrase`${searchName(published)} of ${shownIds(ids)}`;
  if (at === undefined) report.add(true, phrase`${name} produces the ${newIds.length} published tokens.`);
  else report.add(false, phrase`${name} does not produce the published tokens: ${difference(got, newIds, at)}.`);
}

function rankOf(row: Float32Array, id: number, counts: (id: number) => boolean): number {
  const value = row[id]!;
  if (Number.isNaN(value)) return row.length;
  let rank = 0;
  for (let other = 0; other < row.length; other++) if (row[other]! > value && counts(other)) rank++;
  return rank;
}

function searchName({ decoding }: Generation): Phrase {
  return decoding.strategy === 'beam' ? phrase`Beam search (${decoding.beams} beams)` : phrase`Greedy search`;
}

function firstDifference(a: readonly number[], b: readonly number[]): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return undefined;
}

function difference(got: readonly number[], published: readonly number[], at: number): Phrase {
  return phrase`token ${at + 1} is ${shownAt(got, at)} instead of ${shownAt(published, at)}`;
}

function shownAt(ids: readonly number[], index: number): Phrase | number {
  return ids[index] ?? phrase`none`;
}
