import { readFile } from 'node:fs/promises';
import { ModelError } from '../modelFolder/modelError';
import { openModelFolder, type ModelFolder } from '../modelFolder/modelFolder';
import type {
  CompleteParams,
  CompleteResult,
  Decoding,
  DescribeParams,
  DescribeResult,
  GenerationProgress,
  GenerationTimings,
  ModelInfo,
  PrepareParams,
  PrepareResult,
  StopRules,
} from '../protocol/decoder';
import { BioGptTokenizer, SPECIAL_IDS } from '../tokenizer/bioGptTokenizer';
import { endsWord, lastSymbol } from '../tokenizer/endOfWord';
import { SymbolTable } from '../tokenizer/symbolTable';
import { inventedFact, keptTokens, stopRulesFor } from './endings';
import { documentCache } from './generation/documentCache';
import { FirstPieces } from './generation/firstPieces';
import { BadRequest, generate, type Generation } from './generation/generate';
import { likeliestWords } from './generation/likeliestWords';
import { logProbability } from './generation/logProbability';
import { suppressFirst, suppressTokens, type LogitsProcessor } from './generation/logitsProcessors';
import { prefixConstraint } from './generation/prefixConstraint';
import { Speculation } from './generation/speculation/speculation';
import { topK } from './generation/topK';
import { WordGate } from './generation/wordGate';
import type { ScoringModel } from './generation/languageModel';
import { CachedModel } from './session/cachedModel';
import { openSession, type Backend } from './session/openSession';
import { ContextWindow } from './text/contextWindow';
import { promptAsTyped, promptAtCursor, unfitFirst, type CursorPrompt, type FirstWord } from './text/cursor';
import { EncodedTexts } from './text/encodedTexts';
import { withoutInventedFacts } from './text/facts';
import { inSmallLetters } from './text/inSmallLetters';
import { insertionAt, type Insertion } from './text/insertion';
import { inOwnWords, type InOwnWords } from './text/ownWords';

export interface EngineOptions {
  /** Intra-op threads; omitted: chosen by the machine. */
  threads?: number;
  /** Forces one way of calling the runtime; omitted: native where it proves right, else plain. */
  backend?: Backend;
  /** Receives one line per noteworthy event; never text of the user. */
  log?: (line: string) => void;
  /**
   * Milliseconds, by which prompts are cut into chunks that take about as long each and guesses at the next
   * tokens are checked where that pays; omitted: the system's. Passes over more or fewer tokens differ in the
   * last bits of their logits: with a clock that stands still, answers don't depend on time.
   */
  now?: () => number;
  /** What completions do without, to measure what it is worth; omitted: nothing. */
  without?: ReadonlySet<EnginePart>;
}

/**
 * `healing`: constrained decoding inside a word. `lookBehind`: it looks behind pieces of the letters, and tries small
 * letters. `words`: the text's own words are likelier.
 */
export type EnginePart = 'healing' | 'lookBehind' | 'words';

export interface RequestHooks {
  /** Ends the request with `Aborted` within one decoding step or prefill chunk. */
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

export interface IdHooks {
  signal?: AbortSignal;
  onProgress?: (generated: readonly number[]) => void;
}

const CAPITALISED = /^\p{Lu}\p{Ll}{2,}$/u;

/** What `write` is asked for. */
interface Writing {
  textBefore: string;
  prompt: CursorPrompt;
  decoding: Decoding;
  stop: StopRules;
  /** The text's own words: made likelier before tokens are ruled out, and what is written kept to them. */
  own?: { likelier: LogitsProcessor; rewritten: InOwnWords };
  facts?: StopRules['facts'];
}

/** Tokens that are no text: the model knows them, a reader does not. `</s>` stays, it ends the text. */
const NOT_TEXT = [SPECIAL_IDS.bos, SPECIAL_IDS.pad, SPECIAL_IDS.unk];
/** Room for new tokens is reserved in these steps, so that requests of different budgets see one window. */
const RESERVE_STEP = 64;
/** Every beam has a KV cache of its own: more would fill the memory. */
const MOST_BEAMS = 32;
/** A search for words follows up so many beginnings, and gives a word up beyond so many pieces. */
const WORD_BEAMS = 8;
const MOST_PIECES = 12;
/** Likeliest tokens among which whole words are looked for. */
const FIRST_WORDS = 64;

/**
 * A loaded model: text in, text out. It keeps the tokens read last in its KV cache, and a request whose
 * text begins alike computes only the rest. One request at a time; whoever shares an engine queues them
 * (see `Scheduler`).
 */
export class Engine {
  private readonly symbols: SymbolTable;
  private readonly unfit = new Map<FirstWord, number[]>();
  private readonly window: ContextWindow;
  private readonly words: EncodedTexts;
  private readonly titles: EncodedTexts;
  private readonly small: EncodedTexts;

