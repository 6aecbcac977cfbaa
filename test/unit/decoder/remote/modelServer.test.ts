import assert from 'node:assert/strict';
import { serverFetch } from '../../../../src/client/serverFetch';
import { BadRequest } from '../../../../src/decoder/generation/settings';
import { Connection } from '../../../../src/decoder/remote/connection';
import { RemoteModel } from '../../../../src/decoder/remote/remoteModel';
import { ModelServer } from '../../../../src/decoder/remote/server';
import { vllm } from '../../../../src/decoder/remote/vllm';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine } from '../../../support/testEngine/testEngine';
import { quiet, STARTER } from './support';

const PROMPT = [2, 21, 28];

describe('a model on a server, by its ids', function () {
  this.timeout(60_000);
  let network: Network;
  let engine: TestEngine;
  let server: ModelServer;

  before(async () => {
    network = await networkOf(STARTER);
  });
  beforeEach(async () => {
    engine = await TestEngine.start(network, { perEvent: 3 });
    const ask = serverFetch({ base: new URL(engine.url), fetch: globalThis.fetch });
    const capabilities = { top: 20, among: 'values', scores: true, batches: true, maxPositions: 512 } as const;
    server = new ModelServer(new Connection('the server', ask), vllm(undefined), capabilities, network.vocabSize);
  });
  afterEach(async () => {
    await quiet(engine);
    await engine.close();
  });
  after(() => network.dispose());

  const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

  it('asks for the values of some tokens, as many at a time as it may', async () => {
    const ids = range(100, 300);
    const { known } = await server.among(PROMPT, ids);
    const row = await network.row(PROMPT);
    for (const id of ids) assert.ok(Math.abs(known.get(id)! - row[id]!) < 1e-9, String(id));
    assert.deepEqual(
      engine.received.map(({ body }) => (body['logprob_token_ids'] as number[]).length).sort((a, b) => b - a),
      [128, 128, 44],
    );
  });

  it('asks for the likeliest alone of very many', async () => {
    const ids = range(1000, 1025);
    const { known, least } = await server.among(PROMPT, ids);
    const row = await network.row(PROMPT);
    const best = ids.reduce((a, b) => (row[b]! > row[a]! ? b : a));
    assert.equal(engine.received.length, 1);
    assert.ok(Math.abs(known.get(best)! - row[best]!) < 1e-9);
    assert.equal(least, known.get(best));
  });

  it('sends no id that the model does not know', async () => {
    const foreign = network.vocabSize;
    const model = new RemoteModel(server);
    for (const work of [
      () => server.rows([[2, foreign]]),
      () => server.among([2, foreign], [5]),
      () => server.among(PROMPT, [5, foreign]),
      () => server.scores([[2, foreign]]),
      () => server.rows([[]]),
      () => server.rows([[2, -1]]),
      () => model.prefill([2, foreign]),
      () => model.prefill(PROMPT).then(() => model.step(foreign)),
    ]) {
      await assert.rejects(work, BadRequest);
    }
    model.rest();
    const sent = engine.received.map(({ raw }) => raw).join();
    assert.doesNotMatch(sent, new RegExp(`\\b${foreign}\\b`));
  });

  it('is answered from what was told ahead, also a text that goes back', async () => {
    const model = new RemoteModel(server);
    await model.prefill(PROMPT, undefined, { newTokens: 8 });
    const best = (row: Float32Array): number => row.indexOf(Math.max(...row));
    const written: number[] = [];
    let row = (await model.prefill(PROMPT)).logits;
    for (let i = 0; i < 5; i++) {
      written.push(best(row));
      row = await model.step(written.at(-1)!);
    }
    assert.equal(engine.received.length, 1);
    await model.prefill([...PROMPT, ...written.slice(0, 2)]);
    assert.equal(engine.received.length, 1, 'that is known');
    await model.step(written[2]! === 5 ? 6 : 5);
    assert.equal(engine.received.length, 2, 'that is not');
    assert.deepEqual(engine.received[1]!.body['prompt'], [
      ...PROMPT,
      ...written.slice(0, 2),
      written[2]! === 5 ? 6 : 5,
    ]);
    await model.dispose();
  });

  it('asks for equal beams once', async () => {
    const model = new RemoteModel(server);
    await model.prefill(PROMPT);
    const batch = model.fork(3);
    const rows = await batch.step([0, 1, 2], [5, 6, 5]);
    assert.deepEqual(engine.received.at(-1)!.body['prompt'], [
      [...PROMPT, 5],
      [...PROMPT, 6],
    ]);
    const { vocabSize } = network;
    assert.deepEqual(rows.slice(0, vocabSize), rows.slice(2 * vocabSize));
    assert.equal(batch.truncations!.length, 3);
    await model.dispose();
  });
});
