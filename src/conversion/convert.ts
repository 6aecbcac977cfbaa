import { basename, join, resolve } from 'node:path';
import { EMBEDDING, expectedTensors, OUTPUT_PROJECTION } from './checkpoint/bioGptTensors';
import { elementCount, readWhole } from './checkpoint/checkpoint';
import { checkFinite, readFinite } from './checkpoint/finiteTensor';
import { ModelError } from '../modelFolder/modelError';
import { replaceModelFolder } from '../modelFolder/folderTransaction';
import {
  CHANNELS_FROM,
  MODEL_DESCRIPTION_FILE,
  MODEL_FORMAT_VERSION,
  PRECISIONS,
  type FileEntry,
  type ModelDescription,
  type ModelOrigin,
  type Precision,
} from '../modelFolder/format';
import { HashedFileWriter } from '../modelFolder/hashedFile';
import { addBioGpt, type BioGptWriteHooks } from './onnx/bioGptGraph';
import type { BioGptWeights } from './onnx/bioGptLayers';
import { BlockQuantizedFormat, type BlockQuantization } from './onnx/blockQuantizedFormat';
import { ChannelQuantizedFormat } from './onnx/channelQuantizedFormat';
import { Float16Format } from './onnx/float16Format';
import { Float32Format } from './onnx/float32Format';
import { GraphBuilder } from './onnx/graphBuilder';
import type { MatrixSource, WeightFormat } from './onnx/weightFormat';
import { openSourceFolder } from './source/openSourceFolder';
import type { SourceFolder } from './source/sourceFolder';
import { tunedTask, type ToldTask } from './source/tunedTask';
import { withAdapter } from './adapter/loraAdapter';
import { phrase, type Phrase } from '../modelFolder/phrase';

/**
 * How int8 and int4 are done. By measurement on the starter's trained weights (20,000 tokens of held-out text; bits per
 * character more than fp32; `npm run bench:quantisation`), and on BioGPT's shape (time per token behind 512 others, as a
 * share of that in blocks of 32):
 *
 * | block | int4, more bits | int4, time |
 * |---|---|---|
 * | 32 | 1.28 % | 1 |
 * | 64 | 1.52 % | 0.81 |
 * | 128 | 1.79 % | 0.68 |
 *
 * At 8 bits the block hardly matters (0.02 % at 128). At 4 bits too the largest and fastest is taken: it costs less than
 * 2 %, and int4 is for machines that are short of memory and of speed. Rounded activations (accuracy level 4) cost next to
 * nothing and use the processor's integer units. A large int8 model has channels instead (0.06 %), for speed.
 */
export const QUANTIZATIONS: Record<'int8' | 'int4', BlockQuantization> = {
  int8: { bits: 8, blockSize: 128, accuracyLevel: 4 },
  int4: { bits: 4, blockSize: 128, accuracyLevel: 4 },
};

/** `channels`: see `ChannelQuantizedFormat`. */
export type Quantization = BlockQuantization | 'channels';

const VOCAB_FILE = 'vocab.json';
const MERGES_FILE = 'merges.txt';
const GRAPH_FILE = 'model.onnx';
const WEIGHTS_FILE = 'model.onnx.data';

export interface ConvertOptions {
  precision: Precision;
  /** Default: the source folder's name. */
  name?: string;
  /** Where the weights came from, in words; default: the source folder's name. */
  source?: string;
  /** Default: "unknown". */
  licence?: string;
  origin?: ModelOrigin;
  /** False for a model that is not fit to describe terms; default: it is. */
  describes?: boolean;
  /** Default: true exactly when the vocabulary has none of the characters that normalisation replaces. */
  normalizePunctuation?: boolean;
  /** The text-mining task that the model was tuned for; default: what the model itself tells. */
  task?: ToldTask;
  /** Folder of a LoRA adapter in PEFT's form, which is merged into the weights. */
  adapter?: string;
  /**
   * Called with the finished folder before it takes its place; if it throws, nothing does.
   */
  check?: (dir: string) => Promise<void>;
  /** Called before an older model in the same place is moved aside; resolves once nothing has it open. */
  beforeReplace?: (dir: string) => Promise<void>;
  /** How int8 and int4 are done, for measurements; default: `QUANTIZATIONS`. */
  quantization?: Quantization;
  signal?: AbortSignal;
  /** Called now and then with the fraction done, 0 to 1. */
  onProgress?: (fraction: number) => void;
}

