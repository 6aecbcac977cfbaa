import { CHANNELS_FROM, type Architecture, type Precision } from '../../modelFolder/format';

/** What is known of a model before it is there. */
export interface ModelShape {
  architecture: Architecture;
  /** Unique parameters. */
  parameters: number;
}

export interface Need {
  /** Of the finished model folder. */
  diskBytes: number;
  /** Of the decoder process once its cache holds a whole context. */
  memoryBytes: number;
}

/** Unique parameters of a BioGPT network of this shape (its LM head is its embedding). */
export function parametersOf({ hiddenSize: h, layers, ffnSize, maxPositions, vocabSize }: Architecture): number {
  const attention = 4 * (h * h + h);
  const feedForward = 2 * h * ffnSize + ffnSize + h;
  const norm = 2 * h;
  // Two rows of the position table come before the first position.
  return (vocabSize + maxPositions + 2) * h + layers * (attention + feedForward + 2 * norm) + norm;
}

interface WeightBytes {
  /** A weight of the layers or of the LM head as stored, its share of a block's float32 scale included. */
  stored: number;
  /** And as the runtime keeps it once it has packed it for its kernels (block sums come on top of the scales). */
  packed: number;
  /** A weight of the embedding table, whose rows are looked up as they are stored. */
  lookup: number;
  /** Whether the LM head is stored apart from the embedding table. */
  ownHead: boolean;
}

/** A weight's share of its block's float32 scale; the block's sum has the same. */
const SCALE = 4 / 128;
const WEIGHTS: Record<Precision | 'channels', WeightBytes> = {
  fp32: { stored: 4, packed: 4, lookup: 4, ownHead: false },
  fp16: { stored: 2, packed: 4, lookup: 2, ownHead: false },
  int8: { stored: 1 + SCALE, packed: 1 + 2 * SCALE, lookup: 1 + SCALE, ownHead: false },
  channels: { stored: 1, packed: 1, lookup: 1 + SCALE, ownHead: true },
  int4: { stored: 0.5 + SCALE, packed: 0.5 + 2 * SCALE, lookup: 0.5 + SCALE, ownHead: false },
};

/** vocab.json, merges.txt, the graph, the description. */
const SMALL_FILES = 3_500_000;
/** Node.js, ONNX Runtime, the tokenizer and the buffers of a run. */
const PROCESS = 60_000_000;
/** Shares of the machine's memory that a writing aid may take beside everything else that runs. */
const COMFORTABLE_SHARE = 0.4;

/**
 * Disk and memory that a model needs, computed from its shape.
 *
 * Disk: every matrix once (the embedding doubles as the LM head, but in a large int8 model), positions and vectors
 * in float32. Memory: the packed matrices; the stored embedding table, where the LM head has a packed copy of it;
 * the KV cache of a full context, 2 · layers · hidden · 4 bytes a token; the process itself.
 * Without the cache the formula gives, for BioGPT, 1.62 GB at fp32, 455 MB at int8 and 283 MB at int4; measured on
 * Linux x64 with ONNX Runtime 1.30: 1.57 GB, 470 MB and 323 MB.
 */
export function estimate({ architecture, parameters }: ModelShape, precision: Precision): Need {
  const { hiddenSize, layers, ffnSize, maxPositions, vocabSize } = architecture;
  const { stored, packed, lookup, ownHead } =
    WEIGHTS[precision === 'int8' && parameters >= CHANNELS_FROM ? 'channels' : precision];
  const embedding = vocabSize * hiddenSize;
  const matrices = embedding + layers * (4 * hiddenSize ** 2 + 2 * hiddenSize * ffnSize);
  const rest = 4 * Math.max(0, parameters - matrices);
  const cache = 2 * layers * hiddenSize * 4 * maxPositions;
  return {
    diskBytes: Math.round(matrices * stored + (ownHead ? embedding * lookup : 0) + rest + SMALL_FILES),
    memoryBytes: Math.round(matrices * packed + embedding * lookup + rest + cache + PROCESS),
  };
}

/**
 * The precision to offer first: int8 where its memory, whole context included, is at most 40 % of the
 * machine's, else int4. BioGPT needs 0.66 GB at int8, so every machine of 2 GB and more gets that;
 * BioGPT-Large needs 3.0 GB, so it takes 8 GB. Never fp32, which computes the same text three times as
 * slowly and in three times the memory; fp16 saves disk alone.
 * @param totalMemoryBytes of the machine (`os.totalmem()`)
 */
export function defaultPrecision(shape: ModelShape, totalMemoryBytes: number): Precision {
  return estimate(shape, 'int8').memoryBytes <= COMFORTABLE_SHARE * totalMemoryBytes ? 'int8' : 'int4';
}
