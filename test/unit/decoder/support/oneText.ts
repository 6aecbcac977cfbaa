import { Engine } from '../../../../src/decoder/engine';
import type { ResidentModel } from '../../../../src/decoder/generation/languageModel';
import { promptAtCursor } from '../../../../src/decoder/text/cursor';
import type { ModelInfo } from '../../../../src/protocol/decoder';
import type { BioGptTokenizer } from '../../../../src/tokenizer/bioGptTokenizer';
import { ScriptedModel } from './scriptedModel';

export const ONE_TEXT_INFO: ModelInfo = {
  name: 'one text',
  modelDir: '',
  precision: 'fp32',
  parameters: 0,
  maxPositions: 200,
  backend: 'plain',
  describes: true,
  loadMs: 0,
};

/** Writes the rest of one text behind the prompt for its beginning, and ends. */
export class OneText extends ScriptedModel implements ResidentModel {
  /** @param before what the prompt stands for. @param text what it writes, behind `before`. */
  constructor(
    readonly tokenizer: BioGptTokenizer,
    before: string,
    text: string,
  ) {
    // Inside a word the prompt lacks that word.
    const prompt = promptAtCursor(before, tokenizer)!.ids.length;
    const coming = [...tokenizer.encode(before + text).slice(prompt), 2];
    super(tokenizer.vocabSize, (ids) => {
      const logits = new Array<number>(tokenizer.vocabSize).fill(0);
      logits[coming[ids.length - prompt] ?? 2] = 50;
      return logits;
    });
  }

  get cachedTokens(): number {
    return this.ids.length;
  }

  dispose = async (): Promise<void> => undefined;
}

/** An engine over it that writes what the model writes, whatever the text before has said. */
export function plainEngine(model: OneText): Engine {
  return new Engine(ONE_TEXT_INFO, model.tokenizer, model, { parts: { keepsToText: false } });
}
