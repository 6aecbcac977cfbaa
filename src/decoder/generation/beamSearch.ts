import type { FinishReason } from '../../protocol/decoder';
import type { DeadEnds } from './deadEnds';
import type { BeamBatch } from './languageModel';
import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';
import { topK } from './topK';
import { ruleOutUnknown, type Truncation } from './truncation';
import type { RuledText } from './wholeSentences';

export interface BeamSettings {
  beams: number;
  lengthPenalty: number;
  earlyStopping: boolean | 'never';
  /** Most tokens of a hypothesis. */
  maxNewTokens: number;
}

export interface Hypothesis {
  /** Generated ids, an ending `</s>` included. */
  ids: number[];
  /** Sum of their log-probabilities. */
  sum: number;
  /** The same divided by their number to the power of the length penalty. */
  score: number;
  /** No way led on from there, or to any sentence: the last rule that was broken. */
  brokenBy?: FinishReason;
}

/** Whole sentences that are written already, and the text of them under its rules. */
export interface Standing {
  ids: readonly number[];
  /** Sum of log-probabilities. */
  sum: number;
  ruled: RuledText;
}

export interface BeamHooks {
  /** Whether a hypothesis that ends in this way is finished. */
  isFinished: (generated: readonly number[]) => boolean;
  processors: readonly LogitsProcessor[];
  /** As in `GenerationOptions`. */
  among?: (generated: readonly number[]) => readonly number[] | undefined;
  /** What is known of `firstLogits`; absent: all. */
  truncation?: Truncation;
  /**
   * The text to go on from under rules, which keep the search to whole sentences: a hypothesis that breaks a rule is dropped, and one
   * that the budget cuts off is finished as it was at the end of its last sentence, with the score it had there.
   */
  sentences?: Standing;
  /** Where earlier searches under these rules found no way to a further sentence; this one adds to it. */
  deadEnds?: DeadEnds;
  /** Called before each step with the best hypothesis so far; returning true ends the search there. */
  onStep?: (best: readonly number[]) => boolean;
  signal?: AbortSignal;
}

/** Stands for "never": far below any score, as in `transformers`, which adds it in float32. */
const NEVER = -1e9;

interface Beam {
  ids: number[];
  /** Sum of log-probabilities. */
  sum: number;
  /** Where sentences are asked for: the text under their rules, and the end of its last whole one. */
  ruled?: RuledText;
  rest?: Rest;
}

interface Rest {
  length: number;
  /** Sum of log-probabilities up to there. */
  sum: number;
}

interface Finished extends Hypothesis {
  finished: boolean;
}

/** A beam's continuation by one token. */
interface Continuation {
  parent: number;
  id: number;
  /** Sum of log-probabilities. */
  sum: number;
  /** Probability of the token. */
  likelihood: number;
}

/** The same, judged. */
interface Candidate extends Beam {
  parent: number;
  id: number;
  /** Among the continuations of this step that break no rule. */
  rank: number;
  /** It does not go on. */
  done: boolean;
  brokenBy?: FinishReason;
}

/**
 * Beam search with the results of `transformers.generate` 4.57 (`GenerationMixin._beam_search`, batch 1):
 * each step weighs the best 2·beams continuations, only those among the first `beams` may finish, running
 * beams are those that did not, and the search ends when no running beam can beat the worst finished one
 * (how that is judged depends on `earlyStopping`).
 *
 * Scores are rounded to float32 where torch rounds them, so that equal settings break ties alike.
 *
 * @param firstLogits next-token logits [vocab] of the prompt.
 * @returns finished hypotheses, best first; if the search was ended early and none is finished, the best
 *   running one, of whole sentences where they are asked for; none if nothing may be written.
 */
