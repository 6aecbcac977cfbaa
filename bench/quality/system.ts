import type { Engine } from '../../src/decoder/engine';
import type { ModelInfo } from '../../src/protocol';
import type { BioGptTokenizer } from '../../src/tokenizer';
import { Engine as ProductEngine } from '../../src/decoder/engine';
import { SPECIAL_IDS } from '../../src/tokenizer';
import { ProductSuggester } from './keystrokes/productSuggester';
import type { Suggester } from './keystrokes/suggester';
import { KneserNey } from './peers/kneserNey';
import { KneserNeyModel } from './peers/kneserNeyModel';
import { WordSuggestions } from './peers/wordSuggestions';

/** Something to be measured. */
export interface System {
  /** The language model, where there is one. */
  engine?: Engine;
  suggester: Suggester;
  /** Forgets what it knows of the passages so far. */
  forget(): void;
}

/** A language model behind the product's ghost text. */
export function systemOf(engine: Engine, caution: number): System {
  const suggester = new ProductSuggester(engine, { caution });
  return { engine, suggester, forget: () => suggester.forget() };
}

export function wordSuggestionsSystem(): System {
  return { suggester: new WordSuggestions(), forget: () => undefined };
}

/** The product over an n-gram model trained on texts, with the tokens of the model that it is compared with. */
export async function kneserNeyEngine(
  texts: AsyncIterable<string> | Iterable<string>, tokenizer: BioGptTokenizer, info: ModelInfo, order: number,
  onProgress: (done: number) => void,
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
  return ProductEngine.over({ ...info, name: `${order}-gram`, parameters: ngrams.ngrams }, tokenizer, model);
}