export interface Conversion {
  /** Absolute path of the model folder. */
  dir: string;
  description: ModelDescription;
  /** Size of the whole folder. */
  bytes: number;
  /** Things that did not stop the conversion but that the user should know. */
  warnings: Phrase[];
}

/**
 * Converts a BioGPT model in Hugging Face's or fairseq's form into a model folder. Weights are read and written
 * tensor by tensor; the folder appears only when it is whole.
 * @param sourceDir holds the weights and what belongs to them; see `openSourceFolder`
 * @param outDir must not exist, be empty, or be a model folder, which is then replaced
 * @throws ModelError if the source is damaged or unsupported or the target can't be written; the
 *   signal's reason if it aborts. Nothing is left behind then.
 */
export async function convert(sourceDir: string, outDir: string, options: ConvertOptions): Promise<Conversion> {
  const dir = resolve(outDir);
  const source = await openSourceFolder(resolve(sourceDir));
  let opened: { close(): Promise<void> } = source.checkpoint;
  try {
    const folder =
      options.adapter === undefined ? source : await withAdapter(source, resolve(options.adapter), options.signal);
    opened = folder.checkpoint;
    const warnings = [...folder.warnings, ...folder.tensors.warnings];
    const { beforeReplace } = options;
    const { description, bytes } = await replaceModelFolder(
      dir,
      async (temporary) => {
        const written = await writeModelFolder(folder, temporary, options, warnings);
        await options.check?.(temporary);
        return written;
      },
      { ...(beforeReplace && { beforeReplace }) },
    );
    return { dir, description, bytes, warnings };
  } finally {
    await opened.close();
  }
}

