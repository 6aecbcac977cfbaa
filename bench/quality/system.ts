import type { Engine, EnginePart } from '../../src/decoder/engine';
import type { ModelInfo } from '../../src/protocol/decoder';
import type { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { Engine as ProductEngine } from '../../src/decoder/engine';
import { SPECIAL_IDS } from '../../src/tokenizer/bioGptTokenizer';
import { ProductSuggester } from './keystrokes/productSuggester';
import type { Suggester } from './keystrokes/suggester';
import { KneserNey } from './peers/kneserNey';
import { KneserNeyModel } from './peers/kneserNeyModel';
import { WordSuggestions } from './peers/wordSuggestions';

/**
 * What makes the product's completions more than a model's plain answers:
 *
 * - `scopes`: the model reads prose without markup, and what it writes is spaced and escaped for its place;
 * - `healing`: inside a word the answer begins with its letters;
 * - `lookBehind`: it goes by how well the letters go on behind a piece of them, and knows a word in small letters too;
 * - `words`: what the text has said before is likelier;
 * - `facts`: an answer ends before facts that the text does not hold;
 * - `gate`: an answer ends where the model is unsure.
 */
export const PARTS = ['scopes', 'healing', 'lookBehind', 'words', 'facts', 'gate'] as const;
export type Part = (typeof PARTS)[number];

/** What a plain product does without: the model's likeliest continuation of the typed letters, whatever it is. */
export const PLAIN: readonly Part[] = PARTS.filter((part) => part !== 'healing');

/** Something to be measured. */
export interface System {
  /** The language model, where there is one. */
  engine?: Engine;
  suggester: Suggester;
  /** Forgets what it knows of the passages so far. */
  forget(): void;
}

/** The parts that the decoder is opened without. */
export function enginePartsOf(without: ReadonlySet<Part>): ReadonlySet<EnginePart> {
  return new Set((['healing', 'lookBehind', 'words'] as const).filter((part) => without.has(part)));
}

/** A language model behind the product's ghost text. @param engine opened without its parts of `without`. */
export function systemOf(engine: Engine, caution: number, without: ReadonlySet<Part> = new Set()): System {
  const options = {
    caution: without.has('gate') ? 0 : caution,
    ...(without.has('facts') && { facts: 'allow' as const }),
  };
  const suggester = new ProductSuggester(engine, options, !without.has('scopes'));
  return { engine, suggester, forget: () => suggester.forget() };
}

export function wordSuggestionsSystem(): System {
  return { suggester: new WordSuggestions(), forget: () => undefined };
}

/** The product over an n-gram model trained on texts, with the tokens of the model that it is compared with. */
export async function kneserNeyEngine(
  texts: AsyncIterable<string> | Iterable<string>,
  tokenizer: BioGptTokenizer,
  info: ModelInfo,
  order: number,
  onProgress: (done: number) => void,
  without: ReadonlySet<Part> = new Set(),
): Promise<Engine> {
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
  return ProductEngine.over(described, tokenizer, model, enginePartsOf(without));
}