  private constructor(
    readonly info: ModelInfo,
    readonly tokenizer: BioGptTokenizer,
    private readonly model: ScoringModel,
    private readonly speculation: Speculation,
    private readonly without: ReadonlySet<EnginePart>,
  ) {
    this.symbols = new SymbolTable(tokenizer, Math.min(tokenizer.vocabSize, model.vocabSize));
    this.window = new ContextWindow(this.symbols.symbolOf);
    this.words = new EncodedTexts(tokenizer);
    this.titles = new EncodedTexts(tokenizer);
    this.small = new EncodedTexts(tokenizer);
  }

  /**
   * Opens a finished model folder.
   * @throws ModelError when the folder is missing, damaged or of an unknown format.
   */
  static async open(modelDir: string, options: EngineOptions = {}): Promise<Engine> {
    const started = performance.now();
    const folder = await openModelFolder(modelDir);
    const { description } = folder;
    const tokenizer = await readTokenizer(folder);
    const session = await openSession(folder.paths.graph, description.architecture, options);
    const info: ModelInfo = {
      name: description.name,
      modelDir: folder.dir,
      precision: description.precision,
      parameters: description.parameters,
      maxPositions: description.architecture.maxPositions,
      backend: session.backend,
      loadMs: Math.round(performance.now() - started),
    };
    const model = new CachedModel(session, options.now);
    return new Engine(info, tokenizer, model, new Speculation(options.now), options.without ?? new Set());
  }

  /** The same engine over another kind of language model, to compare it with. */
  static over(
    info: ModelInfo,
    tokenizer: BioGptTokenizer,
    model: ScoringModel,
    without: ReadonlySet<EnginePart> = new Set(),
  ): Engine {
    return new Engine(info, tokenizer, model, new Speculation(), without);
  }

  /** Tokens in the KV cache. */
  get cachedTokens(): number {
    return this.model.cachedTokens;
  }

  /**
   * Reads the text before the cursor, up to the word being typed, so that the `complete` which follows
   * computes only what is new by then.
   * @throws BadRequest for a token budget out of range; Aborted when cancelled: what was read until then is kept.
   */
  async prepare({ textBefore, maxNewTokens }: PrepareParams, signal?: AbortSignal): Promise<PrepareResult> {
    if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) {
      throw new BadRequest(`maxNewTokens must be a whole number from 1, not ${maxNewTokens}.`);
    }
    const prompt = this.promptAt(textBefore);
    if (prompt === null) return NOTHING_READ;
    const before = this.window.last;
    const ids = this.window.ahead(prompt.ids, this.contextLimit({ maxNewTokens }));
    // Reading it again would cut off what was written behind it.
    const known = this.model.cachedTokens >= ids.length && sameIds(before, ids);
    if (known) return { ...NOTHING_READ, reusedTokens: ids.length };
    const started = performance.now();
    const { reusedTokens, computedTokens } = await this.model.prefill(ids, signal);
    return { reusedTokens, prefillTokens: computedTokens, prefillMs: performance.now() - started };
  }

