import type { SpeculativeModel } from '../languageModel';
import { Drafter } from './drafter';
import { PassCosts } from './passCosts';

/** Most tokens of one pass. */
const MOST_TOKENS = 8;
/** A draft is checked where it is expected to save at least this share of a pass over one token. */
const LEAST_SAVING = 0.1;

/** What speculation did so far. */
export interface SpeculationCounts {
  passes: number;
  /** Guessed tokens that were checked, and those of them that were right. */
  drafted: number;
  accepted: number;
}

/**
 * Speculative decoding (Leviathan et al. 2023) for greedy search: tokens guessed by `Drafter` are read by
 * the model in the same pass as the token before them, and the logits of those that greedy search chooses
 * as well are there already. What is chosen is up to the caller, token by token, as without guesses.
 *
 * One per model: what it learns of the model and its speed helps every generation.
 */
export class Speculation {
  readonly counts: SpeculationCounts = { passes: 0, drafted: 0, accepted: 0 };
  private readonly drafter = new Drafter();
  private readonly costs = new PassCosts();

  /** @param now milliseconds, monotonic; with a clock that stands still, drafts don't depend on time. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Begins a generation; `end` it before the next begins.
   *
   * @param model its current sequence is the prompt.
   * @param text ids of the whole text up to the prompt's end, also those that no longer fit into the prompt.
   */
  begin(model: SpeculativeModel, text: readonly number[]): Lookahead {
    this.drafter.begin(text);
    return new Lookahead(model, this.drafter, this.costs, this.counts, this.now);
  }
}

/** Next-token logits of a text that grows by a token at a time. */
export class Lookahead {
  /** Logits of the last pass [tokens, vocab], and the tokens it read. */
  private rows: Float32Array = new Float32Array(0);
  private read: number[] = [];
  /** Tokens of `read` that are in the text. */
  private used = 0;

  constructor(
    private readonly model: SpeculativeModel,
    private readonly drafter: Drafter,
    private readonly costs: PassCosts,
    private readonly counts: SpeculationCounts,
    private readonly now: () => number,
  ) {}

  /**
   * Appends `id` to the text; next-token logits [vocab], the caller's until the next call.
   *
   * @param most tokens that the text may still get, at least 1.
   * @param goesOn false for a draft behind which the text would end: guesses beyond are not checked.
   * @throws the signal's reason
   */
  async next(
    id: number,
    most: number,
    goesOn: (draft: readonly number[]) => boolean,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    signal?.throwIfAborted();
    this.drafter.grow(id);
    if (this.read[this.used] === id) {
      this.counts.accepted++;
    } else {
      this.takeBack();
      await this.pass([id, ...this.draft(most - 1, goesOn)], signal);
    }
    const { vocabSize } = this.model;
    return this.rows.subarray(this.used * vocabSize, ++this.used * vocabSize);
  }

  /**
   * Appends tokens that are chosen already to a text that has just begun; next-token logits [vocab] behind them.
   * @throws the signal's reason
   */
  async readTogether(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    for (const id of ids) this.drafter.grow(id);
    await this.pass([...ids], signal);
    this.used = ids.length;
    const { vocabSize } = this.model;
    return this.rows.subarray((ids.length - 1) * vocabSize, ids.length * vocabSize);
  }

  /** The model's sequence becomes the text that `next` was told, and the text is remembered. */
  end(): void {
    this.takeBack();
    this.drafter.end();
  }

  /** As many guesses as are expected to save the most time over one token a pass. */
  private draft(mostTokens: number, goesOn: (draft: readonly number[]) => boolean): number[] {
    const most = Math.min(mostTokens, MOST_TOKENS - 1);
    const draft: number[] = [];
    let best = 0;
    let bestSaving = LEAST_SAVING;
    let reach = 1;
    let tokens = 1;
    const saving = (length: number, expected: number): number => expected - this.costs.ratio(length + 1);
    for (const { id, chance } of this.drafter.guess()) {
      reach *= chance;
      const length = draft.length + 1;
      // Costs grow by the same with each token: if all other guesses were right, one end would save most.
      const atBest = Math.max(saving(length, tokens + reach), saving(most, tokens + reach * (most - length + 1)));
      if (length > most || atBest <= bestSaving) break;
      draft.push(id);
      if (!goesOn(draft)) break;
      tokens += reach;
      if (saving(length, tokens) > bestSaving) {
        best = length;
        bestSaving = saving(length, tokens);
      }
    }
    return draft.slice(0, best);
  }

  private async pass(ids: number[], signal: AbortSignal | undefined): Promise<void> {
    const started = this.now();
    this.rows = ids.length === 1 ? await this.model.step(ids[0]!, signal) : await this.model.verify(ids, signal);
    this.costs.add(ids.length, this.now() - started);
    this.counts.passes++;
    this.counts.drafted += ids.length - 1;
    this.read = ids;
    this.used = 0;
  }

  private takeBack(): void {
    this.model.takeBack(this.read.length - this.used);
    this.read = [];
    this.used = 0;
  }
}
