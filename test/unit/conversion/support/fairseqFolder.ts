import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dict, op, pickle, storage, tensor } from './pickleWriter';
import { tinyConfig, tinyTensors, type TestTensors } from './tinyModel';
import { torchArchive } from './zipWriter';

export interface FairseqFolderContent {
  /** By transformers' names; default: random weights of `tinyConfig()`. */
  tensors?: TestTensors;
  /** Pickled `cfg.model`, in place of heads = 2. */
  settings?: Record<string, Buffer>;
  /** Pickled `cfg.task`. */
  task?: Record<string, Buffer>;
  dict?: string;
  bpecodes?: string;
}

/** `w4`, `w5`, … as `tinyVocabulary` has them. */
export function tinyDict(symbols: number): string {
  return Array.from({ length: symbols }, (_, i) => `w${i + 4} ${symbols - i}\n`).join('');
}

/** A training checkpoint with an optimizer's tensor whose data is missing: nothing may read it. */
export function fairseqCheckpoint({
  tensors = tinyTensors(tinyConfig()),
  settings,
  task = {},
}: FairseqFolderContent = {}): Buffer {
  const data: Record<string, Uint8Array> = {};
  const model: Record<string, Buffer> = {};
  for (const [name, { shape, values }] of tensors) {
    const key = String(Object.keys(data).length);
    data[key] = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const fairseqName = name === 'output_projection.weight' ? `decoder.${name}` : name.replace(/^biogpt\./, 'decoder.');
    model[fairseqName] = tensor({ storage: storage(key, values.length), shape, strides });
  }
  const cfg = dict({ model: dict(settings ?? { decoder_attention_heads: op.int(2) }), task: dict(task) });
  const optimizer = tensor({ storage: storage('gone', 9), shape: [9], strides: [1] });
  return torchArchive(
    pickle(dict({ args: op.none, cfg, model: dict(model), last_optimizer_state: dict({ optimizer }) })),
    data,
  );
}

/** Writes a fairseq folder: `checkpoint.pt`, `dict.txt`, `bpecodes`. */
export function writeFairseqFolder(dir: string, content: FairseqFolderContent = {}): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'checkpoint.pt'), fairseqCheckpoint(content));
  writeFileSync(join(dir, 'dict.txt'), content.dict ?? tinyDict(25));
  writeFileSync(join(dir, 'bpecodes'), content.bpecodes ?? 'w 4</w> 12\n');
}
