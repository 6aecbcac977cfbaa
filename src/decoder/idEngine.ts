import { phrase } from '../modelFolder/phrase';
import type { Decoding, ModelInfo, StopRules } from '../protocol/decoder';
import { SPECIAL_IDS, type BioGptTokenizer } from '../tokenizer/bioGptTokenizer';
import { generate, type Generation } from './generation/generate';
import { BadRequest, checkBeams } from './generation/settings';
import { Speculation } from './generation/speculation/speculation';
import { loadModel, type LoadedModel, type LoadOptions } from './loadedModel';
import { CachedModel } from './session/cachedModel';
import { LogitReader } from './session/logitReader';
import type { ModelSession } from './session/session';
import { stopRulesFor } from './text/endings';

export interface IdHooks {
  signal?: AbortSignal;
  onProgress?: (generated: readonly number[]) => void;
}

/**
 * A loaded model by its token ids: what it computes, without the rules by which the `Engine` makes text of it. For
 * checks of a model and measurements; one call at a time.
 */
export class IdEngine {
  readonly info: ModelInfo;
  readonly tokenizer: BioGptTokenizer;
  private readonly session: ModelSession;
  private readonly model: CachedModel;
  private readonly reader: LogitReader;
  private readonly speculation: Speculation;

  /** @param now as in `EngineOptions`. */
  constructor({ info, tokenizer, session }: LoadedModel, now?: () => number) {
    this.info = info;
    this.tokenizer = tokenizer;
    this.session = session;
    this.model = new CachedModel(session, now);
    this.reader = new LogitReader(session);
    this.speculation = new Speculation(now);
  }

  /**
   * Opens a finished model folder.
   * @throws ModelError when the folder is missing, damaged or of an unknown format.
   */
  static async open(modelDir: string, options: LoadOptions = {}): Promise<IdEngine> {
    return new IdEngine(await loadModel(modelDir, options));
  }

  /** Tokens that the model knows, those without a symbol included. */
  get vocabSize(): number {
    return this.session.vocabSize;
  }

  /**
   * Continues ids (with their leading `</s>`) with every token allowed, as `transformers.generate` does.
   * @throws BadRequest for settings or ids out of range; the signal's reason.
   */
  async generate(
    ids: readonly number[],
    decoding: Decoding,
    stop: StopRules,
    hooks: IdHooks = {},
  ): Promise<Generation> {
    this.checkIds(ids);
    checkBeams(decoding);
    return generate(this.model, ids, decoding, stop, {
      eosId: SPECIAL_IDS.eos,
      stopRules: stopRulesFor(stop, ids, (id) => this.tokenizer.idToSymbol(id)),
      speculation: this.speculation,
      ...hooks,
    });
  }

  /**
   * Next-token logits [vocab] float32 for every position of `ids`.
   * @throws BadRequest for ids out of range; the signal's reason.
   */
  async logits(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.checkIds(ids);
    return this.reader.read(ids, signal);
  }

  /**
   * Calls back with the next-token logits [vocab] float32 of each position ≥ `from`, valid until it returns.
   * @throws BadRequest for ids out of range; the signal's reason.
   */
  async eachLogits(
    ids: readonly number[],
    from: number,
    use: (row: Float32Array, position: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    this.checkIds(ids);
    await this.reader.each(ids, from, use, signal);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  private checkIds(ids: readonly number[]): void {
    const { vocabSize, maxPositions } = this.model;
    if (ids.length === 0 || ids.length > maxPositions) {
      const problem = phrase`Specify between 1 and ${maxPositions} token IDs. There are ${ids.length}.`;
      throw new BadRequest(problem, { setting: 'ids', value: ids.length });
    }
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (wrong !== undefined) {
      const problem = phrase`Token ID ${wrong} is outside the vocabulary (0 to ${vocabSize - 1}).`;
      throw new BadRequest(problem, { setting: 'ids', value: wrong });
    }
  }
}
