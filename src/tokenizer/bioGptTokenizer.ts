import QuickLRU from 'quick-lru';
import { AddedTokens, type AddedToken } from './addedTokens';
import { bytePairEncode } from './bytePairEncoding';
import { lastSymbol } from './endOfWord';
import { IncrementalDecoder } from './incrementalDecoder';
import { mosesTokenize } from './moses';
import { normalizePunctuation } from './normalize';
import { parseMerges, parseVocabulary, SPECIAL_SYMBOLS } from './vocabularyFiles';
import type { Vocabulary } from './vocabularyFiles';

/** Ids of the special symbols `<s>`, `<pad>`, `</s>` and `<unk>`. `</s>` also begins every input. */
export const SPECIAL_IDS = { bos: 0, pad: 1, eos: 2, unk: 3 } as const;

const FIRST_ORDINARY_ID = SPECIAL_SYMBOLS.length;

/** Words kept with their ids, and the longest word worth keeping. */
const CACHED_WORDS = 32_768;
const LONGEST_CACHED_WORD = 64;

export interface TokenizerOptions {
  /** Replace typographic punctuation before anything else (BioGPT base: yes; Large: no); default false. */
  normalizePunctuation?: boolean;
  /** Tokens that are words or marks of their own; default: none. */
  addedTokens?: readonly AddedToken[];
}

/**
 * BioGPT's tokenizer: Moses, then BPE. Without punctuation normalisation its ids are those of
 * transformers' `BioGptTokenizer` 4.57, except that a literal `<s>`, `<pad>`, `</s>` or `<unk>` in a
 * text is text here (transformers: `split_special_tokens=True`).
 */
export class BioGptTokenizer {
  readonly #wordIds = new QuickLRU<string, readonly number[]>({ maxSize: CACHED_WORDS });

  readonly #added: AddedTokens;
  readonly #symbols: ReadonlyMap<number, string>;

  private constructor(
    private readonly vocabulary: Vocabulary,
    private readonly mergeRanks: ReadonlyMap<string, number>,
    private readonly normalizes: boolean,
    added: readonly AddedToken[],
  ) {
    const read = added.map((token) => (normalizes ? { ...token, text: normalizePunctuation(token.text) } : token));
    this.#added = new AddedTokens(read);
    this.#symbols =
      added.length === 0
        ? vocabulary.symbols
        : new Map([...vocabulary.symbols, ...added.map(({ text, id }) => [id, spelledOut(text)] as const)]);
    this.vocabSize = [...this.#symbols.keys()].reduce((most, id) => Math.max(most, id + 1), 0);
  }

  /** One more than the largest id of a symbol, the special and added ones included. */
  readonly vocabSize: number;

  /**
   * @param vocabJson contents of `vocab.json`.
   * @param mergesText contents of `merges.txt`.
   * @throws VocabularyError, MergeError for a malformed file.
   */
  static fromFiles(vocabJson: string, mergesText: string, options: TokenizerOptions = {}): BioGptTokenizer {
    return new BioGptTokenizer(
      parseVocabulary(vocabJson),
      parseMerges(mergesText),
      options.normalizePunctuation ?? false,
      options.addedTokens ?? [],
    );
  }

  /** Words held in memory with their ids; bounded, whatever is encoded. */
  get cachedWords(): number {
    return this.#wordIds.size;
  }

  /** Moses tokens of any string, XML-escaped as BPE sees them; added tokens as they are. */
  tokenize(text: string): string[] {
    return this.#pieces(text).flatMap((piece) => (typeof piece === 'string' ? mosesTokenize(piece) : [piece.text]));
  }

  /** Ids of any string: `</s>` first, none appended. Time is linear in its length, but for a logarithm in BPE. */
  encode(text: string): number[] {
    const ids: number[] = [SPECIAL_IDS.eos];
    for (const piece of this.#pieces(text)) {
      if (typeof piece !== 'string') ids.push(piece.id);
      else for (const token of mosesTokenize(piece)) for (const id of this.#idsOf(token)) ids.push(id);
    }
    return ids;
  }

  /** Text of ids; special and unknown ones are dropped (transformers: `skip_special_tokens=True`). */
  decode(ids: Iterable<number>): string {
    const decoder = this.incrementalDecoder();
    for (const id of ids) {
      decoder.push(id);
    }
    return decoder.text;
  }

  /** A decoder for ids that come one by one; after each, its text is what `decode` gives for all of them. */
  incrementalDecoder(): IncrementalDecoder {
    return new IncrementalDecoder((id) => (id < FIRST_ORDINARY_ID ? undefined : this.#symbols.get(id)));
  }

  /** Symbol of an id as `vocab.json` spells it; `<unk>` for an id out of range. */
  idToSymbol(id: number): string {
    return this.#symbols.get(id) ?? SPECIAL_SYMBOLS[SPECIAL_IDS.unk]!;
  }

  /** Whether an id stands for a symbol: a model may have more rows than its vocabulary has symbols. */
  hasSymbol(id: number): boolean {
    return this.#symbols.has(id);
  }

  symbolToId(symbol: string): number | undefined {
    return this.vocabulary.ids.get(symbol);
  }

  #pieces(text: string): ReturnType<AddedTokens['split']> {
    return this.#added.split(this.normalizes ? normalizePunctuation(text) : text);
  }

  #idsOf(token: string): readonly number[] {
    const cached = this.#wordIds.get(token);
    if (cached !== undefined) {
      return cached;
    }
    const ids = bytePairEncode(token, this.mergeRanks).map((symbol) => this.symbolToId(symbol) ?? SPECIAL_IDS.unk);
    if (token.length <= LONGEST_CACHED_WORD) {
      this.#wordIds.set(token, ids);
    }
    return ids;
  }
}

/** An added token as the symbol that decodes to it: each of its words ends one. */
function spelledOut(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(lastSymbol)
    .join('');
}