  /**
   * Continues the text at the cursor.
   * @throws BadRequest for settings out of range, Aborted when cancelled.
   */
  async complete(params: CompleteParams, hooks: RequestHooks = {}): Promise<CompleteResult> {
    const { textBefore, decoding, stop } = params;
    const prompt = this.promptAt(textBefore);
    if (prompt === null) return { text: '', tokens: 0, finishReason: 'endOfText', timings: NO_WORK };
    const own = !this.without.has('words') && {
      likelier: this.ownWords(params, prompt),
      rewritten: inOwnWords(textBefore),
    };
    const request: Writing = { textBefore, prompt, decoding, stop, ...(own && { own }), facts: stop.facts };
    const result = await this.write(request, hooks);
    const lower = result.text === '' ? this.inLowerCase(prompt) : null;
    if (lower === null) return result;
    const second = await this.write({ ...request, prompt: lower }, hooks);
    return { ...second, timings: sumOf(result.timings, second.timings) };
  }

  /** The same with small letters for a capitalised word, "Immunohisto": models know most words in these alone. */
  private inLowerCase(prompt: CursorPrompt): CursorPrompt | null {
    if (this.without.has('lookBehind')) return null;
    return CAPITALISED.test(prompt.letters) ? { ...prompt, letters: prompt.letters.toLowerCase() } : null;
  }

  /**
   * Describes a term, from the prompt "{term} is" as the BioGPT paper does (section "Text generation").
   * The term stays as the writer spelt it.
   * @throws BadRequest for an empty term or settings out of range, Aborted when cancelled.
   */
  async describe(params: DescribeParams, hooks: RequestHooks = {}): Promise<DescribeResult> {
    const term = params.term.trim();
    if (term === '') throw new BadRequest('There is no term to describe: give a word or a phrase.');
    const beginning = `${term} is`;
    const prompt: CursorPrompt = {
      ids: this.tokenizer.encode(beginning),
      letters: '',
      letterIds: 0,
      firstWord: 'any',
    };
    const { onProgress } = hooks;
    const { decoding, stop } = params;
    const { text, ...rest } = await this.write(
      { textBefore: beginning, prompt, decoding, stop },
      {
        ...hooks,
        ...(onProgress && { onProgress: (p) => onProgress({ ...p, text: beginning + p.text }) }),
      },
    );
    return { term: params.term, text: beginning + text, ...rest };
  }

  /**
   * Continues ids (with their leading `</s>`) with every token allowed, as `transformers.generate` does.
   * @throws BadRequest for settings or ids out of range, Aborted when cancelled.
   */
  async generateIds(
    ids: readonly number[],
    decoding: Decoding,
    stop: StopRules,
    hooks: IdHooks = {},
  ): Promise<Generation> {
    this.checkIds(ids);
    checkBeams(decoding);
    return generate(this.model, ids, decoding, stop, {
      eosId: SPECIAL_IDS.eos,
      stopRules: stopRulesFor(stop, ids, this.symbols.symbolOf),
      speculation: this.speculation,
      ...hooks,
    });
  }

  /**
   * Next-token logits [vocab] float32 for every position of `ids`.
   * @throws BadRequest for ids out of range.
   */
  async logits(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.checkIds(ids);
    return this.model.allLogits(ids, signal);
  }

  /**
   * ln P(ids[i + 1] | ids[0 … i]) for every i ≥ `from`, [ids.length − 1 − from].
   * @throws BadRequest for ids out of range.
   */
  async logLikelihoods(ids: readonly number[], from = 0, signal?: AbortSignal): Promise<Float64Array> {
    this.checkIds(ids);
    return this.model.logLikelihoods(ids, from, signal);
  }