export async function beamSearch(
  firstLogits: Float32Array,
  batch: BeamBatch,
  settings: BeamSettings,
  hooks: BeamHooks,
): Promise<Hypothesis[]> {
  const { beams, lengthPenalty, earlyStopping, maxNewTokens } = settings;
  const keep = 2 * beams;
  const vocab = firstLogits.length;
  const normalise = (sum: number, length: number): number => Math.fround(sum / length ** lengthPenalty);

  // All beams start as the prompt; only the first counts, or they would all choose the same tokens.
  const { ids: begun, sum: begunSum, ruled } = hooks.sentences ?? { ids: [], sum: 0 };
  let running: Beam[] = Array.from({ length: beams }, (_, i) => ({
    ids: [...begun],
    sum: i === 0 ? begunSum : NEVER,
    ...(ruled && { ruled }),
    ...(begun.length > 0 && { rest: { length: begun.length, sum: begunSum } }),
  }));
  let finished: Finished[] = Array.from({ length: beams }, () => ({ ids: [], sum: 0, score: NEVER, finished: false }));
  /** Texts of whole sentences that beams have come to. */
  const rests: Beam[] = [];
  let logits = new Float32Array(beams * vocab);
  for (let i = 0; i < beams; i++) logits.set(firstLogits, i * vocab);
  let truncations = hooks.truncation && new Array<Truncation>(beams).fill(hooks.truncation);
  let canImprove = true;
  /** The last rule that a hypothesis broke, and whether none could go on. */
  let brokenBy: FinishReason | undefined;
  let isStuck = false;

  for (let length = begun.length + 1; ; length++) {
    // Continuations of all beams, best first. No beam has more than `keep` of the best `keep`.
    const continuations = running.flatMap((beam, parent) => {
      const row = logits.subarray(parent * vocab, (parent + 1) * vocab);
      const logSum = logSumExp(row);
      for (const process of hooks.processors) process(row, beam.ids);
      if (truncations) ruleOutUnknown(row, truncations[parent]!);
      return topK(row, keep).map((id): Continuation => {
        const sum = Math.fround(Math.fround(row[id]! - logSum) + beam.sum);
        return { parent, id, sum, likelihood: Math.exp(row[id]! - logSum) };
      });
    });
    const judge = (continuation: Continuation, rank: number): Candidate => {
      const { parent, id, sum } = continuation;
      const ids = [...running[parent]!.ids, id];
      const done = length >= maxNewTokens || hooks.isFinished(ids);
      return judged({ parent, id, ids, sum, rank, done }, running[parent]!, hooks.deadEnds);
    };
    if (hooks.deadEnds) giveUpDeadEnds(continuations, running, judge, hooks.deadEnds);
    const ranked = topK(
      continuations.map(({ sum }) => sum),
      hooks.sentences ? continuations.length : keep,
    );
    const top = choose(ranked, keep, (index, rank) => judge(continuations[index]!, rank));
    for (const { ids, parent, sum } of top) hooks.deadEnds?.chose(ids, Math.exp(sum - running[parent]!.sum));

    // Those that go on.
    const goOn = topK(
      top.map((c) => (c.done ? Math.fround(c.sum + NEVER) : c.sum)),
      beams,
    ).map((i) => top[i]!);
    running = goOn.map((c) => ({
      ids: c.ids,
      sum: c.done ? Math.fround(c.sum + NEVER) : c.sum,
      ...(c.ruled && { ruled: c.ruled }),
      ...(c.rest && { rest: c.rest }),
    }));
    rests.push(...running.filter(({ rest }, i) => rest?.length === length && !goOn[i]!.done));

    // Those that end, against those that ended before.
    const full = earlyStopping === true && finished.every((hypothesis) => hypothesis.finished);
    brokenBy = top.find((c) => c.brokenBy)?.brokenBy ?? brokenBy;
    const cutNow: Hypothesis[] = [];
    const ended = top.map((c): Finished => {
      const whole = hooks.sentences ? c.rest : { length, sum: c.sum };
      const cut = whole && whole.length < length ? whole.length : undefined;
      const justFinished =
        c.done &&
        c.rank < beams &&
        whole !== undefined &&
        !(hooks.sentences && (c.brokenBy || c.sum < NEVER / 2)) &&
        !(cut && isKnown([...finished.filter((one) => one.finished), ...cutNow], c.ids, cut));
      const { sum } = whole ?? c;
      let score = normalise(sum, whole?.length ?? length);
      if (full) score = Math.fround(score + NEVER);
      if (!canImprove) score = Math.fround(score + NEVER);
      if (!justFinished) score = Math.fround(score + NEVER);
      const hypothesis = { ids: cut ? c.ids.slice(0, cut) : c.ids, sum, score };
      if (cut && justFinished) cutNow.push(hypothesis);
      return { ...hypothesis, finished: justFinished };
    });
    const merged = [...finished, ...ended];
    finished = topK(
      merged.map(({ score }) => score),
      beams,
    ).map((i) => merged[i]!);

    // Is there hope for better ones?
    const hopedLength = earlyStopping === 'never' && lengthPenalty > 0 ? maxNewTokens : length;
    const hoped = normalise(running[0]!.sum, hopedLength);
    const worst = finished.reduce((least, { score }) => Math.min(least, score), Infinity);
    canImprove &&= finished.some((hypothesis) => hoped > (hypothesis.finished ? worst : NEVER));
    const allFull = earlyStopping === true && finished.every((hypothesis) => hypothesis.finished);
    const noneGoesOn = top.every((c) => c.done);
    isStuck = noneGoesOn && length < maxNewTokens;
    if (!canImprove || allFull || noneGoesOn || running[0]!.sum === -Infinity) break;

    const best = finished[0]!.finished ? finished[0]! : running[0]!;
    if (hooks.onStep?.(best.ids)) break;
    logits = await step(batch, goOn, hooks);
    truncations = batch.truncations?.slice();
  }

  const results = finished.filter((hypothesis) => hypothesis.finished);
  if (results.length > 0) return results.map(({ ids, sum, score }) => ({ ids, sum, score }));
  if (hooks.sentences) {
    const why = brokenBy && { brokenBy };
    const best = bestRest([...rests, ...running], normalise);
    return [best ? { ...best, ...(isStuck && why) } : { ids: [], sum: 0, score: -Infinity, ...why }];
  }
  const beam = running[0]!;
  if (beam.sum === -Infinity) return [];
  return [{ ids: beam.ids, sum: beam.sum, score: normalise(beam.sum, beam.ids.length) }];
}

