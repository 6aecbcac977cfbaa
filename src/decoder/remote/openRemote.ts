import type { ModelInfo, ServerModel } from '../../protocol/decoder';
import type { AskServer } from '../../protocol/server';
import { Engine, type EngineOptions } from '../engine';
import { IdEngine } from '../idEngine';
import { loadModel } from '../loadedModel';
import { Miner } from '../mine/miner';
import { Connection, SILENCE_MS } from './connection';
import type { Patience } from './patience';
import { probe } from './probe';
import { RemoteModel } from './remoteModel';
import { RemoteReader } from './remoteReader';

/** vLLM takes half a minute and more for its very first request. */
const FIRST_SILENCE_MS = 180_000;

export interface RemoteOptions extends EngineOptions {
  ask: AskServer;
  /** After so long without a sign of life a request is given up, milliseconds; default: 30 seconds. */
  silenceMs?: number;
  /** For mining; default: five tries. */
  patience?: Patience;
  signal?: AbortSignal;
}

/**
 * An engine whose model is computed by a server. The model folder gives the tokenizer, and is loaded for a moment to prove that the
 * server has the same model.
 * @throws ModelError as `Engine.open`; ServerError; the signal's reason
 */
export async function openRemoteEngine(
  modelDir: string,
  { host, model }: ServerModel,
  { ask, silenceMs = SILENCE_MS, patience = { tries: 5 }, signal, ...options }: RemoteOptions,
): Promise<Engine> {
  const started = performance.now();
  const loaded = await loadModel(modelDir, options);
  const { info, tokenizer, session, task } = loaded;
  const local = new IdEngine(loaded);
  const connection = new Connection(host, ask, Math.max(silenceMs, FIRST_SILENCE_MS));
  const connected = await probe(
    connection,
    {
      name: info.name,
      precision: loaded.precision,
      vocabSize: session.vocabSize,
      maxPositions: info.maxPositions,
      encode: (text) => tokenizer.encode(text),
      logits: (ids, either) => local.logits(ids, either),
    },
    model,
    signal,
  ).finally(() => local.dispose());
  connection.silenceMs = silenceMs;
  const { server, lacks, model: served } = connected;
  const remote: ModelInfo = {
    ...info,
    maxPositions: server.capabilities.maxPositions,
    backend: 'server',
    loadMs: Math.round(performance.now() - started),
    server: { host, ...(served !== undefined && { model: served }), lacks },
  };
  // Small letters are tried where nothing comes of capitals: a second request, for a guess.
  const parts = { ...options.parts, looksBehind: false };
  return new Engine(
    remote,
    tokenizer,
    new RemoteModel(server),
    { ...options, parts },
    task && (() => new Miner(info.name, tokenizer, task, new RemoteReader(server, patience))),
  );
}
