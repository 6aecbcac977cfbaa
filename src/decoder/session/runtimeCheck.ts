import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../../modelFolder/format';
import { HashedFileWriter } from '../../modelFolder/hashedFile';
import { addBioGpt } from '../../conversion/onnx/bioGptGraph';
import { Float32Format } from '../../conversion/onnx/float32Format';
import { GraphBuilder } from '../../conversion/onnx/graphBuilder';
import type { MatrixSource } from '../../conversion/onnx/weightFormat';
import { createRandom } from '../generation/random';
import { KvCache, type CacheShape } from './kvCache';
import { NativeSession } from './nativeSession';
import type { OrtNative } from './ortNative';
import { PlainSession } from './plainSession';
import type { ModelSession } from './session';

const TINY: Architecture = {
  hiddenSize: 32,
  layers: 1,
  heads: 2,
  ffnSize: 64,
  maxPositions: 64,
  vocabSize: 48,
  scaleEmbedding: true,
};
const CACHE: CacheShape = { layers: TINY.layers, heads: TINY.heads, headDim: 16, maxPositions: TINY.maxPositions };
const IDS = [2, 17, 5, 40, 23, 8, 31, 11, 46];
/** Prompt of the run through the cache; the rest comes in twos, then one by one in two beams. */
const PROMPT = 4;
const TOLERANCE = 1e-5;

/**
 * Whether the C API gives the logits of onnxruntime-node's own `run` on a tiny random network: the whole
 * text at once, in pieces through the cache, and as two beams.
 *
 * @returns null if so; else what differs.
 */
export async function nativeAgreesWithPlain(native: OrtNative): Promise<string | null> {
  const dir = await mkdtemp(join(tmpdir(), 'biogpt-check-'));
  try {
    const graph = await writeTinyGraph(dir);
    const plain = await PlainSession.open(graph, 1, CACHE, TINY.vocabSize);
    const tiny = new NativeSession(native, await native.createSession(graph, 1), CACHE, TINY.vocabSize);
    try {
      const expected = await passes(plain);
      const actual = await passes(tiny);
      for (const [name, logits] of Object.entries(expected)) {
        const difference = largestDifference(logits, actual[name]!);
        if (!(difference <= TOLERANCE)) return `${name}: logits differ by ${difference}`;
      }
      // Both paths could share an error; the cache must not change the result.
      const cached = largestDifference(
        actual['whole']!.slice(-TINY.vocabSize),
        actual['beams']!.slice(-TINY.vocabSize),
      );
      return cached <= TOLERANCE ? null : `through the cache: logits differ by ${cached}`;
    } finally {
      await tiny.close();
      await plain.dispose();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The logits of the same text, read in three ways. */
async function passes(session: ModelSession): Promise<Record<string, Float32Array>> {
  const room = (cache: KvCache): KvCache => {
    cache.reserve(IDS.length);
    return cache;
  };
  const whole = room(new KvCache(CACHE));
  const all = (await session.forward(whole, IDS, 'all')).slice();

  const single = room(new KvCache(CACHE));
  await session.forward(single, IDS.slice(0, PROMPT), 'last');
  const pair = (await session.forward(single, IDS.slice(PROMPT, PROMPT + 2), 'all')).slice();

  const beams = room(new KvCache(CACHE, 2));
  beams.replicate(single);
  let last = new Float32Array(0);
  for (const id of IDS.slice(PROMPT + 2)) {
    // The beams swap places at every step; the second ends as the text itself.
    beams.reorder([1, 0], PROMPT);
    last = (await session.forward(beams, [id, id], 'last')).slice();
  }
  for (const cache of [whole, single, beams]) session.releaseCache(cache);
  return { whole: all, pair, beams: last };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

async function writeTinyGraph(dir: string): Promise<string> {
  const random = createRandom(20220919);
  const values = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => (2 * random() - 1) * scale);
  const { hiddenSize, ffnSize, vocabSize, maxPositions } = TINY;
  const rowsOf = (name: string): number => {
    if (name.startsWith('embed_tokens')) return vocabSize;
    if (name.startsWith('embed_positions')) return maxPositions + 2;
    return name.includes('fc1') ? ffnSize : hiddenSize;
  };
  const matrix = (name: string, firstRow = 0): MatrixSource => {
    const rows = rowsOf(name) - firstRow;
    const columns = name.includes('fc2') ? ffnSize : hiddenSize;
    return {
      label: name,
      rows,
      columns,
      chunks: async function* () {
        yield values(rows * columns, 0.3);
      },
    };
  };

  const data = await HashedFileWriter.create(join(dir, 'model.onnx.data'));
  const builder = new GraphBuilder('check', data);
  try {
    await addBioGpt(builder, TINY, new Float32Format(), {
      vector: async (name) => values(name.includes('fc1') ? ffnSize : hiddenSize, 0.3),
      matrix,
      untiedHead: undefined,
    });
  } finally {
    await data.abandon();
  }
  const path = join(dir, 'model.onnx');
  await writeFile(path, builder.encode());
  return path;
}
