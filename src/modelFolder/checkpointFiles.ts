import { phrase } from './phrase';

/*
 * The files of a published BioGPT, by base name: what a folder or an archive to install from holds, and what is fetched of
 * a repository.
 */

/* Hugging Face's form. */
export const CONFIG_FILE = 'config.json';
export const VOCAB_FILE = 'vocab.json';
export const MERGES_FILE = 'merges.txt';
/** Tokens that were added, since transformers 4.34, and before; which of them are special, before. */
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';
export const ADDED_TOKENS_FILE = 'added_tokens.json';
export const SPECIAL_TOKENS_FILE = 'special_tokens_map.json';
/** What a tokenizer may have beside its vocabulary. */
export const TOKENIZER_EXTRAS: readonly string[] = [TOKENIZER_CONFIG_FILE, ADDED_TOKENS_FILE, SPECIAL_TOKENS_FILE];

/** The text-mining task that a model was tuned for, as `task` of our `model.json`; `training/finetune` writes it. */
export const TASK_FILE = 'task.json';

/* fairseq's form. */
/** A symbol and its count per line. */
export const DICT_FILE = 'dict.txt';
/** fastBPE's merges. */
export const BPE_CODES_FILE = 'bpecodes';

/**
 * Checkpoints by preference, as BioGPT's own scripts choose them: `checkpoint.pt` for the pre-trained
 * models, `checkpoint_avg.pt` (the last epochs' average) before a single epoch's.
 */
const KNOWN_CHECKPOINTS = ['checkpoint.pt', 'checkpoint_avg.pt', 'checkpoint_best.pt', 'checkpoint_last.pt'];

export function isFairseqCheckpoint(name: string): boolean {
  return /^checkpoint[\w.-]*\.pt$/.test(name);
}

/** @returns fairseq checkpoints among the names, the preferred one first */
export function fairseqCheckpoints(names: readonly string[]): string[] {
  const rank = (name: string): number => {
    const index = KNOWN_CHECKPOINTS.indexOf(name);
    return index === -1 ? KNOWN_CHECKPOINTS.length : index;
  };
  return names.filter(isFairseqCheckpoint).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** What to look for where nobody lists the files. */
export const LIKELY_FILES: readonly string[] = [
  CONFIG_FILE,
  VOCAB_FILE,
  MERGES_FILE,
  ...TOKENIZER_EXTRAS,
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

/** Whether a file of this name can be part of a model in any form that is understood. */
export function isPartOfModel(name: string): boolean {
  return (
    [CONFIG_FILE, VOCAB_FILE, MERGES_FILE, DICT_FILE, BPE_CODES_FILE, TASK_FILE, ...TOKENIZER_EXTRAS].includes(name) ||
    isFairseqCheckpoint(name) ||
    /^model[\w-]*\.safetensors(\.index\.json)?$/.test(name) ||
    /^pytorch_model[\w-]*\.bin(\.index\.json)?$/.test(name)
  );
}

export const WHAT_A_SOURCE_HOLDS = phrase`Choose a folder that contains ${CONFIG_FILE}, ${VOCAB_FILE}, ${MERGES_FILE}, and the weights (Hugging Face), or checkpoint.pt, ${DICT_FILE}, and ${BPE_CODES_FILE} (fairseq).`;
