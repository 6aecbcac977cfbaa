import { FIELD_WORDS } from '../lib/fieldWords';
import { openFieldWords } from '../../src/cli/glossaryFile';
import { Engine, type EngineParts } from '../../src/decoder/engine';
import { promptAtCursor, type CursorPrompt } from '../../src/decoder/text/cursor';
import type { ModelInfo } from '../../src/protocol/decoder';
import { SPECIAL_IDS, type BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { ProductSuggester } from './keystrokes/productSuggester';
import type { Suggester } from './keystrokes/suggester';
import { KneserNey } from './peers/kneserNey';
import { KneserNeyModel } from './peers/kneserNeyModel';
import { WordSuggestions } from './peers/wordSuggestions';
import type { Scorer } from './scorer';

/**
 * What makes the product's completions more than a model's plain answers:
 *
 * - `scopes`: the model reads prose without markup, and what it writes is spaced and escaped for its place;
 * - `healing`: inside a word the answer begins with its letters;
 * - `lookBehind`: it goes by how well the letters go on behind a piece of them, and knows a word in small letters too;
 * - `words`: what the text has said before is likelier;
 * - `finishing`: a half-typed word that the model does not know is finished from the text and from the field's words;
 * - `facts`: an answer ends before facts that the text does not hold;
 * - `gate`: an answer ends where the model is unsure.
 */
export const PARTS = ['scopes', 'healing', 'lookBehind', 'words', 'finishing', 'facts', 'gate'] as const;
export type Part = (typeof PARTS)[number];

/** What a plain product does without: the model's likeliest continuation of the typed letters, whatever it is. */
export const PLAIN: readonly Part[] = PARTS.filter((part) => part !== 'healing');

/** Something to be measured. */
export interface System {
  /** The language model, where there is one: for text, and for likelihoods. */
  model?: { engine: Engine; scorer: Scorer };
  suggester: Suggester;
  /** Forgets what it knows of the passages so far. */
  forget(): void;
}

/** The parts of the decoder's engine that are done otherwise. */
export function enginePartsOf(without: ReadonlySet<Part>): Partial<EngineParts> {
  return {
    ...(without.has('healing') && { promptAt: promptAsTyped }),
    looksBehind: !without.has('lookBehind'),
    keepsToText: !without.has('words'),
    finishesWords: !without.has('finishing'),
  };
}

/** What the product reads without token healing: a begun word as if it were over. */
function promptAsTyped(textBefore: string, tokenizer: BioGptTokenizer): CursorPrompt | null {
  const product = promptAtCursor(textBefore, tokenizer);
  return product && { ids: tokenizer.encode(textBefore), letters: '', letterIds: 0, firstWord: 'any' };
}

/** A language model behind the product's ghost text. @param model its engine opened without its parts of `without`. */
export function systemOf(
  model: { engine: Engine; scorer: Scorer },
  caution: number,
  without: ReadonlySet<Part> = new Set(),
): System {
  const options = {
    caution: without.has('gate') ? 0 : caution,
    ...(without.has('facts') && { facts: 'allow' as const }),
    fieldWords: openFieldWords(FIELD_WORDS),
  };
  const suggester = new ProductSuggester(model.engine, options, !without.has('scopes'));
  return { model, suggester, forget: () => suggester.forget() };
}

export function wordSuggestionsSystem(): System {
  return { suggester: new WordSuggestions(), forget: () => undefined };
}

/** The product over an n-gram model trained on texts, with the tokens of the model that it is compared with. */
export async function kneserNeyPeer(
  texts: AsyncIterable<string> | Iterable<string>,
  tokenizer: BioGptTokenizer,
  info: ModelInfo,
  order: number,
  onProgress: (done: number) => void,
  without: ReadonlySet<Part> = new Set(),
): Promise<{ engine: Engine; scorer: Scorer }> {
  let tokens = new Uint32Array(1 << 20);
  let length = 0;
  for await (const text of texts) {
    const ids = tokenizer.encode(text);
    if (length + ids.length > tokens.length) {
      const larger = new Uint32Array(2 * tokens.length + ids.length);
      larger.set(tokens);
      tokens = larger;
    }
    tokens.set(ids, length);
    length += ids.length;
  }
  const settings = { start: SPECIAL_IDS.eos, order, vocabSize: tokenizer.vocabSize };
  const ngrams = await KneserNey.train(tokens.slice(0, length), settings, onProgress);
  const model = new KneserNeyModel(ngrams, info.maxPositions);
  const described = { ...info, name: `${order}-gram`, parameters: ngrams.ngrams };
  return {
    engine: new Engine(described, tokenizer, model, { parts: enginePartsOf(without) }),
    scorer: {
      tokenizer,
      maxPositions: info.maxPositions,
      logLikelihoods: (ids, from) => model.logLikelihoods(ids, from),
    },
  };
}
