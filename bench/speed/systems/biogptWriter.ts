// BioGPT Writer's own network, as its decoder process drives it.
import { stat } from 'node:fs/promises';
import { CachedModel } from '../../../src/decoder/session/cachedModel';
import { KvCache } from '../../../src/decoder/session/kvCache';
import { openSession, type Backend } from '../../../src/decoder/session/openSession';
import type { ModelSession } from '../../../src/decoder/session/session';
import { CHANNELS_FROM } from '../../../src/modelFolder/format';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { QUANTIZATIONS } from '../../../src/conversion/convert';
import { promptIds } from '../protocol';
import { likeliest, milliseconds, serve } from './serve';

/** Rows of the position table that precede the first position. */
const POSITION_OFFSET = 2;
const FLOAT_BYTES = 4;

let session: ModelSession;
let model: CachedModel;

void serve({
  load: async ({ threads, model: folder, backend, version }) => {
    const { paths, description } = await openModelFolder(folder as string);
    const { architecture } = description;
    session = await openSession(paths.graph, architecture, {
      threads,
      ...(backend !== undefined && { backend: backend as Backend }),
      log: (line) => console.error(line),
    });
    model = new CachedModel(session);
    const { hiddenSize, vocabSize, maxPositions } = architecture;
    // Of these a token reads single rows.
    const positionBytes = (maxPositions + POSITION_OFFSET) * hiddenSize * FLOAT_BYTES;
    const hasOwnHead = description.precision === 'int8' && description.parameters >= CHANNELS_FROM;
    const lookupBytes = hasOwnHead ? vocabSize * hiddenSize * (1 + FLOAT_BYTES / QUANTIZATIONS.int8.blockSize) : 0;
    return {
      version,
      note: session.backend,
      weightBytes: (await stat(`${paths.graph}.data`)).size - positionBytes - lookupBytes,
      cacheBytesPerToken: 2 * architecture.layers * architecture.hiddenSize * FLOAT_BYTES,
    };
  },
  prefill: async ({ ids }) => {
    // Another beginning: nothing of what was read before can be used again.
    await model.prefill([ids[1]!]);
    return { ms: await milliseconds(() => model.prefill(ids)) };
  },
  decode: async ({ ids, next }) => {
    await model.prefill(ids);
    const ms: number[] = [];
    for (const id of next) ms.push(await milliseconds(async () => likeliest(await model.step(id))));
    return { ms };
  },
  capacity: async ({ context, capacity, repeats }) => {
    const cache = new KvCache(session.cacheShape);
    cache.reserve(capacity);
    const ids = promptIds(context, 0).map((id) => id % session.vocabSize);
    await session.forward(cache, ids, 'last');
    const ms: number[] = [];
    for (let i = 0; i < repeats; i++) {
      cache.truncate(context);
      ms.push(await milliseconds(() => session.forward(cache, [300 + i], 'last')));
    }
    session.releaseCache(cache);
    return { ms };
  },
});