  /**
   * Whether a word is among the likeliest ones behind a text that ends between words, as the model alone sees it.
   * @param word a Moses token.
   * @throws Aborted when cancelled.
   */
  async isAmongLikeliest(textBefore: string, word: string, count: number, signal?: AbortSignal): Promise<boolean> {
    const prompt = this.tokenizer.encode(textBefore);
    const pieces = this.tokenizer.encode(`${textBefore}${word}`).slice(prompt.length);
    const ids = this.window.of(prompt, this.contextLimit({ maxNewTokens: MOST_PIECES }));
    let { logits } = await this.model.prefill(ids, signal);
    const enough = this.probabilityOfOthers(logits, word, count);
    let logProbabilityOfWord = 0;
    for (const [i, id] of pieces.entries()) {
      logProbabilityOfWord += logProbability(logits, id);
      // Most words are found to be unlikely here, before any search.
      if (logProbabilityOfWord < enough) return false;
      if (i < pieces.length - 1) logits = await this.model.step(id, signal);
    }
    ({ logits } = await this.model.prefill(ids, signal));
    const search = { count, beams: WORD_BEAMS, mostPieces: MOST_PIECES, floor: logProbabilityOfWord };
    const likelier = await likeliestWords(this.model, logits, search, this.symbols.symbolOf, signal);
    return likelier.filter(({ spelling }) => spelling !== word).length < count;
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }

  /** The log-probability that so many words besides `word` reach with a single piece. */
  private probabilityOfOthers(logits: Float32Array, word: string, count: number): number {
    const { symbolOf } = this.symbols;
    const whole = topK(logits, FIRST_WORDS).filter((id) => {
      const symbol = symbolOf(id);
      return endsWord(symbol) && symbol !== lastSymbol(word);
    });
    const last = whole[count - 1];
    return last === undefined ? -Infinity : logProbability(logits, last);
  }

  private promptAt(textBefore: string): CursorPrompt | null {
    return (this.without.has('healing') ? promptAsTyped : promptAtCursor)(textBefore, this.tokenizer);
  }

  /** The text's own words, as if it had said each of the writer's once; behind them those of the titles. */
  private ownWords({ textBefore, words = [], titles = [] }: CompleteParams, { ids }: CursorPrompt): LogitsProcessor {
    const text = [...this.words.idsOf(words), ...ids];
    const others = [...this.titles.idsOf(titles), ...this.small.idsOf(inSmallLetters(textBefore))];
    return documentCache(text, SPECIAL_IDS.eos, this.symbols.endsWord, others);
  }

