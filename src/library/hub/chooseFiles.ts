import type { ExpectedFile } from '../../protocol/installer';
import type { HubListing } from '../installation/types';
import {
  BPE_CODES_FILE,
  CONFIG_FILE,
  DICT_FILE,
  fairseqCheckpoints,
  MERGES_FILE,
  TOKENIZER_EXTRAS,
  VOCAB_FILE,
} from '../../modelFolder/checkpointFiles';
import { HubError } from './hubError';
import { phrase } from '../../modelFolder/phrase';

const NEEDED = [CONFIG_FILE, VOCAB_FILE, MERGES_FILE];

/** Forms of the weights by preference: a safetensors file needs no unpickler. */
const WEIGHTS = [
  {
    whole: 'model.safetensors',
    index: 'model.safetensors.index.json',
    shard: /^model-(\d{5})-of-(\d{5})\.safetensors$/,
  },
  {
    whole: 'pytorch_model.bin',
    index: 'pytorch_model.bin.index.json',
    shard: /^pytorch_model-(\d{5})-of-(\d{5})\.bin$/,
  },
];

/**
 * The files of a repository that a BioGPT model needs: configuration, vocabulary, merges, what was added to them, and
 * one form of the weights; or, where there is no configuration, fairseq's checkpoint, dictionary and BPE codes.
 * @throws HubError if something is missing
 */
export function chooseFiles({ repo, files }: HubListing): ExpectedFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const [checkpoint] = fairseqCheckpoints([...byName.keys()]);
  const fairseq = checkpoint === undefined ? [] : [checkpoint, DICT_FILE, BPE_CODES_FILE];
  if (!byName.has(CONFIG_FILE) && fairseq.length > 0 && fairseq.every((name) => byName.has(name))) {
    return fairseq.map((name) => byName.get(name)!);
  }
  const missing = NEEDED.filter((name) => !byName.has(name));
  if (missing.length > 0) {
    throw new HubError(repo, phrase`the repository has no ${missing.join(', no ')}`, [
      phrase`Choose a repository with a BioGPT model.`,
    ]);
  }
  const extras = TOKENIZER_EXTRAS.filter((name) => byName.has(name));
  return [...NEEDED, ...extras, ...chooseWeights(repo, new Set(byName.keys()))].map((name) => byName.get(name)!);
}

function chooseWeights(repo: string, names: ReadonlySet<string>): string[] {
  for (const { whole, index, shard } of WEIGHTS) {
    if (names.has(whole)) return [whole];
    const shards = [...names].filter((name) => shard.test(name)).sort();
    const count = Number(shard.exec(shards[0] ?? '')?.[2]);
    if (names.has(index) && shards.length > 0 && shards.length === count) return [index, ...shards];
  }
  throw new HubError(
    repo,
    phrase`the repository has no weights that can be read: neither model.safetensors nor pytorch_model.bin, whole or in shards`,
    [phrase`Choose a repository that contains the weights of a BioGPT model in PyTorch format.`],
  );
}
