import { phrase } from '../modelFolder/phrase';
import type {
  CompleteParams,
  CompleteResult,
  Decoding,
  DescribeParams,
  DescribeResult,
  FactRule,
  GenerationProgress,
  GenerationTimings,
  ModelInfo,
  PrepareParams,
  PrepareResult,
  StopRules,
} from '../protocol/decoder';
import { SPECIAL_IDS, type BioGptTokenizer } from '../tokenizer/bioGptTokenizer';
import { SymbolTable } from '../tokenizer/symbolTable';
import { FirstPieces } from './generation/firstPieces';
import { generate } from './generation/generate';
import { isSpeculative, type ResidentModel } from './generation/languageModel';
import { rankListed, type ListedWord } from './generation/listedWords';
import {
  lettersLeft,
  prefixConstraint,
  suppressFirst,
  suppressTokens,
  type LogitsProcessor,
} from './generation/logitsProcessors';
import { BadRequest, checkBeams, checkTokenBudget } from './generation/settings';
import { Speculation } from './generation/speculation/speculation';
import { WordGate } from './generation/wordGate';
import { Miner } from './mine/miner';
import { NoTask } from './mine/noTask';
import { SessionReader, type MinerOptions } from './mine/sessionReader';
import type { InTurn } from './mine/sharedSession';
import { loadModel, type LoadedModel, type LoadOptions } from './loadedModel';
import { CachedModel } from './session/cachedModel';
import { ContextWindow } from './text/contextWindow';
import { promptAtCursor, unfitFirst, type CursorPrompt, type FirstWord } from './text/cursor';
import { descriptionRules } from './text/descriptionRules';
import { inventedFact, keptTokens, stopRulesFor } from './text/endings';
import { withoutInventedFacts, type FactSource } from './text/facts';
import { inHouseStyle, StyleElsewhere, type InHouseStyle } from './text/houseStyle';
import { insertionAt, type Insertion } from './text/insertion';
import { candidatesFor, countWords, CountedTexts, type Candidate } from './text/lexicon';
import { LikelierWords } from './text/likelierWords';
import { Manuscripts, type Manuscript } from './text/manuscript';

export interface EngineOptions extends LoadOptions, SearchOptions {}

export interface SearchOptions {
  /**
   * Milliseconds, by which prompts are cut into chunks that take about as long each and guesses at the next
   * tokens are checked where that pays; omitted: the system's. Passes over more or fewer tokens differ in the
   * last bits of their logits: with a clock that stands still, answers don't depend on time.
   */
  now?: () => number;
  /** Texts that requests may name; omitted: none. */
  manuscripts?: Manuscripts;
  /** Parts of completions that are done otherwise, to measure what they are worth. */
  parts?: Partial<EngineParts>;
}

/** What makes completions more than a model's plain answers. */
export interface EngineParts {
  /** What the model reads for a text: see `promptAtCursor`. */
  promptAt: (textBefore: string, tokenizer: BioGptTokenizer) => CursorPrompt | null;
  /** Inside a word: looks behind pieces of its letters, and tries small letters. */
  looksBehind: boolean;
  /** The text's own words are likelier, and what is written keeps to its style. */
  keepsToText: boolean;
  /** A half-typed word that the model doesn't know is finished to one of the text, of lists, or of the field. */
  finishesWords: boolean;
}

const PARTS: EngineParts = { promptAt: promptAtCursor, looksBehind: true, keepsToText: true, finishesWords: true };