async function writeModelFolder(
  folder: SourceFolder,
  dir: string,
  options: ConvertOptions,
  warnings: Phrase[],
): Promise<{ description: ModelDescription; bytes: number }> {
  const { config, vocabulary, checkpoint } = folder;
  const { signal, onProgress } = options;
  const task = tunedTask(folder, options.task, warnings);
  const files: Record<string, FileEntry> = {};
  files[VOCAB_FILE] = await writeFile(join(dir, VOCAB_FILE), encode(folder.vocabJson));
  files[MERGES_FILE] = await writeFile(join(dir, MERGES_FILE), encode(folder.mergesText));

  const parameters = [...expectedTensors(config).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
  const hooks: BioGptWriteHooks = {
    ...(signal && { signal }),
    ...(onProgress && { onPart: (done: number, total: number) => onProgress(done / total) }),
  };
  const weights = weightsOf(folder, warnings, signal);
  let builder!: GraphBuilder;
  files[WEIGHTS_FILE] = await writeWith(join(dir, WEIGHTS_FILE), async (file) => {
    builder = new GraphBuilder('biogpt', file);
    const format = weightFormat(options, parameters, checkpoint.path);
    await addBioGpt(builder, config.architecture, format, weights, hooks);
  });
  files[GRAPH_FILE] = await writeFile(join(dir, GRAPH_FILE), builder.encode());

  const sourceName = basename(folder.dir);
  const description: ModelDescription = {
    formatVersion: MODEL_FORMAT_VERSION,
    name: options.name ?? sourceName,
    source: options.source ?? sourceName,
    licence: options.licence ?? 'unknown',
    ...(options.origin && { origin: options.origin }),
    architecture: config.architecture,
    parameters,
    ...(options.describes !== undefined && { describes: options.describes }),
    precision: options.precision,
    tokenizer: {
      vocab: VOCAB_FILE,
      merges: MERGES_FILE,
      normalizePunctuation: options.normalizePunctuation ?? !vocabulary.hasTypographicPunctuation,
      ...(folder.addedTokens.length > 0 && { added: [...folder.addedTokens] }),
    },
    graph: GRAPH_FILE,
    weights: WEIGHTS_FILE,
    ...(task && { task }),
    files,
  };
  const json = encode(`${JSON.stringify(description, null, 2)}\n`);
  const { bytes } = await writeFile(join(dir, MODEL_DESCRIPTION_FILE), json);
  signal?.throwIfAborted();
  return { description, bytes: Object.values(files).reduce((sum, file) => sum + file.bytes, bytes) };
}

function weightFormat(
  { precision, quantization }: ConvertOptions,
  parameters: number,
  checkpointPath: string,
): WeightFormat {
  switch (precision) {
    case 'fp32':
      return new Float32Format();
    case 'fp16':
      return new Float16Format(checkpointPath);
    case 'int8':
    case 'int4': {
      const byDefault = precision === 'int8' && parameters >= CHANNELS_FROM ? 'channels' : QUANTIZATIONS[precision];
      const chosen = quantization ?? byDefault;
      return chosen === 'channels'
        ? new ChannelQuantizedFormat(checkpointPath)
        : new BlockQuantizedFormat(checkpointPath, chosen);
    }
    default:
      throw new ModelError(
        checkpointPath,
        phrase`cannot be converted to precision "${String(precision)}".`,
        phrase`Use ${PRECISIONS.join(', ')}.`,
      );
  }
}

/** The checkpoint's tensors as the graph wants them, checked for NaN and infinity on the way. */
function weightsOf(
  { config, checkpoint, tensors }: SourceFolder,
  warnings: Phrase[],
  signal?: AbortSignal,
): BioGptWeights {
  const storedName = (name: string): string => tensors.stored.get(name)!;
  const checked = (name: string): AsyncGenerator<Float32Array> => readFinite(checkpoint, storedName(name), signal);
  const matrix = (name: string, firstRow = 0): MatrixSource => {
    const [rows, columns] = checkpoint.tensors.get(storedName(name))!.shape as [number, number];
    return {
      label: storedName(name),
      rows: rows - firstRow,
      columns,
      chunks: () => skip(checked(name), firstRow * columns),
    };
  };
  const storedHead = tensors.stored.get(OUTPUT_PROJECTION);
  const storedEmbedding = storedName(EMBEDDING);
  /** transformers ties the two when it loads a model: the embedding is what counts. */
  const comparesHead =
    config.tieWordEmbeddings && storedHead !== undefined && !checkpoint.sameStorage(storedHead, storedEmbedding);
  const embedding: MatrixSource = {
    ...matrix(EMBEDDING),
    chunks: async function* () {
      const head = comparesHead ? checkpoint.read(storedHead, signal)[Symbol.asyncIterator]() : undefined;
      let equal = true;
      for await (const chunk of checked(EMBEDDING)) {
        if (head && equal) equal = sameBits(chunk, (await head.next()).value as Float32Array);
        yield chunk;
      }
      await head?.return?.();
      if (!equal) {
        warnings.push(
          phrase`${checkpoint.path}: "${storedHead!}" differs from "${storedEmbedding}"; as in transformers, the embedding is used for both.`,
        );
      }
    },
  };
  return {
    vector: async (name) => {
      const values = await readWhole(checkpoint, storedName(name), signal);
      checkFinite(checkpoint.path, storedName(name), values);
      return values;
    },
    matrix: (name, firstRow) => (name === EMBEDDING ? embedding : matrix(name, firstRow)),
    untiedHead: config.tieWordEmbeddings ? undefined : matrix(OUTPUT_PROJECTION),
  };
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return (
    Buffer.compare(
      Buffer.from(a.buffer, a.byteOffset, a.byteLength),
      Buffer.from(b.buffer, b.byteOffset, b.byteLength),
    ) === 0
  );
}

/** Leaves out the first `count` values of a stream of chunks. */
async function* skip(chunks: AsyncIterable<Float32Array>, count: number): AsyncGenerator<Float32Array> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function writeFile(path: string, bytes: Uint8Array): Promise<FileEntry> {
  return writeWith(path, (file) => file.write(bytes));
}

async function writeWith(path: string, write: (file: HashedFileWriter) => Promise<void>): Promise<FileEntry> {
  const file = await HashedFileWriter.create(path);
  try {
    await write(file);
    return await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
