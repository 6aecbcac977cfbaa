import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Decoding, FinishReason, GenerationTimings, StopRules } from '../../protocol/decoder';
import { phrase } from '../../modelFolder/phrase';
import { beamSearch, type Hypothesis, type Standing } from './beamSearch';
import { DeadEnds } from './deadEnds';
import { logProbability } from './logProbability';
import type { FirstPieces } from './firstPieces';
import { isSpeculative, type LanguageModel, type Wanted } from './languageModel';
import { minNewTokens, type LogitsProcessor } from './logitsProcessors';
import { createRandom } from './random';
import { sample } from './sampling';
import { BadRequest, checkSettings } from './settings';
import type { Speculation } from './speculation/speculation';
import type { StopRule } from './stopRules';
import { argmax } from './topK';
import { ruleOutUnknown } from './truncation';
import type { RuledText } from './wholeSentences';
import type { WordGate } from './wordGate';

/** What a generation may look at besides its numbers. */
export interface GenerationOptions {
  eosId: number;
  /** Tokens ruled out, after `minNewTokens`' rule. */
  processors?: readonly LogitsProcessor[];
  /** Ends besides `</s>` and the budgets; heeded once `minNewTokens` are there. */
  stopRules?: readonly StopRule[];
  /** Ends a text that is no longer worth writing; made for this one generation. Not for beam search. */
  gate?: WordGate;
  /** The empty text under rules: what is written ends with a whole sentence that keeps to them, or is empty. */
  sentences?: RuledText;
  /** Chooses how the letters of a begun word are spelt; its `weigh` is among the processors. */
  firstPieces?: FirstPieces;
  /** Greedy search guesses tokens and checks several in one pass, where the model can; the text stays the same. */
  speculation?: Speculation;
  /** Ids of the whole text where the prompt is only its end: guesses come from all of it. */
  text?: readonly number[];
  /** A word that was chosen before, in its pieces, and ln of its probability: the text begins with it. Not for beam search. */
  begun?: { ids: readonly number[]; logProbability: number };
  /** The tokens that may come behind `generated`, where these are few; undefined where any may. */
  among?: (generated: readonly number[]) => readonly number[] | undefined;
  onProgress?: (generated: readonly number[]) => void;
  signal?: AbortSignal;
  /** Milliseconds, monotonic. */
  now?: () => number;
}

export interface Generation {
  /** New ids; ends in `</s>` if that ended it. */
  ids: number[];
  finishReason: FinishReason;
  /** Beam search: the score `transformers` reports as `sequences_scores`. */
  score?: number;
  timings: GenerationTimings;
}

/**
 * Continues `prompt` (ids, the leading `</s>` included) until a stop rule holds. Greedy and beam search
 * give the ids of `transformers.generate` for the same settings; `sentenceEnd`, `lineEnd` and the time
 * budget come on top. The time budget counts from the first new token, not from a cold prompt's prefill.
 *
 * @throws BadRequest for settings out of range or a prompt that leaves no room.
 * @throws the reason of `options.signal` when that fires.
 */
export async function generate(
  model: LanguageModel,
  prompt: readonly number[],
  decoding: Decoding,
  stop: StopRules,
  options: GenerationOptions,
): Promise<Generation> {
  checkSettings(decoding, stop);
  const { signal, now = () => performance.now() } = options;
  const room = model.maxPositions - prompt.length;
  const details = { setting: 'prompt', value: prompt.length };
  if (prompt.length === 0) {
    throw new BadRequest(phrase`The prompt is empty: it needs at least the leading </s>.`, details);
  }
  if (room < 1) {
    const problem = phrase`The prompt of ${prompt.length} tokens leaves no room for new text: the model can read at most ${model.maxPositions} tokens.`;
    throw new BadRequest(problem, details);
  }
  const run = new Run(model, stop, options, Math.min(stop.maxNewTokens, room), now);

  try {
    const started = now();
    const prefill = await model.prefill(prompt, signal, run.wantedBehind([]));
    run.decodeStarted = now();
    const logits = await lookBehind(run, prefill.logits);
    const { ids, finishReason, score, steps } =
      decoding.strategy === 'beam'
        ? await searchBeams(run, prompt, logits, decoding)
        : await extendOne(run, prompt, logits, decoding);
    return {
      ids,
      finishReason,
      ...(score !== undefined && { score }),
      timings: {
        reusedTokens: prefill.reusedTokens,
        prefillTokens: prefill.computedTokens,
        prefillMs: run.decodeStarted - started,
        decodedTokens: steps,
        decodeMs: now() - run.decodeStarted,
      },
    };
  } finally {
    model.rest?.();
  }
}

