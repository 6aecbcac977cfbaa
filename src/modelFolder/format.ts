/**
 * The model folder: one format for the starter, BioGPT and BioGPT-Large.
 *
 * ```
 * model.json           this description
 * vocab.json           tokenizer vocabulary (Hugging Face form)
 * merges.txt           BPE merges (Hugging Face form)
 * model.onnx           the graph; tensors are external
 * model.onnx.data      the weights
 * prefill.onnx         large int8 models: fills the KV cache from a long prompt
 * prefill.onnx.data    its weights, stored for many tokens at once
 * ```
 */

import type { ModelTask } from './modelTask';

export const MODEL_FORMAT_VERSION = 1;
export const MODEL_DESCRIPTION_FILE = 'model.json';

/**
 * How the weights are stored. `fp32`: as computed. `fp16`: stored as half precision, cast once at
 * load and computed in fp32. `int8`, `int4`: blocks of integers with a scale each.
 */
export const PRECISIONS = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/**
 * int8 models of this many parameters and more have a scale per channel and are multiplied with in integers; in smaller
 * ones, whose matrices take little time, the nodes for that would cost more than they save: they have blocks.
 */
export const CHANNELS_FROM = 100e6;

/** Shape of a BioGPT network (transformers `BioGptConfig`). */
export interface Architecture {
  hiddenSize: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward layer. */
  ffnSize: number;
  /** Longest sequence in tokens. */
  maxPositions: number;
  vocabSize: number;
  /** Embeddings are multiplied by sqrt(hiddenSize). */
  scaleEmbedding: boolean;
}

export interface FileEntry {
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** Where an installed model came from, so that it can be told apart and updated. */
export interface ModelOrigin {
  /** Id in the catalogue of known models. */
  knownModel?: string;
  /** `owner/name` on the Hub. */
  repo?: string;
  /** Commit of the Hub's repository. */
  revision?: string;
  /** Of a model made from this computer's files: the beginning of the SHA-256 of their path. */
  local?: string;
}

export interface ModelDescription {
  formatVersion: typeof MODEL_FORMAT_VERSION;
  name: string;
  /** Where the weights came from, in words. */
  source: string;
  licence: string;
  origin?: ModelOrigin;
  architecture: Architecture;
  /** Number of unique parameters. */
  parameters: number;
  precision: Precision;
  tokenizer: {
    vocab: string;
    merges: string;
    /** Whether punctuation is normalised before Moses (BioGPT base: yes; Large: no). */
    normalizePunctuation: boolean;
    /** Tokens that a fine-tuner has added, which texts are cut at; absent: none. */
    added?: { text: string; id: number; singleWord?: boolean }[];
  };
  graph: string;
  weights: string;
  /**
   * Whether its descriptions of terms are worth reading; absent: yes. A small model writes fluently and knows nothing,
   * so that it is asked for one only where its user says so.
   */
  describes?: boolean;
  /** The text-mining task that it was tuned for; absent: none that is known. */
  task?: ModelTask;
  /** Every file of the folder but `model.json`, by name. */
  files: Record<string, FileEntry>;
}
