import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../../../src/decoder/generation/random';
import { convert, type Quantization } from '../../../../src/conversion/convert';
import type { ModelTask } from '../../../../src/modelFolder/modelTask';
import type { Precision } from '../../../../src/modelFolder/format';
import { BioGptTokenizer } from '../../../../src/tokenizer/bioGptTokenizer';

const WORDS = (
  'the protein binds to receptor and cells of patients with cancer TNF IL α β ( ) [ ] . , ? ! : ; % / = @-@ 6 2 0.05 ' +
  '&quot; &apos; &apos;s &#91; &#93; immuno immunohistochemistry is a in were was Dr. e.g. et al Fig . driver mutation kg mg'
).split(' ');

/** A vocabulary whose BPE spells each of `WORDS` and of `more` as one symbol and anything else letter by letter. */
export function tinyVocabulary(more: readonly string[] = []): { vocabJson: string; mergesText: string } {
  const symbols = new Set<string>(['<s>', '<pad>', '</s>', '<unk>']);
  const merges = new Set<string>();
  for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-()&;#@αβ') {
    symbols.add(letter).add(`${letter}</w>`);
  }
  for (const word of [...WORDS, ...more]) {
    const letters = [...word];
    letters[letters.length - 1] += '</w>';
    let left = letters[0]!;
    symbols.add(left);
    for (const letter of letters.slice(1)) {
      merges.add(`${left} ${letter} 1`);
      left += letter;
      symbols.add(left);
    }
  }
  const vocabJson = JSON.stringify(Object.fromEntries([...symbols].map((symbol, id) => [symbol, id])));
  return { vocabJson, mergesText: `${[...merges].join('\n')}\n` };
}

export function tinyTokenizer(): BioGptTokenizer {
  const { vocabJson, mergesText } = tinyVocabulary();
  return BioGptTokenizer.fromFiles(vocabJson, mergesText);
}

export interface TinyModel {
  dir: string;
  remove: () => Promise<void>;
}

/**
 * A model folder with BioGPT's architecture at toy size and seeded random weights, written as a Hugging
 * Face checkpoint and converted by the product's own code.
 *
 * @param options more layers and width make a model slow enough to be cancelled.
 */
export async function createTinyModel(
  options: {
    hidden?: number;
    layers?: number;
    maxPositions?: number;
    precision?: Precision;
    quantization?: Quantization;
    /** What it was tuned for, as far as it knows. */
    task?: ModelTask;
  } = {},
): Promise<TinyModel> {
  const { hidden = 32, layers = 2, maxPositions = 320, precision = 'fp32', quantization, task } = options;
  const ffn = 4 * hidden;
  const { vocabJson, mergesText } = tinyVocabulary();
  const vocab = Object.keys(JSON.parse(vocabJson) as object).length;
  const root = await mkdtemp(join(tmpdir(), 'biogpt-tiny-'));
  const source = join(root, 'tiny');
  await mkdir(source);

  const shapes: [string, number[]][] = [
    ['biogpt.embed_tokens.weight', [vocab, hidden]],
    ['biogpt.embed_positions.weight', [maxPositions + 2, hidden]],
    ['biogpt.layer_norm.weight', [hidden]],
    ['biogpt.layer_norm.bias', [hidden]],
  ];
  for (let layer = 0; layer < layers; layer++) {
    const name = `biogpt.layers.${layer}`;
    for (const projection of ['k_proj', 'v_proj', 'q_proj', 'out_proj']) {
      shapes.push([`${name}.self_attn.${projection}.weight`, [hidden, hidden]]);
      shapes.push([`${name}.self_attn.${projection}.bias`, [hidden]]);
    }
    for (const norm of ['self_attn_layer_norm', 'final_layer_norm']) {
      shapes.push([`${name}.${norm}.weight`, [hidden]], [`${name}.${norm}.bias`, [hidden]]);
    }
    shapes.push([`${name}.fc1.weight`, [ffn, hidden]], [`${name}.fc1.bias`, [ffn]]);
    shapes.push([`${name}.fc2.weight`, [hidden, ffn]], [`${name}.fc2.bias`, [hidden]]);
  }
  const random = createRandom(7);
  const header: Record<string, unknown> = {};
  const tensors: Float32Array[] = [];
  let offset = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((product, n) => product * n, 1);
    // Norm weights around 1, the rest around 0; wide enough that texts differ.
    const centre = name.endsWith('layer_norm.weight') ? 1 : 0;
    const scale = shape.length === 2 ? 2.5 / Math.sqrt(shape[1]!) : 0.1;
    tensors.push(Float32Array.from({ length }, () => centre + (2 * random() - 1) * scale));
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += 4 * length)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const data = tensors.map((values) => Buffer.from(values.buffer));
  await writeFile(join(source, 'model.safetensors'), Buffer.concat([length, json, ...data]));
  await writeFile(join(source, 'vocab.json'), vocabJson);
  await writeFile(join(source, 'merges.txt'), mergesText);
  await writeFile(
    join(source, 'config.json'),
    JSON.stringify({
      model_type: 'biogpt',
      architectures: ['BioGptForCausalLM'],
      vocab_size: vocab,
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: 4,
      intermediate_size: ffn,
      hidden_act: 'gelu',
      max_position_embeddings: maxPositions,
      scale_embedding: true,
      bos_token_id: 0,
      pad_token_id: 1,
      eos_token_id: 2,
    }),
  );
  const { dir } = await convert(source, join(root, 'model'), {
    precision,
    ...(quantization && { quantization }),
    ...(task && { task: { declared: task } }),
    name: 'tiny',
  });
  return { dir, remove: () => rm(root, { recursive: true, force: true }) };
}
