import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../../../src/decoder/generation/random.js';
import { tinyVocabulary } from '../../unit/decoder/support/tinyModel.js';

const HIDDEN = 256;
const LAYERS = 4;
const FFN = 4 * HIDDEN;

/** What follows "The protein binds to" in the model's opinion. */
export const SENTENCE = 'the receptor of patients with cancer and cells.';
const CHAIN = ['to', ...SENTENCE.replace('.', ' .').split(' ')];

export interface KnownSentence {
  /** Words, each once, and before them the one that they follow; any other word leads to the second. `</s>` may end them. */
  chain?: readonly string[];
  /** Longest text, in tokens. */
  positions?: number;
}

/**
 * A checkpoint as Hugging Face writes it, of 13 MB, that knows one sentence: each word of it has a direction
 * of its own in the embedding, and the first layer's MLP turns each into the next.
 */
export async function writeOneSentenceCheckpoint(
  dir: string,
  { chain = CHAIN, positions: longest = 320 }: KnownSentence = {},
): Promise<void> {
  const { vocabJson, mergesText } = tinyVocabulary(chain.filter((word) => !/^[^\w+/]|</.test(word)));
  const vocabulary = JSON.parse(vocabJson) as Record<string, number>;
  const vocab = Object.keys(vocabulary).length;
  const tensors = new Map<string, { shape: number[]; values: Float32Array }>();
  const tensor = (name: string, shape: number[], fill = 0): Float32Array => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(fill);
    tensors.set(name, { shape, values });
    return values;
  };

  const embedding = tensor('biogpt.embed_tokens.weight', [vocab, HIDDEN]);
  for (const id of Object.values(vocabulary)) {
    const word = chain.findIndex((each) => vocabulary[each === '</s>' ? each : `${each}</w>`] === id);
    embedding[id * HIDDEN + (word >= 0 ? word : chain.length)] = word >= 0 ? 1 : 0.5;
  }
  const positions = tensor('biogpt.embed_positions.weight', [longest + 2, HIDDEN]);
  // A little of everything, as in a trained model: no two tokens and no two places are the same.
  const random = createRandom(7);
  for (const [values, scale] of [
    [embedding, 0.05],
    [positions, 0.5],
  ] as const) {
    for (let at = 0; at < values.length; at++) if (at % HIDDEN > chain.length) values[at] = (2 * random() - 1) * scale;
  }
  const norm = (name: string): void => {
    tensor(`${name}.weight`, [HIDDEN], 1);
    tensor(`${name}.bias`, [HIDDEN]);
  };
  norm('biogpt.layer_norm');
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = `biogpt.layers.${layer}`;
    for (const projection of ['k_proj', 'v_proj', 'q_proj', 'out_proj']) {
      tensor(`${name}.self_attn.${projection}.weight`, [HIDDEN, HIDDEN]);
      tensor(`${name}.self_attn.${projection}.bias`, [HIDDEN]);
    }
    norm(`${name}.self_attn_layer_norm`);
    norm(`${name}.final_layer_norm`);
    const fc1 = tensor(`${name}.fc1.weight`, [FFN, HIDDEN]);
    const fc2 = tensor(`${name}.fc2.weight`, [HIDDEN, FFN]);
    tensor(`${name}.fc1.bias`, [FFN]);
    tensor(`${name}.fc2.bias`, [HIDDEN]);
    if (layer > 0) continue;
    // Any other word leads to the first of the sentence.
    for (let word = 0; word <= chain.length; word++) {
      fc1[word * HIDDEN + word] = 1;
      fc2[(word < chain.length - 1 ? word + 1 : 1) * FFN + word] = 10;
    }
  }

  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'model.safetensors'), safetensors(tensors));
  await writeFile(join(dir, 'vocab.json'), vocabJson);
  await writeFile(join(dir, 'merges.txt'), mergesText);
  await writeFile(
    join(dir, 'config.json'),
    JSON.stringify({
      model_type: 'biogpt',
      architectures: ['BioGptForCausalLM'],
      vocab_size: vocab,
      hidden_size: HIDDEN,
      num_hidden_layers: LAYERS,
      num_attention_heads: 4,
      intermediate_size: FFN,
      hidden_act: 'gelu',
      max_position_embeddings: longest,
      scale_embedding: true,
      bos_token_id: 0,
      pad_token_id: 1,
      eos_token_id: 2,
    }),
  );
}

function safetensors(tensors: ReadonlyMap<string, { shape: number[]; values: Float32Array }>): Buffer {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...[...tensors.values()].map(({ values }) => Buffer.from(values.buffer))]);
}
