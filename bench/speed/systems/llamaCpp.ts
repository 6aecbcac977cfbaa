// llama.cpp through node-llama-cpp, which the bench installs into a folder of its own.
import { createRequire } from 'node:module';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { milliseconds, serve } from './serve';

/** What is used of node-llama-cpp; its types are not installed with the product. */
interface LlamaSequence {
  readonly nextTokenIndex: number;
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: { start: number; end: number }[]): Promise<void>;
  evaluateWithoutGeneratingNewTokens(ids: number[]): Promise<void>;
  controlledEvaluate(input: [number, { generateNext: { token: boolean } }][]): Promise<unknown>;
}
interface LlamaModule {
  getLlama(options: object): Promise<{
    llamaCppRelease: { release: string };
    loadModel(options: object): Promise<{ createContext(options: object): Promise<{ getSequence(): LlamaSequence }> }>;
  }>;
}

let sequence: LlamaSequence;
/** What the sequence holds. */
let held: number[] = [];

async function read(ids: number[]): Promise<void> {
  const last = ids.at(-1)!;
  if (ids.length > 1) await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(0, -1));
  await sequence.controlledEvaluate([[last, { generateNext: { token: true } }]]);
  held.push(...ids);
}

async function clear(): Promise<void> {
  await sequence.clearHistory();
  held = [];
}

void serve({
  load: async ({ threads, packages, flashAttention, contextSize, unreadBytes, cacheBytesPerToken, ...request }) => {
    const modelPath = request['model'] as string;
    const folder = packages as string;
    const path = join(folder, 'node_modules', 'node-llama-cpp');
    const { getLlama } = (await import(pathToFileURL(join(path, 'dist', 'index.js')).href)) as LlamaModule;
    const { version } = createRequire(join(folder, 'package.json'))(join(path, 'package.json')) as { version: string };
    const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: threads });
    const model = await llama.loadModel({ modelPath, gpuLayers: 0, useMmap: true });
    const context = await model.createContext({
      contextSize,
      batchSize: contextSize,
      threads,
      sequences: 1,
      flashAttention,
    });
    sequence = context.getSequence();
    return {
      version: `node-llama-cpp ${version}, llama.cpp ${llama.llamaCppRelease.release}`,
      weightBytes: (await stat(modelPath)).size - (unreadBytes as number),
      cacheBytesPerToken,
    };
  },
  prefill: async ({ ids }) => {
    await clear();
    return {
      ms: await milliseconds(async () => {
        await sequence.evaluateWithoutGeneratingNewTokens(ids);
        held = [...ids];
      }),
    };
  },
  decode: async ({ ids, next }) => {
    const isHeld = ids.length <= held.length && ids.every((id, i) => id === held[i]);
    if (isHeld && held.length > ids.length) {
      await sequence.eraseContextTokenRanges([{ start: ids.length, end: sequence.nextTokenIndex }]);
      held = [...ids];
    } else if (!isHeld) {
      const extends_ = held.every((id, i) => id === ids[i]);
      if (!extends_) await clear();
      const rest = ids.slice(held.length);
      await sequence.evaluateWithoutGeneratingNewTokens(rest);
      held.push(...rest);
    }
    const ms: number[] = [];
    for (const id of next) ms.push(await milliseconds(() => read([id])));
    return { ms };
  },
});
