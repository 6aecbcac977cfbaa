import { CHECK_SHAPE, CHECK_VOCABULARY, checkGraph } from './checkGraph';
import { KvCache } from './kvCache';
import { NativeSession } from './nativeSession';
import type { OrtNative } from './ortNative';
import { PlainSession } from './plainSession';
import type { ModelSession } from './session';

const IDS = [2, 17, 5, 40, 23, 8, 31, 11, 46];
/** Prompt of the run through the cache; the rest comes in twos, then one by one in two beams. */
const PROMPT = 4;
/** Kernels for one row and for many round differently, by 2e-6 of logits up to 6 here; another text differs by 1 or more. */
const TOLERANCE = 1e-4;

/**
 * Whether the C API gives the logits of onnxruntime-node's own `run` on a tiny random network: the whole
 * text at once, in pieces through the cache, and as two beams.
 *
 * @returns null if so; else what differs.
 */
export async function nativeAgreesWithPlain(native: OrtNative): Promise<string | null> {
  const graph = checkGraph();
  const plain = await PlainSession.open({ model: graph }, 1, CHECK_SHAPE, CHECK_VOCABULARY);
  const tiny = new NativeSession(native, await native.createSession(graph, 1), CHECK_SHAPE, CHECK_VOCABULARY);
  try {
    const expected = await passes(plain);
    const actual = await passes(tiny);
    for (const [name, logits] of Object.entries(expected)) {
      const difference = largestDifference(logits, actual[name]!);
      if (!(difference <= TOLERANCE)) return `${name}: logits differ by ${difference}`;
    }
    // Both paths could share an error; the cache must not change the result.
    const cached = largestDifference(
      actual['whole']!.slice(-CHECK_VOCABULARY),
      actual['beams']!.slice(-CHECK_VOCABULARY),
    );
    return cached <= TOLERANCE ? null : `through the cache: logits differ by ${cached}`;
  } finally {
    await tiny.dispose();
    await plain.dispose();
  }
}

/** The logits of the same text, read in three ways. */
async function passes(session: ModelSession): Promise<Record<string, Float32Array>> {
  const room = (cache: KvCache): KvCache => {
    cache.reserve(IDS.length);
    return cache;
  };
  const whole = room(new KvCache(CHECK_SHAPE));
  const all = (await session.forward(whole, IDS, 'all')).slice();

  const single = room(new KvCache(CHECK_SHAPE));
  await session.forward(single, IDS.slice(0, PROMPT), 'last');
  const pair = (await session.forward(single, IDS.slice(PROMPT, PROMPT + 2), 'all')).slice();

  const beams = room(new KvCache(CHECK_SHAPE, 2));
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