/** The logits behind the prompt, once the first pieces have looked behind some: that takes passes of its own. */
async function lookBehind({ model, options, processors }: Run, logits: Float32Array): Promise<Float32Array> {
  const { firstPieces, signal } = options;
  if (firstPieces === undefined || !isSpeculative(model)) return logits;
  const kept = logits.slice();
  const looked = logits.slice();
  for (const process of processors) process(looked, []);
  await firstPieces.look(model, looked, signal);
  return kept;
}

/** The stop rules of one generation. */
class Run {
  decodeStarted = 0;
  readonly processors: readonly LogitsProcessor[];

  constructor(
    readonly model: LanguageModel,
    readonly stop: StopRules,
    readonly options: GenerationOptions,
    readonly maxNewTokens: number,
    private readonly now: () => number,
  ) {
    this.processors = [minNewTokens(stop.minNewTokens ?? 0, options.eosId), ...(options.processors ?? [])];
  }

  /** Why a sequence is over, budgets aside. */
  ending(generated: readonly number[]): FinishReason | null {
    if (generated[generated.length - 1] === this.options.eosId) return 'endOfText';
    if (generated.length < (this.stop.minNewTokens ?? 0)) return null;
    for (const rule of this.options.stopRules ?? []) {
      const reason = rule(generated);
      if (reason !== null) return reason;
    }
    return null;
  }

  /** What is asked of the row behind a text. */
  wanted(generated: readonly number[]): Wanted {
    const among = this.options.among?.(generated);
    return among ? { among } : {};
  }

  /** Of the prompt and what was generated behind it. */
  wantedBehind(generated: readonly number[]): Wanted {
    return { ...this.wanted(generated), newTokens: this.maxNewTokens - generated.length };
  }

  get budgetReason(): FinishReason {
    return this.maxNewTokens < this.stop.maxNewTokens ? 'contextFull' : 'tokenBudget';
  }

  outOfTime(): boolean {
    const { timeBudgetMs } = this.stop;
    return timeBudgetMs !== undefined && this.now() - this.decodeStarted >= timeBudgetMs;
  }
}

interface Outcome {
  ids: number[];
  finishReason: FinishReason;
  /** Beam search: sum of log-probabilities, and the score it makes. */
  sum?: number;
  score?: number;
  /** New tokens computed, per sequence. */
  steps: number;
}

/** Where one attempt at a text begins. */
interface Attempt {
  /** Next-token logits [vocab] there. */
  logits: Float32Array;
  /** Under rules, the whole sentences that are there. */
  standing?: Standing;
  /** Under rules, what attempts before have found to lead nowhere. */
  deadEnds?: DeadEnds;
  /** Most tokens of the text. */
  most: number;
}

type Chooser = (logits: Float32Array) => number;

function chooser(decoding: Decoding): Chooser {
  if (decoding.strategy !== 'sample') return argmax;
  const { temperature = 1, topK = 0, topP = 1, seed = 0 } = decoding;
  const random = createRandom(seed);
  return (logits) => sample(logits, { temperature, topK, topP }, random);
}

/** Gives the logits behind each token that is chosen. */
interface Advancer {
  /** The same behind several tokens that are chosen already. */
  begin(ids: readonly number[]): Promise<Float32Array>;
  next(id: number, generated: readonly number[]): Promise<Float32Array>;
  end(): void;
}

