import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTensors } from '../checkpoint/bioGptTensors';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { SafetensorsCheckpoint } from '../checkpoint/safetensors';
import { ShardedCheckpoint } from '../checkpoint/sharded';
import { TorchCheckpoint } from '../checkpoint/torchCheckpoint';
import { checkVocabulary } from '../checkpoint/vocabulary';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { readConfig } from '../../modelFolder/checkpointConfig';
import { CONFIG_FILE, MERGES_FILE, TASK_FILE, VOCAB_FILE } from '../../modelFolder/checkpointFiles';
import { Task, type ModelTask } from '../../modelFolder/modelTask';
import { readJsonAs } from '../../modelFolder/outsideData';
import { readAddedTokens } from './addedTokens';
import { checkMerges } from './merges';
import type { SourceFolder } from './sourceFolder';
import { phrase } from '../../modelFolder/phrase';
import { refuseStandIn } from '../../modelFolder/standIn';

/** Weight files by preference: safetensors run no code and need no unpickler. */
const WEIGHT_FILES: readonly [name: string, open: (path: string) => Promise<Checkpoint>][] = [
  ['model.safetensors', (path) => SafetensorsCheckpoint.open(path)],
  [
    'model.safetensors.index.json',
    (path) => ShardedCheckpoint.open(path, (shard) => SafetensorsCheckpoint.open(shard)),
  ],
  ['pytorch_model.bin', (path) => TorchCheckpoint.open(path)],
  ['pytorch_model.bin.index.json', (path) => ShardedCheckpoint.open(path, (shard) => TorchCheckpoint.open(shard))],
];

/**
 * Opens `config.json`, `vocab.json`, `merges.txt` and the weights (`model.safetensors` or
 * `pytorch_model.bin`, also sharded) and checks that they fit together. Close the checkpoint.
 * @throws ModelError naming the file and what is wrong with it
 */
export async function openHuggingFaceFolder(dir: string): Promise<SourceFolder> {
  const read = async (name: string): Promise<string> => {
    await refuseStandIn(join(dir, name));
    return readFile(join(dir, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw asModelError(join(dir, name), error);
      throw new ModelError(
        dir,
        phrase`has no ${name}.`,
        phrase`Specify a folder that contains ${CONFIG_FILE}, ${VOCAB_FILE}, ${MERGES_FILE}, and the weights.`,
      );
    });
  };
  const config = readConfig(join(dir, CONFIG_FILE), await read(CONFIG_FILE));
  const vocabJson = await read(VOCAB_FILE);
  const vocabulary = checkVocabulary(join(dir, VOCAB_FILE), vocabJson, config.architecture.vocabSize);
  const mergesText = await read(MERGES_FILE);
  checkMerges(join(dir, MERGES_FILE), mergesText);
  const declaredTask = await readDeclaredTask(dir);
  const { warnings, ...added } = await readAddedTokens(dir, config.architecture.vocabSize);
  const checkpoint = await openWeights(dir);
  try {
    const tensors = findTensors(checkpoint, config);
    const texts = { vocabulary, vocabJson, mergesText, ...added, ...(declaredTask && { declaredTask }) };
    return { dir, config, ...texts, checkpoint, tensors, warnings };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function readDeclaredTask(dir: string): Promise<ModelTask | undefined> {
  const path = join(dir, TASK_FILE);
  const json = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw asModelError(path, error);
  });
  if (json === undefined) return undefined;
  const reading = readJsonAs(Task, json);
  if (!reading.ok) throw new ModelError(path, reading.problem, phrase`Correct the file that declares the task.`);
  return reading.value;
}

async function openWeights(dir: string): Promise<Checkpoint> {
  for (const [name, open] of WEIGHT_FILES) {
    const path = join(dir, name);
    // A link that leads nowhere is told where it is opened.
    const there = await lstat(path).then(
      () => true,
      () => false,
    );
    if (there) return open(path);
  }
  for (const [name] of WEIGHT_FILES) await refuseStandIn(join(dir, name));
  throw new ModelError(
    dir,
    phrase`contains neither model.safetensors nor pytorch_model.bin.`,
    phrase`Download the weights into this folder.`,
  );
}
