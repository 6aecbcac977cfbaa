import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../../../../src/decoder/engine';
import type { ModelTask } from '../../../../src/modelFolder/modelTask';
import type { MineParams } from '../../../../src/protocol/decoder';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine } from '../../../support/testEngine/testEngine';
import { createTinyModel, type TinyModel } from '../support/tinyModel';
import { connect, failsWith, quiet } from './support';

const TASK: ModelTask = {
  id: 'ours',
  prompt: [20, 21, 22],
  lowerCase: false,
  maxSourceTokens: 40,
  maxTokens: 48,
  form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} and {b}' } },
};
const SOURCES = ['protein', 'receptor', 'cells', 'patients', 'cancer'].map(
  (word) => `the ${word} binds to the receptor`,
);

describe('mining with a model on a server', function () {
  this.timeout(60_000);
  let tiny: TinyModel;
  let network: Network;
  let local: Engine;
  let server: TestEngine;
  let remote: Engine;

  before(async () => {
    tiny = await createTinyModel();
    const path = join(tiny.dir, 'model.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), task: TASK }));
    network = await networkOf(tiny.dir);
    local = await Engine.open(tiny.dir, { threads: 1 });
  });
  after(async () => {
    await local.dispose();
    await network.dispose();
    await tiny.remove();
  });
  afterEach(async () => {
    await remote.dispose();
    await quiet(server);
    await server.close();
  });

  const start = async (dialect: 'vllm' | 'llamaCpp' = 'vllm'): Promise<void> => {
    server = await TestEngine.start(network, { dialect });
    remote = await connect(server, tiny.dir, { patience: { tries: 3, wait: async () => undefined } });
  };
  const same = async (params: Omit<MineParams, 'task'>): Promise<void> => {
    const asked = { task: 'ours', ...params };
    const ours = await local.miner((pass) => pass()).mine(asked);
    const theirs = await remote.miner((pass) => pass()).mine(asked);
    assert.deepEqual(
      theirs.tokens.map(({ id, end }) => [id, end]),
      ours.tokens.map(({ id, end }) => [id, end]),
    );
    assert.equal(theirs.text, ours.text);
    assert.equal(theirs.finishReason, ours.finishReason);
    const pairs = [
      ...ours.tokens.map(({ logProbability }, i) => [logProbability, theirs.tokens[i]!.logProbability]),
      ...(ours.choices ?? []).map((value, i) => [value, theirs.choices![i]!]),
    ];
    assert.ok(pairs.length > 0);
    for (const [a, b] of pairs) assert.ok(Math.abs(a! - b!) < 1e-4, `${a}, ${b}`);
  };

  for (const dialect of ['vllm', 'llamaCpp'] as const) {
    it(`gives the same answers, with the same probabilities: ${dialect}`, async () => {
      await start(dialect);
      for (const source of SOURCES) await same({ source });
      await same({ source: SOURCES[0]!, decoding: { strategy: 'beam', beams: 3 }, maxNewTokens: 8 });
      await same({ source: SOURCES[1]!, choices: ['the protein is', 'the protein was', 'cancer'] });
    });
  }

  it('reads many texts at a time', async () => {
    await start();
    server.fault = () => ({ slowMs: 5 });
    const miner = remote.miner((pass) => pass());
    const many = [...SOURCES, ...SOURCES, ...SOURCES];
    const results = await Promise.all(many.map((source) => miner.mine({ task: 'ours', source })));
    assert.equal(server.mostRunning, many.length);
    assert.equal(results[0]!.text, results[5]!.text);
  });

  it('tries again what a server refused in passing, and nothing else', async () => {
    await start();
    const miner = remote.miner((pass) => pass());
    const mine = (): Promise<unknown> => miner.mine({ task: 'ours', source: SOURCES[0]! });
    let tries = 0;
    server.fault = () => (++tries < 3 ? { status: 429 } : undefined);
    await mine();
    assert.equal(tries, 3);
    tries = 0;
    server.fault = () => (++tries < 3 ? { cutAfter: 1 } : undefined);
    await mine();
    assert.equal(tries, 3);
    tries = 0;
    server.fault = () => (++tries > 0 ? { status: 401 } : undefined);
    await failsWith('serverRefusedKey', mine());
    assert.equal(tries, 1);
  });

  it('ends with its signal', async () => {
    await start();
    server.fault = () => ({ silentAfter: 1 });
    const controller = new AbortController();
    const mining = remote
      .miner((pass) => pass())
      .mine({ task: 'ours', source: SOURCES[0]! }, { signal: controller.signal });
    while (server.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('Enough.'));
    await assert.rejects(mining, /Enough/);
  });
});
