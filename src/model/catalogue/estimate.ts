import { PREFILL_GRAPH_FROM, type Architecture, type Precision } from '../format';

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

/** Bytes of one weight of a matrix as stored, its share of the block's float32 scale included. */
const STORED: Record<Precision, number> = { fp32: 4, fp16: 2, int8: 1 + 4 / 128, int4: 0.5 + 4 / 64 };
/** And as the runtime keeps it once it has packed it for its kernels (block sums come on top of the scales). */
const PACKED: Record<Precision, number> = { fp32: 4, fp16: 4, int8: 1 + 8 / 128, int4: 0.5 + 8 / 64 };

/** vocab.json, merges.txt, the graph, the description. */
const SMALL_FILES = 2_500_000;
/** Node.js, ONNX Runtime, the tokenizer and the buffers of a run. */
const PROCESS = 60_000_000;
/** Shares of the machine's memory that a writing aid may take beside everything else that runs. */
const COMFORTABLE_SHARE = 0.4;

/**
 * Disk and memory that a model needs, computed from its shape.
 *
 * Disk: every matrix once (the embedding doubles as the LM head), positions and vectors in float32; the
 * prefill graph that comes with a large int8 model, a byte for each weight of the layers. In memory the
 * decoder takes that one on only where it is a tenth of the machine's at most, so it is not counted there.
 * Memory: the packed matrices, which are private copies; the stored embedding table, whose rows are
 * looked up where the LM head has a packed copy of them; the KV cache of a full context,
 * 2 · layers · hidden · 4 bytes a token; the process itself. Without the cache the formula gives, for
 * BioGPT, 1.62 GB at fp32, 477 MB at int8 (blocks of 128) and 306 MB at int4 (blocks of 64); measured
 * on Linux x64 with ONNX Runtime 1.30: 1.57 GB, 445 MB and 342 MB.
 */
export function estimate({ architecture, parameters }: ModelShape, precision: Precision): Need {
  const { hiddenSize, layers, ffnSize, maxPositions, vocabSize } = architecture;
  const embedding = vocabSize * hiddenSize;
  const matrices = embedding + layers * (4 * hiddenSize ** 2 + 2 * hiddenSize * ffnSize);
  const layerMatrices = matrices - embedding;
  const prefill = precision === 'int8' && parameters >= PREFILL_GRAPH_FROM ? layerMatrices : 0;
  const rest = 4 * Math.max(0, parameters - matrices);
  const cache = 2 * layers * hiddenSize * 4 * maxPositions;
  return {
    diskBytes: Math.round(matrices * STORED[precision] + prefill + rest + SMALL_FILES),
    memoryBytes: Math.round(
      matrices * PACKED[precision] + embedding * STORED[precision] + rest + cache + PROCESS,
    ),
  };
}

/**
 * The precision to offer first: int8 where its memory, whole context included, is at most 40 % of the
 * machine's, else int4. BioGPT needs 0.68 GB at int8, so every machine of 2 GB and more gets that;
 * BioGPT-Large needs 3.1 GB, so it takes 8 GB. Never fp32, which computes the same text three times as
 * slowly and in three times the memory; fp16 saves disk alone.
 * @param totalMemoryBytes of the machine (`os.totalmem()`)
 */
export function defaultPrecision(shape: ModelShape, totalMemoryBytes: number): Precision {
  return estimate(shape, 'int8').memoryBytes <= COMFORTABLE_SHARE * totalMemoryBytes ? 'int8' : 'int4';
}
