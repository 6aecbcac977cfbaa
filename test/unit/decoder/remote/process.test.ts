import assert from 'node:assert/strict';
import type { DecoderProcess } from '../../../../src/client/decoder';
import { forkDecoder } from '../../../../src/client/forkDecoder';
import { serverFetch } from '../../../../src/client/serverFetch';
import { failureOf } from '../../../../src/protocol/failure';
import type { AskServer } from '../../../../src/protocol/server';
import { bundleOf } from '../../../support/bundle';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine } from '../../../support/testEngine/testEngine';
import { params, plainEngine, quiet, STARTER } from './support';

const MODEL = { modelDir: STARTER, threads: 1, server: { host: 'gpu' } };
const TEXT = params('Patients with type 2 diabetes were rand', { stop: { maxNewTokens: 8 } });

describe('a decoder process whose model is on a server', function () {
  this.timeout(60_000);
  let bundle: Awaited<ReturnType<typeof bundleOf>>;
  let network: Network;
  let server: TestEngine;
  let decoder: DecoderProcess;
  let output: string[];

  before(async () => {
    bundle = await bundleOf('decoder');
    network = await networkOf(STARTER);
  });
  after(async () => {
    await network.dispose();
    await bundle.remove();
  });
  beforeEach(async () => {
    server = await TestEngine.start(network);
  });
  afterEach(async () => {
    decoder.stop();
    await decoder.ended;
    await quiet(server);
    await server.close();
  });

  const start = (ask?: AskServer): void => {
    output = [];
    const askServer = ask ?? serverFetch({ base: new URL(server.url), fetch: globalThis.fetch });
    decoder = forkDecoder({ modulePath: bundle.path, onOutput: (line) => output.push(line), askServer });
  };

  it('has its host ask, and writes as a process with the model does', async () => {
    start();
    const info = await decoder.load(MODEL);
    assert.equal(info.backend, 'server');
    assert.deepEqual(info.server, { host: 'gpu', model: 'biogpt', lacks: [] });
    const local = await plainEngine(STARTER);
    try {
      const seen: string[] = [];
      const { text } = await decoder.complete(TEXT, { onProgress: (progress) => seen.push(progress.text) });
      assert.equal(text, (await local.complete(TEXT)).text);
      assert.ok(seen.length > 1);
    } finally {
      await local.dispose();
    }
    assert.match(output.join('\n'), /Loaded BioGPT Writer starter \(on gpu\)/);
  });

  it('ends at the server what is cancelled here', async () => {
    start();
    await decoder.load(MODEL);
    server.fault = () => ({ slowMs: 50 });
    const controller = new AbortController();
    const writing = decoder.complete(TEXT, { signal: controller.signal });
    while (server.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('The cursor moved.'));
    await assert.rejects(writing, /The cursor moved/);
    await quiet(server);
  });

  it('ends at the server what it asked when it ends itself', async () => {
    start();
    await decoder.load(MODEL);
    server.fault = () => ({ silentAfter: 0 });
    const writing = decoder.complete(TEXT).catch(() => undefined);
    while (server.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    decoder.stop();
    await decoder.ended;
    await writing;
    await quiet(server);
  });

  it('passes on as data what is wrong with the server, and takes the model of this machine then', async () => {
    start();
    await decoder.load(MODEL);
    server.fault = () => ({ status: 401 });
    await assert.rejects(decoder.complete(TEXT), (error) => {
      const failure = failureOf(error);
      assert.equal(failure?.code, 'serverRefusedKey');
      assert.equal(failure.details?.['host'], 'gpu');
      return true;
    });
    const { modelDir, threads } = MODEL;
    assert.equal((await decoder.load({ modelDir, threads })).backend, 'native');
    const before = server.received.length;
    assert.notEqual((await decoder.complete(TEXT)).text, '');
    assert.equal(server.received.length, before);
  });

  it('is refused where nobody asks for it', async () => {
    output = [];
    decoder = forkDecoder({ modulePath: bundle.path, onOutput: (line) => output.push(line) });
    await assert.rejects(decoder.load(MODEL), (error) => {
      assert.equal(failureOf(error)?.code, 'serverUnreachable');
      assert.match((error as Error).message, /not allowed/);
      return true;
    });
  });

  it('writes nothing ahead', async () => {
    start();
    await decoder.load(MODEL);
    const before = server.received.length;
    await assert.rejects(decoder.complete({ ...TEXT, inSpareTime: true }), { name: 'AbortError' });
    await decoder.prepare({ textBefore: TEXT.textBefore, maxNewTokens: 8 });
    await decoder.describe({
      term: 'aspirin',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 4 },
    });
    const asked = server.received.slice(before).length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(server.received.length, before + asked, 'nor back to the manuscript');
    await quiet(server);
  });
});