/** Gives up beams whose likeliest continuations break a rule. */
function giveUpDeadEnds(
  continuations: readonly Continuation[],
  running: readonly Beam[],
  judge: (continuation: Continuation, rank: number) => Candidate,
  deadEnds: DeadEnds,
): void {
  for (const [index, { ids, sum, rest }] of running.entries()) {
    if (sum < NEVER / 2) continue;
    const standing = rest?.length ?? 0;
    let allowed = 0;
    let reason: FinishReason | undefined;
    for (const continuation of continuations) {
      if (continuation.parent !== index || continuation.sum === -Infinity) continue;
      const { brokenBy, ids: longer } = judge(continuation, 0);
      if (brokenBy) deadEnds.add(longer, (reason = brokenBy), standing, continuation.likelihood);
      else allowed += continuation.likelihood;
      // The others decide nothing any more.
      if (allowed >= 0.5 || deadEnds.reason(ids)) break;
    }
    if (allowed === 0 && reason) deadEnds.add(ids, reason, standing);
  }
}

/**
 * The best continuations that may stand. One that breaks a rule takes nobody's place, so that a text is found wherever a less
 * likely word keeps to the rules; such ones only fill up.
 */
function choose(
  ranked: readonly number[],
  count: number,
  judge: (index: number, rank: number) => Candidate,
): Candidate[] {
  const chosen: Candidate[] = [];
  const useless: Candidate[] = [];
  let broken = 0;
  for (const [position, index] of ranked.entries()) {
    const candidate = judge(index, position - broken);
    if (candidate.brokenBy !== undefined) broken++;
    const isUseless = candidate.sum < NEVER / 2 || candidate.brokenBy !== undefined;
    (isUseless ? useless : chosen).push(candidate);
    if (chosen.length === count) break;
  }
  return [...chosen, ...useless.slice(0, count - chosen.length)];
}

/** Asks the rules about a continuation: one that breaks them is done, and one that ends a sentence may stand so. */
function judged(candidate: Candidate, { ruled, rest, ids: before }: Beam, deadEnds: DeadEnds | undefined): Candidate {
  // A beam that is done stays among the running ones, far below the others, as long as there are too few of these.
  if (ruled === undefined || ruled.verdict.kind === 'breaks') return rest ? { ...candidate, rest } : candidate;
  const { ids, id, sum } = candidate;
  const next = ruled.then(id);
  const brokenBy =
    next.verdict.kind === 'breaks' ? next.verdict.reason : (deadEnds?.reason(before) ?? deadEnds?.reason(ids));
  if (brokenBy !== undefined) {
    return { ...candidate, ruled: brokenText(brokenBy), ...(rest && { rest }), done: true, brokenBy };
  }
  const own = next.verdict.kind === 'rests' ? { length: ids.length, sum } : rest;
  return { ...candidate, ruled: next, ...(own && { rest: own }) };
}

function brokenText(reason: FinishReason): RuledText {
  const text: RuledText = { verdict: { kind: 'breaks', reason }, then: () => text };
  return text;
}

/** Whether the same text is there already: several beams may break a rule behind one sentence. */
function isKnown(hypotheses: readonly Hypothesis[], ids: readonly number[], length: number): boolean {
  return hypotheses.some((one) => one.ids.length === length && one.ids.every((id, i) => id === ids[i]));
}

/** The best text of whole sentences that beams came to. */
function bestRest(beams: readonly Beam[], normalise: (sum: number, length: number) => number): Hypothesis | undefined {
  return beams
    .flatMap(({ ids, rest }) =>
      rest ? [{ ids: ids.slice(0, rest.length), sum: rest.sum, score: normalise(rest.sum, rest.length) }] : [],
    )
    .sort((a, b) => b.score - a.score)[0];
}

async function step(
  batch: BeamBatch,
  beams: readonly { parent: number; id: number; ids: readonly number[] }[],
  { signal, among }: BeamHooks,
): Promise<Float32Array<ArrayBuffer>> {
  const parents = beams.map(({ parent }) => parent);
  const ids = beams.map(({ id }) => id);
  const wanted = among && beams.map((beam) => among(beam.ids));
  return (await batch.step(parents, ids, signal, wanted)) as Float32Array<ArrayBuffer>;
}