  private async write(request: Writing, hooks: RequestHooks): Promise<CompleteResult> {
    const { textBefore, prompt, decoding, stop, own, facts = 'allow' } = request;
    checkBeams(decoding);
    const { symbolOf, spellingOf } = this.symbols;
    const ids = this.window.of(prompt.ids, this.contextLimit(stop));
    const insertion = insertionAt(textBefore, prompt, this.tokenizer);
    const written = (generated: readonly number[]): string => {
      const plain = insertion(generated.filter((id) => id !== SPECIAL_IDS.eos));
      return own ? own.rewritten(plain) : plain;
    };
    const inventsNothing = facts === 'documentOnly';
    const toText = (generated: readonly number[]): string =>
      inventsNothing ? withoutInventedFacts(textBefore, written(generated)) : written(generated);
    const { onProgress, signal } = hooks;
    const stopRules = stopRulesFor(stop, ids, symbolOf);
    if (inventsNothing) stopRules.push(inventedFact(textBefore, written, symbolOf));
    const looks = prompt.letters !== '' && !this.without.has('lookBehind');
    const firstPieces = looks ? new FirstPieces(prompt.letters, this.symbols.index, spellingOf) : undefined;
    const result = await generate(this.model, ids, decoding, stop, {
      eosId: SPECIAL_IDS.eos,
      processors: [
        ...(own ? [own.likelier] : []),
        ...this.textProcessors(prompt),
        ...(firstPieces ? [firstPieces.weigh] : []),
      ],
      ...(firstPieces && { firstPieces }),
      stopRules,
      speculation: this.speculation,
      text: prompt.ids,
      ...(stop.caution && { gate: new WordGate(stop.caution, prompt.letters, symbolOf) }),
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: (generated) => onProgress({ text: toText(generated), tokens: generated.length }),
      }),
    });
    const kept = keptTokens(ids, result.ids, result.finishReason, symbolOf, prompt.letters !== '');
    const text = toText(kept);
    const whole = text === written(kept);
    return {
      text,
      tokens: text === '' ? 0 : whole ? kept.length : tokensOf(text, kept, written),
      finishReason: whole ? result.finishReason : 'fact',
      timings: result.timings,
    };
  }

  /** Most prompt tokens for a request, so that its new tokens have room. */
  private contextLimit(stop: StopRules): number {
    const { maxPositions } = this.model;
    const reserve = Math.ceil(stop.maxNewTokens / RESERVE_STEP) * RESERVE_STEP;
    return Math.max(2, maxPositions - Math.min(reserve, Math.floor(maxPositions / 2)));
  }

  private textProcessors({ letters, firstWord }: CursorPrompt): LogitsProcessor[] {
    return [
      suppressTokens(NOT_TEXT),
      ...(letters === '' ? [] : [prefixConstraint(letters, this.symbols.index, this.symbols.spellingOf)]),
      ...(firstWord === 'any' ? [] : [suppressFirst(this.unfitFirst(firstWord))]),
    ];
  }

  /** Tokens that may not come first; the one that ends texts may. */
  private unfitFirst(firstWord: FirstWord): readonly number[] {
    let ids = this.unfit.get(firstWord);
    if (ids === undefined) {
      ids = unfitFirst(firstWord, this.symbols.all()).filter((id) => id !== SPECIAL_IDS.eos);
      this.unfit.set(firstWord, ids);
    }
    return ids;
  }

  private checkIds(ids: readonly number[]): void {
    const { vocabSize, maxPositions } = this.model;
    if (ids.length === 0 || ids.length > maxPositions) {
      throw new BadRequest(`Between 1 and ${maxPositions} ids are needed; ${ids.length} were given.`);
    }
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    if (wrong !== undefined) {
      throw new BadRequest(`Token id ${wrong} is outside the vocabulary (0 to ${vocabSize - 1}).`);
    }
  }
}

function sumOf(first: GenerationTimings, second: GenerationTimings): GenerationTimings {
  return {
    reusedTokens: first.reusedTokens,
    prefillTokens: first.prefillTokens + second.prefillTokens,
    prefillMs: first.prefillMs + second.prefillMs,
    decodedTokens: first.decodedTokens + second.decodedTokens,
    decodeMs: first.decodeMs + second.decodeMs,
  };
}

/** Tokens of `ids` that it takes to write `text`, with which their text begins. */
function tokensOf(text: string, ids: readonly number[], written: Insertion): number {
  let count = 0;
  while (count < ids.length && written(ids.slice(0, count)).length < text.length) count++;
  return count;
}

function checkBeams(decoding: Decoding): void {
  if (decoding.strategy !== 'beam' || !(decoding.beams > MOST_BEAMS)) return;
  throw new BadRequest(`beams can be ${MOST_BEAMS} at most, not ${decoding.beams}.`);
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

const NOTHING_READ = { reusedTokens: 0, prefillTokens: 0, prefillMs: 0 };
const NO_WORK = { ...NOTHING_READ, decodedTokens: 0, decodeMs: 0 };

async function readTokenizer({ dir, description, paths }: ModelFolder): Promise<BioGptTokenizer> {
  const [vocab, merges] = await Promise.all([readFile(paths.vocab, 'utf8'), readFile(paths.merges, 'utf8')]);
  const { normalizePunctuation } = description.tokenizer;
  try {
    return BioGptTokenizer.fromFiles(vocab, merges, { normalizePunctuation });
  } catch (error) {
    const problem = `has a tokenizer that cannot be read (${(error as Error).message}).`;
    throw new ModelError(dir, problem, 'Download or convert the model again.', { cause: error });
  }
}