export interface RequestHooks {
  /** Ends the request with the signal's reason within one decoding step or prefill chunk. */
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/** Makes a miner of the model's task. */
export type OpenMiner = (inTurn: InTurn, options?: MinerOptions) => Miner;

const CAPITALISED = /^\p{Lu}\p{Ll}{2,}$/u;

/** What `write` is asked for. */
interface Writing {
  textBefore: string;
  prompt: CursorPrompt;
  decoding: Decoding;
  stop: StopRules;
  /** The text's own words: made likelier before tokens are ruled out, and what is written kept to them. */
  own?: { likelier: LogitsProcessor; rewritten: InHouseStyle };
  facts?: StopRules['facts'];
  /** What other files of the manuscript say: facts that it holds may be repeated. */
  elsewhere?: FactSource;
  /** The words that the letters at the cursor may become, of the text and of lists. */
  listed?: ListedWords;
  /** A description is asked for: whole sentences by its rules. */
  description?: { term: string; facts: FactRule; grounds: readonly string[] };
}

interface ListedWords {
  words: readonly ListedWord[];
  /** Whether nearly all words that begin with the letters are among them. */
  areAll: boolean;
  /** Endings that are known: one of the words is asked for that has another, or nothing. */
  otherThan?: ReadonlySet<string>;
}

/** The share of the words that a writer means and no list of the field has. */
const NOT_IN_FIELD = 0.05;
/** How far a listed word's probability is believed; chosen on training text, so that no more wrong words are shown than without. */
const LISTED_TRUST = 0.8;

/** Of a word that is offered as another one, the least probability. */
const LEAST_LIKELY = 0.01;

/** Tokens that are no text: the model knows them, a reader does not. `</s>` stays, it ends the text. */
const NOT_TEXT = [SPECIAL_IDS.bos, SPECIAL_IDS.pad, SPECIAL_IDS.unk];
/** Room for new tokens is reserved in these steps, so that requests of different budgets see one window. */
const RESERVE_STEP = 64;
/**
 * A loaded model: text in, text out. It keeps the tokens read last in its KV cache, and a request whose
 * text begins alike computes only the rest. One request at a time; whoever shares an engine queues them
 * (see `Scheduler`).
 */
export class Engine {
  private readonly symbols: SymbolTable;
  private readonly unfit = new Map<FirstWord, number[]>();
  private readonly window: ContextWindow;
  private readonly likelierWords: LikelierWords;
  private readonly speculation: Speculation;
  private readonly listed = new CountedTexts();
  private readonly titled = new CountedTexts();
  private readonly parts: EngineParts;
  /** Tokens that are no text, rows of the model that have no symbol included. */
  private readonly notText: readonly number[];
  private readonly manuscripts: Manuscripts;
  private readonly elsewhere = new StyleElsewhere();

  /** @param model reads the tokenizer's ids. */
  constructor(
    readonly info: ModelInfo,
    readonly tokenizer: BioGptTokenizer,
    readonly model: ResidentModel,
    { now, parts, manuscripts = new Manuscripts() }: SearchOptions = {},
    private readonly openMiner?: OpenMiner,
  ) {
    this.symbols = new SymbolTable(tokenizer, Math.min(tokenizer.vocabSize, model.vocabSize));
    const rows = Array.from({ length: model.vocabSize }, (_, id) => id);
    this.notText = [...NOT_TEXT, ...rows.filter((id) => !tokenizer.hasSymbol(id))];
    this.window = new ContextWindow(this.symbols.symbolOf);
    this.likelierWords = new LikelierWords(tokenizer, this.symbols);
    this.speculation = new Speculation(now);
    this.parts = { ...PARTS, ...parts };
    this.manuscripts = manuscripts;
  }

  /**
   * Opens a finished model folder.
   * @throws ModelError when the folder is missing, damaged or of an unknown format.
   */
  static async open(modelDir: string, options: EngineOptions = {}): Promise<Engine> {
    return Engine.over(await loadModel(modelDir, options), options);
  }

  static over(loaded: LoadedModel, options: SearchOptions = {}): Engine {
    const { info, tokenizer, session, task } = loaded;
    // With quantized weights a text's answer was seen to depend on what is read beside it.
    const alone = /^int/.test(info.precision) && { rows: 1 };
    const openMiner: OpenMiner | undefined =
      task &&
      ((inTurn, how) =>
        new Miner(info.name, tokenizer, task, new SessionReader(session, inTurn, { ...how, ...alone })));
    return new Engine(info, tokenizer, new CachedModel(session, options.now), options, openMiner);
  }

