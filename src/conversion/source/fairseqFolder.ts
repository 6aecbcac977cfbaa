import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EMBEDDING,
  expectedTensors,
  findTensors,
  OUTPUT_PROJECTION,
  POSITION_OFFSET,
  POSITIONS,
  type TensorNaming,
} from '../checkpoint/bioGptTensors';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { checkHeads, type BioGptConfig } from '../../modelFolder/checkpointConfig';
import { readFairseqPickle, type FairseqContent, type FairseqSettings } from '../checkpoint/fairseqPickle';
import { TorchCheckpoint } from '../checkpoint/torchCheckpoint';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { BPE_CODES_FILE, DICT_FILE, fairseqCheckpoints } from '../../modelFolder/checkpointFiles';
import { getVocabulary, vocabularyFromDict } from './fairseqVocabulary';
import { checkMerges } from './merges';
import type { SourceFolder } from './sourceFolder';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { refuseStandIn } from '../../modelFolder/standIn';

const PREFIX = 'decoder.';

const NAMING: TensorNaming = {
  prefix: PREFIX,
  prefixesHead: true,
  shapesFrom: phrase`the other tensors`,
  remedy: phrase`The checkpoint is damaged or is not a BioGPT model: use another.`,
};

/** BioGPT's heads have 64 dimensions in every size. */
const USUAL_HEAD_SIZE = 64;

/** What `BioGptForCausalLM` computes, in fairseq's settings (`TransformerLanguageModelConfig`); their defaults agree. */
const REQUIRED: Readonly<Record<string, string | number | boolean | null>> = {
  activation_fn: 'gelu', // the exact one; gelu_fast and gelu_accurate are approximations
  decoder_normalize_before: true,
  no_decoder_final_norm: false,
  decoder_learned_pos: true,
  no_token_positional_embeddings: false,
  layernorm_embedding: false,
  add_bos_token: false,
  character_embeddings: false,
  adaptive_input: false,
  adaptive_softmax_cutoff: null,
  decoder_layers_to_keep: null,
  scale_attn: false,
  scale_fc: false,
  scale_heads: false,
  scale_resids: false,
};

/** Settings that the weights' shapes tell as well. */
const BY_SHAPE = {
  decoder_embed_dim: 'hiddenSize',
  decoder_ffn_embed_dim: 'ffnSize',
  decoder_layers: 'layers',
} as const;

/**
 * Opens a fairseq checkpoint of BioGPT with its `dict.txt` and `bpecodes` and checks that they fit
 * together. Of the checkpoint only the model's weights are read.
 * @param names of the folder's files
 * @throws ModelError naming the file and what is wrong with it
 */
