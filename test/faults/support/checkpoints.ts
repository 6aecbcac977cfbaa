import { join } from 'node:path';
import { tinyVocabulary } from '../../unit/decoder/support/tinyModel';
import { safetensors, tinyConfig, tinyTensors, writeHuggingFaceFolder } from '../../unit/conversion/support/tinyModel';

export const WEIGHTS = 'model.safetensors';

/** Sizes of checkpoints: `small` is verified while it is fetched, `large` by the installer process. */
export const SIZES = ['small', 'large'] as const;
export type Size = (typeof SIZES)[number];
const LAYERS: Record<Size, number> = { small: 2, large: 6 };

/** Writes a BioGPT of 7 or 20 MB of random weights as a Hugging Face folder. */
export function writeCheckpoint(parent: string, size: Size, seed: number): string {
  // It must spell whatever the self-check asks for.
  const { vocabJson, mergesText } = tinyVocabulary();
  const vocabulary = JSON.parse(vocabJson) as Record<string, number>;
  const vocabSize = Object.keys(vocabulary).length;
  const config = tinyConfig({
    hidden_size: 256,
    intermediate_size: 1024,
    num_attention_heads: 4,
    num_hidden_layers: LAYERS[size],
    max_position_embeddings: 256,
    vocab_size: vocabSize,
  });
  const folder = join(parent, `${size}-${seed}`);
  const weights = { [WEIGHTS]: safetensors(tinyTensors(config, seed)) };
  writeHuggingFaceFolder(folder, { config, vocabulary, merges: mergesText, weights });
  return folder;
}
