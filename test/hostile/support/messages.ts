import {
  Complete,
  type CompleteParams,
  Describe,
  type DescribeParams,
  KeepTexts,
  LoadModel,
  Mine,
  type MineParams,
  Prepare,
  Status,
} from '../../../src/protocol/decoder';
import { Check, Install, type InstallJob } from '../../../src/protocol/installer';
import { changeValue, strangeValue } from './mutations';
import type { Random } from './random';

/** A message as it goes over the channel, and the id under which an answer is owed. */
export interface Message {
  value: unknown;
  id?: number;
}

type Template = [method: string, params: unknown];

export function decoderTemplates(modelDir: string): Template[] {
  const stop = { maxNewTokens: 3, sentenceEnd: true, caution: 1, timeBudgetMs: 50 };
  const complete: CompleteParams = {
    textBefore: 'the protein binds to receptor',
    decoding: { strategy: 'greedy' },
    stop,
    words: ['immunohistochemistry'],
    titles: ['Cancer of cells'],
    manuscript: ['a'],
    fieldWords: [{ word: 'protein', perMillion: 10 }],
  };
  const beams: CompleteParams = { ...complete, decoding: { strategy: 'beam', beams: 2, lengthPenalty: 1 } };
  const sample: CompleteParams = { ...complete, decoding: { strategy: 'sample', topK: 3, topP: 0.9, seed: 1 } };
  const describe: DescribeParams = { term: 'TNF', grounds: ['TNF binds.'], decoding: { strategy: 'greedy' }, stop };
  const mine: MineParams = { task: 'bc5cdr', source: 'the protein binds', choices: ['yes', 'no'] };
  return [
    [LoadModel.method, { modelDir, threads: 1 }],
    [Complete.method, complete],
    [Complete.method, beams],
    [Complete.method, sample],
    [Describe.method, describe],
    [Mine.method, mine],
    [Prepare.method, { textBefore: complete.textBefore, maxNewTokens: 3 }],
    [KeepTexts.method, { texts: [{ id: 'a', text: 'Cells of patients.' }], keep: ['a'] }],
    [Status.method, {}],
  ];
}

export function installerTemplates(source: string, outDir: string, modelDir: string): Template[] {
  const job: InstallJob = {
    source,
    expectedFiles: [{ name: 'config.json', bytes: 9, hash: { algorithm: 'sha256', hex: '0'.repeat(64) } }],
    outDir,
    precision: 'fp32',
    name: 'Tiny',
    sourceName: 'tiny',
    licence: 'MIT',
    origin: { repo: 'lab/tiny' },
    candidates: [{ sha256: '0'.repeat(64), name: 'x', licence: 'MIT', origin: {} }],
  };
  const published = { source: 'us', encodings: [{ text: 'a', ids: [2, 4] }], logits: [], generations: [] };
  return [
    [Install.method, job],
    [Install.method, { ...job, expectedFiles: [], published }],
    [Check.method, { modelDir, published }],
    [Check.method, { modelDir }],
  ];
}

/** A malformed or hostile message; sometimes a good one, which must not suffer from its neighbours. */
export function hostileMessage(random: Random, templates: readonly Template[], id: number): Message {
  const [method, params] = random.of(templates);
  if (random.chance(0.03)) return { value: { jsonrpc: '2.0', id, method, params }, id };
  switch (random.below(10)) {
    case 0:
      return { value: random.of([null, 0, 'x', [], {}, [[]], true, { jsonrpc: '2.0' }, [{ jsonrpc: '2.0' }]]) };
    case 1: {
      const oddId = random.of<unknown>([null, {}, [], 1.5, -1, 'x'.repeat(1000), true, Number.MAX_SAFE_INTEGER]);
      return {
        value: { jsonrpc: '2.0', id: oddId, method, params: random.chance(0.5) ? params : strangeValue(random) },
      };
    }
    case 2:
      // A message that no request has asked for: an answer, progress, a cancellation.
      return {
        value: random.of<object>([
          { jsonrpc: '2.0', id: random.below(id + 1), result: strangeValue(random) },
          { jsonrpc: '2.0', id: null, error: strangeValue(random) },
          { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: random.below(id + 1) } },
          { jsonrpc: '2.0', method: '$/cancelRequest', params: strangeValue(random) },
          { jsonrpc: '2.0', method: '$/progress', params: strangeValue(random) },
          { jsonrpc: '2.0', method: '$/setTrace', params: strangeValue(random) },
          { jsonrpc: '2.0', method, params: strangeValue(random) },
        ]),
      };
    case 3: {
      const unknown = random.of<unknown>(['', 'biogpt/none', '__proto__', 'constructor', 'toString', 5, {}, null]);
      const owed = typeof unknown === 'string' ? { id } : {};
      return { value: { jsonrpc: '2.0', id, method: unknown, params }, ...owed };
    }
    case 4:
      return { value: { jsonrpc: '2.0', id, method, params: strangeValue(random) }, id };
    case 5:
      return { value: { jsonrpc: random.of<unknown>(['1.0', 2, null]), id, method, params }, id };
    default: {
      const changed = structuredClone({ params });
      for (let count = 1 + random.below(3); count > 0; count--) changeValue(random, changed);
      return { value: { jsonrpc: '2.0', id, method, ...changed }, id };
    }
  }
}