export async function openFairseqFolder(dir: string, names: readonly string[]): Promise<SourceFolder> {
  const [name, ...others] = fairseqCheckpoints(names);
  if (name === undefined)
    throw new ModelError(
      dir,
      phrase`does not contain a fairseq checkpoint.`,
      phrase`Choose a folder with checkpoint.pt.`,
    );
  const read = async (file: string): Promise<string> => {
    await refuseStandIn(join(dir, file));
    return readFile(join(dir, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw asModelError(join(dir, file), error);
      throw new ModelError(dir, phrase`has ${name}, but no ${file}.`, getVocabulary(dir));
    });
  };
  const dict = await read(DICT_FILE);
  const mergesText = await read(BPE_CODES_FILE);
  checkMerges(join(dir, BPE_CODES_FILE), mergesText);

  const { checkpoint, content } = await openCheckpoint(join(dir, name));
  try {
    const config = await readConfig(checkpoint, content.model);
    const { vocabulary, json } = vocabularyFromDict(
      join(dir, DICT_FILE),
      dict,
      config.architecture.vocabSize,
      content.task,
    );
    const tensors = findTensors(checkpoint, config, NAMING);
    if (others.length > 0)
      tensors.warnings.push(
        phrase`${dir}: ${name} was used, and the other checkpoints were ignored (${others.join(', ')}).`,
      );
    const data = content.task.get('data');
    const trainedOn = typeof data === 'string' ? { trainedOn: data } : {};
    const texts = { vocabulary, vocabJson: json, mergesText, addedTokens: [], addedIds: [] };
    return { dir, config, ...texts, ...trainedOn, checkpoint, tensors, warnings: [] };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function openCheckpoint(path: string): Promise<{ checkpoint: TorchCheckpoint; content: FairseqContent }> {
  let content: FairseqContent | undefined;
  const checkpoint = await TorchCheckpoint.open(path, (file, pickle) => {
    content = readFairseqPickle(file, pickle);
    // Version marks of the decoder and of sinusoidal positions; no weights.
    for (const mark of ['version', 'embed_positions._float_tensor']) content.tensors.delete(`${PREFIX}${mark}`);
    return content.tensors;
  });
  return { checkpoint, content: content! };
}

/** The network by the shapes of its weights, and by the settings for what they don't tell. */
async function readConfig(checkpoint: Checkpoint, settings: FairseqSettings): Promise<BioGptConfig> {
  const fail = (problem: Phrase): never => {
    throw new ModelError(
      checkpoint.path,
      problem,
      phrase`Choose a BioGPT model. Models of other kinds cannot be converted.`,
    );
  };
  const shape = (name: string): readonly [rows: number, columns: number] => {
    const found = checkpoint.tensors.get(`${PREFIX}${name}`)?.shape;
    if (found === undefined) return fail(phrase`has no tensor "${PREFIX}${name}".`);
    if (found.length !== 2)
      return fail(phrase`tensor "${PREFIX}${name}" is not a matrix (shape [${found.join(', ')}]).`);
    return [found[0]!, found[1]!];
  };
  for (const [key, required] of Object.entries(REQUIRED)) {
    const value = settings.get(key);
    if (value !== undefined && value !== required) {
      fail(phrase`was trained with ${key} = ${JSON.stringify(value)}; BioGPT has ${JSON.stringify(required)}.`);
    }
  }

  const [vocabSize, hiddenSize] = shape(EMBEDDING);
  const [positionRows] = shape(POSITIONS);
  const [ffnSize] = shape('layers.0.fc1.weight');
  let layers = 1;
  while (checkpoint.tensors.has(`${PREFIX}layers.${layers}.fc1.weight`)) layers++;
  const told = settings.get('decoder_attention_heads');
  const heads = typeof told === 'number' ? told : hiddenSize / USUAL_HEAD_SIZE;
  if (!Number.isInteger(heads) || heads < 1) fail(phrase`does not specify its number of attention heads.`);
  const maxPositions = positionRows - POSITION_OFFSET;
  if (maxPositions < 1) fail(phrase`has too few position embeddings (${positionRows}).`);
  const architecture = {
    hiddenSize,
    layers,
    heads,
    ffnSize,
    maxPositions,
    vocabSize,
    scaleEmbedding: settings.get('no_scale_embedding') !== true,
  };
  checkHeads(checkpoint.path, architecture);
  for (const [key, property] of Object.entries(BY_SHAPE)) {
    const value = settings.get(key);
    if (typeof value === 'number' && value !== architecture[property]) {
      fail(phrase`says ${key} = ${value}, but its weights have ${architecture[property]}.`);
    }
  }
  const tieWordEmbeddings = await hasTiedHead(checkpoint, settings);
  const config = { architecture, tieWordEmbeddings };
  refuseMoreTensors(checkpoint, config, fail);
  return config;
}

/** Whether the LM head is the embedding: by the setting, else by the weights. */
async function hasTiedHead(checkpoint: Checkpoint, settings: FairseqSettings): Promise<boolean> {
  const told = settings.get('share_decoder_input_output_embed');
  if (typeof told === 'boolean') return told;
  const [embedding, head] = [`${PREFIX}${EMBEDDING}`, `${PREFIX}${OUTPUT_PROJECTION}`];
  if (!checkpoint.tensors.has(head) || checkpoint.sameStorage(embedding, head)) return true;
  const headChunks = checkpoint.read(head)[Symbol.asyncIterator]();
  try {
    for await (const chunk of checkpoint.read(embedding)) {
      const other = (await headChunks.next()).value as Float32Array | undefined;
      if (other?.length !== chunk.length || chunk.some((value, i) => value !== other[i])) return false;
    }
    return true;
  } finally {
    await headChunks.return?.();
  }
}

/** A tensor in the decoder that BioGPT lacks would be left out of the computation. */
function refuseMoreTensors(checkpoint: Checkpoint, config: BioGptConfig, fail: (problem: Phrase) => never): void {
  const known = new Set([...expectedTensors(config).keys(), OUTPUT_PROJECTION].map((name) => PREFIX + name));
  for (const name of checkpoint.tensors.keys()) {
    if (name.startsWith(PREFIX) && !known.has(name))
      fail(phrase`has the tensor "${name}", which BioGPT does not have.`);
  }
}
