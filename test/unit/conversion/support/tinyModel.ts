import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedTensors } from '../../../../src/conversion/checkpoint/bioGptTensors';
import { readConfig } from '../../../../src/modelFolder/checkpointConfig';
import { randomNumbers } from './random';

export interface TestTensor {
  shape: number[];
  values: Float32Array;
}

export type TestTensors = Map<string, TestTensor>;

/** A valid config.json; `overrides` may make it invalid. */
export function tinyConfig(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    model_type: 'biogpt',
    hidden_act: 'gelu',
    hidden_size: 32,
    intermediate_size: 48,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 20,
    num_attention_heads: 2,
    num_hidden_layers: 2,
    scale_embedding: true,
    vocab_size: 29,
    ...overrides,
  };
}

/** Random weights under transformers' names. Matrices keep activations near 1. */
export function tinyTensors(config: Record<string, unknown>, seed = 1): TestTensors {
  const random = randomNumbers(seed);
  const tensors: TestTensors = new Map();
  for (const [name, shape] of expectedTensors(readConfig('config.json', JSON.stringify(config)))) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const isNorm = name.includes('layer_norm.weight');
    const scale = shape.length === 1 ? 0.2 : 1 / Math.sqrt(shape[1]!);
    for (let i = 0; i < values.length; i++) values[i] = (isNorm ? 1 : 0) + random() * scale;
    tensors.set(name === 'output_projection.weight' ? name : `biogpt.${name}`, { shape, values });
  }
  return tensors;
}

export function tinyVocabulary(size: number): Record<string, number> {
  const symbols = ['<s>', '<pad>', '</s>', '<unk>'];
  for (let i = 4; i < size; i++) symbols.push(`w${i}</w>`);
  return Object.fromEntries(symbols.map((symbol, id) => [symbol, id]));
}

/** The bytes of a safetensors file in F32. */
export function safetensors(tensors: TestTensors): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return rawSafetensors(header, Buffer.concat(parts));
}

export function rawSafetensors(header: unknown, data: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

export interface FolderContent {
  config?: Record<string, unknown> | string;
  vocabulary?: Record<string, unknown> | string;
  merges?: string;
  /** File name → content; default: random weights in model.safetensors. */
  weights?: Record<string, Uint8Array | string>;
}

/** Writes a Hugging Face folder. */
export function writeHuggingFaceFolder(dir: string, content: FolderContent = {}): void {
  const config = content.config ?? tinyConfig();
  const vocabSize = typeof config === 'string' ? 29 : Number(config.vocab_size);
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'config.json'), text(config));
  writeFileSync(join(dir, 'vocab.json'), text(content.vocabulary ?? tinyVocabulary(vocabSize)));
  writeFileSync(join(dir, 'merges.txt'), content.merges ?? '#version: 0.2\nw 4</w> 12\n');
  const weights = content.weights ?? {
    'model.safetensors': safetensors(tinyTensors(config as Record<string, unknown>)),
  };
  for (const [name, bytes] of Object.entries(weights)) writeFileSync(join(dir, name), bytes);
}

/** A temporary folder for one test; remove it with the function returned. */
export function temporaryFolder(): [dir: string, remove: () => void] {
  const dir = mkdtempSync(join(tmpdir(), 'biogpt-model-'));
  return [dir, () => rmSync(dir, { recursive: true, force: true })];
}