function advancer(run: Run, prompt: readonly number[], { strategy }: Decoding): Advancer {
  const { model } = run;
  const { speculation, signal, text = prompt } = run.options;
  // A sampled text is seldom the likeliest one, which is what guesses come near to.
  if (speculation === undefined || strategy !== 'greedy' || !isSpeculative(model)) {
    return {
      begin: async (ids) => {
        let logits!: Float32Array;
        for (const id of ids) logits = await model.step(id, signal);
        return logits;
      },
      next: (id, generated) => model.step(id, signal, run.wanted(generated)),
      end: () => undefined,
    };
  }
  const lookahead = speculation.begin(model, text);
  return {
    begin: (ids) => lookahead.readTogether(ids, signal),
    next: (id, generated) => {
      const goesOn = (draft: readonly number[]): boolean => run.ending([...generated, ...draft]) === null;
      return lookahead.next(id, run.maxNewTokens - generated.length, goesOn, signal);
    },
    end: () => lookahead.end(),
  };
}

/** Greedy decoding and sampling: one sequence, one token at a time. */
async function extendOne(
  run: Run,
  prompt: readonly number[],
  firstLogits: Float32Array,
  decoding: Decoding,
): Promise<Outcome> {
  const choose = chooser(decoding);
  return untilItEnds(run, prompt, firstLogits, async (attempt) => {
    const advance = advancer(run, [...prompt, ...(attempt.standing?.ids ?? [])], decoding);
    try {
      return await extend(run, attempt, choose, advance);
    } finally {
      advance.end();
    }
  });
}

/** So much of what might follow whole sentences may be dead ends; where it is more, the text is over. */
const MOST_DEAD_ENDS = 0.9;

/**
 * Where rules stop a text, it goes on from its last whole sentence, around the dead ends that are known by then; for no more
 * steps in all than the text may have tokens.
 */
async function untilItEnds(
  run: Run,
  prompt: readonly number[],
  firstLogits: Float32Array,
  write: (attempt: Attempt) => Promise<Outcome>,
): Promise<Outcome> {
  const { sentences, eosId, signal } = run.options;
  if (!sentences) return write({ logits: firstLogits, most: run.maxNewTokens });
  const deadEnds = new DeadEnds();
  let standing: Standing = { ids: [], sum: 0, ruled: sentences };
  let logits = firstLogits;
  let steps = 0;
  let stoppedBy: FinishReason | undefined;
  for (;;) {
    const known = deadEnds.size;
    const before = standing.ids.length;
    const most = Math.min(run.maxNewTokens, before + run.maxNewTokens - steps);
    const outcome = await write({ logits, standing, deadEnds, most });
    const { ids, sum = 0 } = outcome;
    steps += outcome.steps;
    const hasGrown = ids.length > before;
    // What stopped the text there first: later attempts may only have run out of steps.
    if (hasGrown) stoppedBy = undefined;
    const finishReason = (stoppedBy ??= outcome.finishReason);
    const isOver = ids.at(-1) === eosId || steps >= run.maxNewTokens || run.outOfTime();
    const isStuck = !hasGrown && deadEnds.size === known;
    const isLost = ids.length > 0 && deadEnds.forbiddenBehind(ids) > MOST_DEAD_ENDS;
    if (isOver || isStuck || isLost) return { ...outcome, finishReason, steps };
    standing = { ids, sum, ruled: ids.slice(before).reduce((text, id) => text.then(id), standing.ruled) };
    ({ logits } = await run.model.prefill([...prompt, ...ids], signal, run.wantedBehind(ids)));
  }
}