  /**
   * Reads texts by the task of the model, beside what is written: see `Miner`.
   * @throws NoTask if the model has none
   */
  miner(inTurn: InTurn, options?: MinerOptions): Miner {
    if (!this.openMiner) throw new NoTask(this.info.name);
    return this.openMiner(inTurn, options);
  }

  /** Whether another machine, or another program, computes for it. */
  get isElsewhere(): boolean {
    return this.model.tells !== undefined;
  }

  /** Tokens in the KV cache. */
  get cachedTokens(): number {
    return this.model.cachedTokens;
  }

  /**
   * Reads the text before the cursor, up to the word being typed, so that the `complete` which follows
   * computes only what is new by then.
   * @throws BadRequest for a token budget out of range; the signal's reason: what was read until then is kept.
   */
  async prepare({ textBefore, maxNewTokens }: PrepareParams, signal?: AbortSignal): Promise<PrepareResult> {
    checkTokenBudget(maxNewTokens);
    // What nobody has asked for yet goes to no server.
    if (this.isElsewhere) return NOTHING_READ;
    const prompt = this.parts.promptAt(textBefore, this.tokenizer);
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
   * @throws BadRequest for settings out of range; the signal's reason.
   */
  async complete(params: CompleteParams, hooks: RequestHooks = {}): Promise<CompleteResult> {
    const { textBefore, decoding, stop } = params;
    const prompt = this.parts.promptAt(textBefore, this.tokenizer);
    if (prompt === null) return NOTHING_WRITTEN;
    // Without the probabilities of the pieces that spell it a half-typed word would be guessed at.
    if (prompt.letters !== '' && this.model.tells === 'none') return NOTHING_WRITTEN;
    const manuscript = params.manuscript && this.manuscripts.of(params.manuscript, this.pieces);
    const own = this.parts.keepsToText && {
      likelier: this.likelierWords.of(params, prompt.ids, manuscript?.rareWords),
      rewritten: inHouseStyle(textBefore, manuscript && this.elsewhere.of(manuscript)),
    };
    const listed = decoding.strategy === 'greedy' ? this.listedFor(params, prompt, manuscript) : undefined;
    if (params.otherEndingThan && listed === undefined) return NOTHING_WRITTEN;
    const request: Writing = {
      textBefore,
      prompt,
      decoding,
      stop,
      ...(own && { own }),
      ...(listed && { listed }),
      ...(manuscript && { elsewhere: manuscript.facts }),
      facts: stop.facts,
    };
    const result = await this.write(request, hooks);
    const lower = result.text === '' ? this.inLowerCase(prompt) : null;
    if (lower === null) return result;
    const listedLower = listed && {
      ...listed,
      words: listed.words.flatMap(({ ids, prior }) =>
        this.inPieces(lower.letters, { word: this.tokenizer.decode(ids), prior }),
      ),
    };
    const second = await this.write({ ...request, prompt: lower, ...(listedLower && { listed: listedLower }) }, hooks);
    return { ...second, timings: sumOf(result.timings, second.timings) };
  }

  private readonly pieces = (word: string): number => this.tokenizer.encode(word).length - 1;

  /** The words of the text, of the writer's lists, and of the field that the letters at the cursor may become. */
  private listedFor(
    { textBefore, words = [], titles = [], fieldWords, otherEndingThan }: CompleteParams,
    { letters }: CursorPrompt,
    manuscript: Manuscript | undefined,
  ): ListedWords | undefined {
    if (!this.parts.finishesWords || letters === '' || !textBefore.endsWith(letters)) return undefined;
    const found = candidatesFor(letters, [
      ['text', countWords([textBefore.slice(0, textBefore.length - letters.length)])],
      ...(manuscript ? [['manuscript', manuscript.wordsLike(letters)] as const] : []),
      ['list', this.listed.of(words)],
      ['title', this.titled.of(titles)],
      ['field', { counts: new Map(fieldWords?.map(({ word, perMillion }) => [word, perMillion])), total: 1e6 }],
    ]);
    return found.length === 0
      ? undefined
      : {
          words: found.flatMap((word) => this.inPieces(letters, word)),
          areAll: fieldWords !== undefined,
          ...(otherEndingThan && { otherThan: new Set(otherEndingThan.map(endingOf)) }),
        };
  }

  /** A word as the letters that are typed begin it; none where the tokenizer knows more than one word in it. */
  private inPieces(letters: string, { word, prior }: Candidate): ListedWord[] {
    const ids = this.tokenizer.encode(letters + word.slice(letters.length)).slice(1);
    const { endsWord } = this.symbols;
    const isOne = ids.every((id, i) => id !== SPECIAL_IDS.unk && endsWord(id) === (i === ids.length - 1));
    return isOne ? [{ ids, prior }] : [];
  }

  /** The same with small letters for a capitalised word, "Immunohisto": models know most words in these alone. */
  private inLowerCase(prompt: CursorPrompt): CursorPrompt | null {
    if (!this.parts.looksBehind) return null;
    return CAPITALISED.test(prompt.letters) ? { ...prompt, letters: prompt.letters.toLowerCase() } : null;
  }

  /**
   * Describes a term, from the prompt "{term} is" as the BioGPT paper does (section "Text generation").
   * The term stays as the writer spelt it. Beam search keeps to the rules of a description (`descriptionRules`) inside the
   * search.
   * @throws BadRequest for an empty term or settings out of range; the signal's reason.
   */
  async describe(params: DescribeParams, hooks: RequestHooks = {}): Promise<DescribeResult> {
    const term = params.term.trim();
    if (term === '') {
      const problem = phrase`Enter a term to describe.`;
      throw new BadRequest(problem, { setting: 'term', value: params.term });
    }
    const beginning = `${term} is`;
    const prompt: CursorPrompt = {
      ids: this.tokenizer.encode(beginning),
      letters: '',
      letterIds: 0,
      firstWord: 'any',
    };
    const { onProgress } = hooks;
    const { decoding, stop, facts = 'allow', grounds = [] } = params;
    const { text, ...rest } = await this.write(
      { textBefore: beginning, prompt, decoding, stop, description: { term, facts, grounds } },
      {
        ...hooks,
        ...(onProgress && { onProgress: (p) => onProgress({ ...p, text: beginning + p.text }) }),
      },
    );
    return { term: params.term, text: text === '' ? '' : beginning + text, ...rest };
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }

  private async write(request: Writing, hooks: RequestHooks): Promise<CompleteResult> {
    const { textBefore, prompt, decoding, stop, own, facts = 'allow', elsewhere, listed, description } = request;
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
      inventsNothing ? withoutInventedFacts(textBefore, written(generated), elsewhere) : written(generated);
    const { onProgress, signal } = hooks;
    // The rules of a description say themselves when it is over.
    const stopRules = description ? [] : stopRulesFor(stop, ids, symbolOf);
    if (inventsNothing) stopRules.push(inventedFact(textBefore, written, symbolOf, elsewhere));
    const processors = [...(own ? [own.likelier] : []), suppressTokens(this.notText)];
    const begun = listed && (await this.begunWith(listed, ids, prompt.letters, processors, written, signal));
    if (listed?.otherThan && begun === undefined) return NOTHING_WRITTEN;
    const looks = prompt.letters !== '' && begun === undefined && this.parts.looksBehind;
    const firstPieces = looks ? new FirstPieces(prompt.letters, this.symbols.index, spellingOf) : undefined;
    const result = await generate(this.model, ids, decoding, stop, {
      eosId: SPECIAL_IDS.eos,
      processors: [...processors, ...this.textProcessors(prompt), ...(firstPieces ? [firstPieces.weigh] : [])],
      ...(firstPieces && { firstPieces }),
      stopRules,
      ...(description && {
        sentences: descriptionRules({
          ...description,
          beginning: textBefore,
          beginningIds: prompt.ids,
          decoder: this.tokenizer.incrementalDecoder(),
          symbolOf,
        }),
      }),
      speculation: this.speculation,
      text: prompt.ids,
      ...(prompt.letters !== '' && this.isElsewhere && { among: this.piecesOf(prompt.letters) }),
      ...(stop.caution && { gate: new WordGate(stop.caution, prompt.letters, symbolOf) }),
      ...(begun && { begun }),
      ...(signal && { signal }),
      ...(onProgress && {
        onProgress: (generated) => onProgress({ text: toText(generated), tokens: generated.length }),
      }),
    });
    const kept = description
      ? result.ids.filter((id) => id !== SPECIAL_IDS.eos)
      : keptTokens(ids, result.ids, result.finishReason, symbolOf, prompt.letters !== '');
    const text = toText(kept);
    const whole = text === written(kept);
    return {
      text,
      tokens: text === '' ? 0 : whole ? kept.length : tokensOf(text, kept, written),
      finishReason: whole ? result.finishReason : 'fact',
      timings: result.timings,
    };
  }

  /**
   * The word of a list that the text begins with; undefined to leave it to the model, which may know another, and where no
   * other one is likely enough.
   */
  private async begunWith(
    { words, areAll, otherThan }: ListedWords,
    ids: readonly number[],
    letters: string,
    processors: readonly LogitsProcessor[],
    written: Insertion,
    signal: AbortSignal | undefined,
  ): Promise<{ ids: readonly number[]; logProbability: number } | undefined> {
    const { model } = this;
    if (!isSpeculative(model)) return undefined;
    const { logits } = await model.prefill(ids, signal);
    const { index, spellingOf } = this.symbols;
    const ranked = await rankListed(model, logits, words, {
      letters,
      index,
      spellingOf,
      processors,
      belief: areAll ? NOT_IN_FIELD : 1,
      ...(signal && { signal }),
    });
    const best = otherThan
      ? ranked.words.find(({ ids: word }) => !otherThan.has(endingOf(written(word))))
      : ranked.words[0];
    if (best === undefined || best.probability < (otherThan ? LEAST_LIKELY : ranked.unlisted)) return undefined;
    return { ids: best.ids, logProbability: Math.log(LISTED_TRUST * best.probability) };
  }

  /** Most prompt tokens for a request, so that its new tokens have room. */
  private contextLimit(stop: StopRules): number {
    const { maxPositions } = this.model;
    const reserve = Math.ceil(stop.maxNewTokens / RESERVE_STEP) * RESERVE_STEP;
    return Math.max(2, maxPositions - Math.min(reserve, Math.floor(maxPositions / 2)));
  }

  /** The tokens that may come next as long as the letters of a begun word are not spelt. */
  private piecesOf(letters: string): (generated: readonly number[]) => readonly number[] | undefined {
    const { index, spellingOf } = this.symbols;
    return (generated) => {
      const rest = lettersLeft(letters, generated, spellingOf);
      return rest === '' ? undefined : index.piecesToward(rest);
    };
  }

  private textProcessors({ letters, firstWord }: CursorPrompt): LogitsProcessor[] {
    return [
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

/** What a suggestion makes of the half-typed word before it. */
function endingOf(suggestion: string): string {
  return /^[\p{L}\p{M}\p{N}-]*/u.exec(suggestion)![0];
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

const NOTHING_READ = { reusedTokens: 0, prefillTokens: 0, prefillMs: 0 };
const NO_WORK = { ...NOTHING_READ, decodedTokens: 0, decodeMs: 0 };
const NOTHING_WRITTEN: CompleteResult = { text: '', tokens: 0, finishReason: 'endOfText', timings: NO_WORK };
