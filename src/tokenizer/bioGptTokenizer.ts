import QuickLRU from 'quick-lru';
import { bytePairEncode } from './bytePairEncoding';
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
}

/**
 * BioGPT's tokenizer: Moses, then BPE. Without punctuation normalisation its ids are those of
 * transformers' `BioGptTokenizer` 4.57, except that a literal `<s>`, `<pad>`, `</s>` or `<unk>` in a
 * text is text here (transformers: `split_special_tokens=True`).
 */
export class BioGptTokenizer {
  readonly #wordIds = new QuickLRU<string, readonly number[]>({ maxSize: CACHED_WORDS });

  private constructor(
    private readonly vocabulary: Vocabulary,
    private readonly mergeRanks: ReadonlyMap<string, number>,
    private readonly normalizes: boolean,
  ) {}

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
    );
  }

  /** Number of symbols, the special ones included. */
  get vocabSize(): number {
    return this.vocabulary.ids.size;
  }

  /** Words held in memory with their ids; bounded, whatever is encoded. */
  get cachedWords(): number {
    return this.#wordIds.size;
  }

  /** Moses tokens of any string, XML-escaped as BPE sees them. */
  tokenize(text: string): string[] {
    return mosesTokenize(this.normalizes ? normalizePunctuation(text) : text);
  }

  /** Ids of any string: `</s>` first, none appended. Time is linear in its length, but for a logarithm in BPE. */
  encode(text: string): number[] {
    const ids: number[] = [SPECIAL_IDS.eos];
    for (const token of this.tokenize(text)) {
      for (const id of this.#idsOf(token)) {
        ids.push(id);
      }
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
    return new IncrementalDecoder((id) => (id < FIRST_ORDINARY_ID ? undefined : this.vocabulary.symbols.get(id)));
  }

  /** Symbol of an id as `vocab.json` spells it; `<unk>` for an id out of range. */
  idToSymbol(id: number): string {
    return this.vocabulary.symbols.get(id) ?? SPECIAL_SYMBOLS[SPECIAL_IDS.unk]!;
  }

  symbolToId(symbol: string): number | undefined {
    return this.vocabulary.ids.get(symbol);
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