async function extend(
  run: Run,
  { logits: firstLogits, standing, deadEnds, most }: Attempt,
  choose: Chooser,
  advance: Advancer,
): Promise<Outcome> {
  const { gate, onProgress, begun } = run.options;
  const generated = [...(standing?.ids ?? [])];
  const before = generated.length;
  let ruled = standing?.ruled;
  let rest = before;
  const outcome = (finishReason: FinishReason): Outcome => {
    const steps = generated.length - before;
    if (standing) return { ids: generated.slice(0, rest), finishReason, steps };
    const kept = finishReason === 'unsure' ? gate?.keptTokens : gate?.keep(generated);
    if (kept === undefined || kept === steps) return { ids: generated, finishReason, steps };
    return { ids: generated.slice(0, kept), finishReason: 'unsure', steps };
  };
  let logits = firstLogits;
  if (begun && begun.ids.length < most) {
    for (const [i, id] of begun.ids.entries()) {
      generated.push(id);
      // The word is decided on with its last piece.
      const likelihood = i === begun.ids.length - 1 ? begun.logProbability : 0;
      if (gate?.add(generated, likelihood) === 'unsure') return outcome('unsure');
    }
    onProgress?.(generated);
    const reason = run.ending(generated);
    if (reason !== null) return outcome(reason);
    logits = await advance.begin(generated);
  }
  for (;;) {
    for (const process of run.processors) process(logits, generated);
    const likelihoods = deadEnds && logits.slice();
    deadEnds?.rulesOut(logits, generated);
    const { truncation } = run.model;
    const chosenFrom = truncation ? logits.slice() : logits;
    if (truncation) ruleOutUnknown(chosenFrom, truncation);
    const id = choose(chosenFrom);
    // Nothing is allowed any more: what constrained the text cannot be met, or nobody knows what would meet it.
    if (id < 0) {
      const reason = truncation ? 'unsure' : 'endOfText';
      deadEnds?.add(generated, reason, rest);
      return outcome(reason);
    }
    generated.push(id);
    if (likelihoods) deadEnds?.chose(generated, Math.exp(logProbability(likelihoods, id)));
    if (gate?.add(generated, logProbability(logits, id)) === 'unsure') return outcome('unsure');
    ruled = ruled?.then(id);
    const verdict = ruled?.verdict;
    if (verdict?.kind === 'breaks') {
      deadEnds?.add(generated, verdict.reason, rest);
      return outcome(verdict.reason);
    }
    if (verdict?.kind === 'rests') rest = generated.length;
    onProgress?.(generated);
    const reason =
      run.ending(generated) ??
      (generated.length >= most ? run.budgetReason : null) ??
      (run.outOfTime() ? 'timeBudget' : null);
    if (reason !== null) return outcome(reason);
    await yieldToEventLoop();
    logits = await advance.next(id, generated);
  }
}

async function searchBeams(
  run: Run,
  prompt: readonly number[],
  firstLogits: Float32Array,
  decoding: Extract<Decoding, { strategy: 'beam' }>,
): Promise<Outcome> {
  return untilItEnds(run, prompt, firstLogits, (attempt) => searchOnce(run, attempt, decoding));
}

async function searchOnce(
  run: Run,
  { logits, standing, deadEnds, most }: Attempt,
  { beams, lengthPenalty = 1, earlyStopping = false }: Extract<Decoding, { strategy: 'beam' }>,
): Promise<Outcome> {
  const { signal, onProgress } = run.options;
  const before = standing?.ids.length ?? 0;
  const batch = run.model.fork(beams, most - before);
  let steps = 1;
  let outOfTime = false;
  try {
    const hypotheses = await beamSearch(
      logits.slice(),
      {
        step: async (parents, ids, abort, among) => {
          await yieldToEventLoop();
          steps++;
          return batch.step(parents, ids, abort, among);
        },
        get truncations() {
          return batch.truncations;
        },
        dispose: () => batch.dispose(),
      },
      { beams, lengthPenalty, earlyStopping, maxNewTokens: most },
      {
        isFinished: (generated) => run.ending(generated) !== null,
        ...(standing && { sentences: standing }),
        ...(deadEnds && { deadEnds }),
        processors: run.processors,
        ...(run.options.among && { among: run.options.among }),
        ...(run.model.truncation && { truncation: run.model.truncation }),
        onStep: (best) => {
          onProgress?.(best);
          outOfTime = run.outOfTime();
          return outOfTime;
        },
        ...(signal && { signal }),
      },
    );
    const best: Hypothesis = hypotheses[0] ?? { ids: [], sum: 0, score: -Infinity };
    const budget = outOfTime ? 'timeBudget' : before + steps >= most ? run.budgetReason : null;
    const ending =
      best.ids.length === 0 ? (best.brokenBy ?? budget ?? 'endOfText') : (best.brokenBy ?? run.ending(best.ids));
    const finishReason = ending ?? budget ?? run.budgetReason;
    return { ids: best.ids, finishReason, sum: best.sum, score: best.score, steps };
  } finally {
    batch.dispose();
  }
}
