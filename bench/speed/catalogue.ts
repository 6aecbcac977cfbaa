import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Preparation } from './preparation';
import type { Command } from './systemProcess';

/** Systems of a group are measured in turns: what is compared is measured at the same time. */
export type Group = 'int8' | 'int4' | 'fp32';

export interface System {
  name: string;
  precision: string;
  group: Group;
  /** What a reader of the table must know about it. */
  note: string;
  /** Makes what it needs; its process and what that has to load. @throws Error when it cannot be had here. */
  prepare(preparation: Preparation, threads: number): Promise<{ command: Command; load: Record<string, unknown> }>;
}

export const OURS = 'BioGPT Writer';
/** BioGPT's shape. */
const SHAPE = { layers: 24, hidden: 1024, vocabulary: 42_384, positions: 1024 };
const FLOAT_BYTES = 4;
const POSITION_BYTES = SHAPE.positions * SHAPE.hidden * FLOAT_BYTES;
const cacheBytes = (elementBytes: number): number => 2 * SHAPE.layers * SHAPE.hidden * elementBytes;

function ours(precision: 'fp32' | 'int8' | 'int4'): System {
  return {
    name: OURS,
    precision,
    group: precision,
    note: 'the checkpoint, converted by its own command line; ONNX Runtime',
    prepare: async (preparation) => ({
      load: { model: await preparation.ownModel(precision), version: `Node ${process.versions.node}` },
      command: {
        program: process.execPath,
        args: [await preparation.program('biogptWriter', join(__dirname, 'systems', 'biogptWriter.ts'))],
      },
    }),
  };
}

/** Python systems keep to their share of the processors; without these, libraries start a thread for each. */
const pythonCommand = (python: string, script: string, threads: number): Command => ({
  program: python,
  args: [join(__dirname, 'python', script)],
  env: { OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads), PYTHONDONTWRITEBYTECODE: '1' },
});

function transformers(precision: 'fp32' | 'bf16' | 'int8'): System {
  return {
    name: 'transformers (PyTorch)',
    precision,
    group: precision === 'int8' ? 'int8' : 'fp32',
    note: `the checkpoint${precision === 'int8' ? '; its Linear layers through torch.ao.quantization' : ''}`,
    prepare: async (preparation, threads) => ({
      load: { model: await preparation.checkpoint(), precision },
      command: pythonCommand(await preparation.python(), 'transformers_system.py', threads),
    }),
  };
}

function ctranslate2(precision: 'fp32' | 'int8'): System {
  const type = precision === 'fp32' ? 'float32' : 'int8';
  return {
    name: 'CTranslate2',
    precision,
    group: precision,
    note:
      'it has no loader for BioGPT: the same weights, written through its Python API as its Transformer decoder ' +
      '(pre-norm, GELU, learned positions, scaled embedding)',
    prepare: async (preparation, threads) => ({
      load: {
        model: await preparation.ctranslate2Model(type),
        computeType: type,
        positionBytes: POSITION_BYTES,
        cacheBytesPerToken: cacheBytes(FLOAT_BYTES),
      },
      command: pythonCommand(await preparation.python(), 'ctranslate2_system.py', threads),
    }),
  };
}

function llama(kind: 'Q8_0' | 'Q4_0', flashAttention: boolean): System {
  /** Bytes of a block of 32 weights. */
  const blockBytes = kind === 'Q8_0' ? 34 : 18;
  return {
    name: `llama.cpp${flashAttention ? ', flash attention' : ''}`,
    precision: kind,
    group: kind === 'Q8_0' ? 'int8' : 'int4',
    note: 'the same weights as a GPT-2 model (its GELU is the tanh one) through node-llama-cpp; cache of fp16',
    prepare: async (preparation) => {
      const model = await preparation.ggufModel(kind);
      await stat(model);
      return {
        load: {
          packages: await preparation.llamaPackages(),
          model,
          flashAttention,
          contextSize: SHAPE.positions,
          unreadBytes: POSITION_BYTES + (SHAPE.vocabulary * SHAPE.hidden * blockBytes) / 32,
          cacheBytesPerToken: cacheBytes(2),
        },
        command: {
          program: process.execPath,
          args: [await preparation.program('llamaCpp', join(__dirname, 'systems', 'llamaCpp.ts'))],
        },
      };
    },
  };
}

/** Everything the table compares, in its order. */
export const systems: System[] = [
  ours('int8'),
  llama('Q8_0', false),
  llama('Q8_0', true),
  ctranslate2('int8'),
  transformers('int8'),
  ours('int4'),
  llama('Q4_0', false),
  llama('Q4_0', true),
  ours('fp32'),
  ctranslate2('fp32'),
  transformers('fp32'),
  transformers('bf16'),
];
