import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { serverFetch } from '../../../../src/client/serverFetch';
import { Engine } from '../../../../src/decoder/engine';
import type { ResidentModel } from '../../../../src/decoder/generation/languageModel';
import { loadModel } from '../../../../src/decoder/loadedModel';
import { Connection } from '../../../../src/decoder/remote/connection';
import { openRemoteEngine, type RemoteOptions } from '../../../../src/decoder/remote/openRemote';
import { RemoteModel } from '../../../../src/decoder/remote/remoteModel';
import { ModelServer, type Capabilities } from '../../../../src/decoder/remote/server';
import { vllm } from '../../../../src/decoder/remote/vllm';
import { ServerError, type ServerErrorCode } from '../../../../src/decoder/remote/serverError';
import { CachedModel } from '../../../../src/decoder/session/cachedModel';
import type { CompleteParams, ServerModel } from '../../../../src/protocol/decoder';
import { byTokens } from '../../../support/testEngine/network';
import type { TestEngine } from '../../../support/testEngine/testEngine';

export const STARTER = resolve(__dirname, '..', '..', '..', '..', 'models', 'starter');

/** Abstracts' beginnings, of which the last word is cut off where letters are asked for. */
export const TEXTS = [
  'Patients with type 2 diabetes were randomly assigned to receive',
  'The primary outcome was the change in systolic blood',
  'We measured the effect of vitamin D on the risk of',
  'Children with asthma who received inhaled corticosteroids had fewer',
  'In conclusion, the treatment was associated with a significant',
  'Breast cancer is the most common cancer among',
  'The aim of this study was to evaluate the efficacy and',
  'Smoking cessation programs that include counseling and nicotine replacement',
];

/** The engine that a server's has to equal: on this machine, without guesses and looking behind. */
export async function plainEngine(modelDir: string): Promise<Engine> {
  const { info, tokenizer, session } = await loadModel(modelDir, { threads: 1 });
  const exact = /^int/.test(info.precision) ? byTokens(session) : session;
  const model = withoutGuesses(new CachedModel(exact, () => 0));
  return new Engine(info, tokenizer, model, { parts: { looksBehind: false } });
}

/** The same numbers, whether a text is read alone or as one of several beams. */
function withoutGuesses(model: ResidentModel): ResidentModel {
  const { vocabSize, maxPositions } = model;
  let current: readonly number[] = [];
  return {
    vocabSize,
    maxPositions,
    cachedTokens: 0,
    prefill: (ids, signal) => {
      current = ids;
      return model.prefill(ids, signal);
    },
    step: (id, signal) => model.step(id, signal),
    fork: (beams) => {
      let texts = new Array<readonly number[]>(beams).fill(current);
      return {
        step: async (parents, ids) => {
          texts = parents.map((parent, beam) => [...texts[parent]!, ids[beam]!]);
          const rows = new Float32Array(beams * vocabSize);
          for (const [beam, text] of texts.entries()) rows.set((await model.prefill(text)).logits, beam * vocabSize);
          return rows;
        },
        dispose: () => undefined,
      };
    },
    dispose: () => model.dispose(),
  };
}

export function connect(
  engine: TestEngine,
  modelDir: string,
  { key, ...options }: Partial<RemoteOptions & ServerModel> & { key?: string } = {},
): Promise<Engine> {
  const ask = serverFetch({ base: new URL(engine.url), ...(key !== undefined && { key }), fetch: globalThis.fetch });
  const { model, ...rest } = options;
  return openRemoteEngine(
    modelDir,
    { host: 'the server', ...(model !== undefined && { model }) },
    { ask, threads: 1, ...rest },
  );
}

/** The same engine, which gives up a server that is silent for so long. */
export function impatient(remote: Engine, engine: TestEngine, silenceMs: number): Engine {
  const ask = serverFetch({ base: new URL(engine.url), fetch: globalThis.fetch });
  const { vocabSize, maxPositions } = remote.model;
  const capabilities: Capabilities = { top: 20, among: 'values', scores: true, batches: true, maxPositions };
  const server = new ModelServer(new Connection('the server', ask, silenceMs), vllm('biogpt'), capabilities, vocabSize);
  return new Engine(remote.info, remote.tokenizer, new RemoteModel(server), { parts: { looksBehind: false } });
}

export function params(textBefore: string, more: Partial<CompleteParams> = {}): CompleteParams {
  return {
    textBefore,
    decoding: { strategy: 'greedy' },
    stop: { maxNewTokens: 24, sentenceEnd: true, lineEnd: true, caution: 2.5, facts: 'documentOnly' },
    ...more,
  };
}

export async function failsWith(code: ServerErrorCode, work: Promise<unknown>, pattern = /./): Promise<ServerError> {
  let found: ServerError | undefined;
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof ServerError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, pattern);
    found = error;
    return true;
  });
  return found!;
}

/** Waits until no request runs at the server. */
export async function quiet(engine: TestEngine): Promise<void> {
  for (let i = 0; engine.running > 0; i++) {
    assert.ok(i < 500, `${engine.running} requests still run at the server`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
