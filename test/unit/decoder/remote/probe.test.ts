import assert from 'node:assert/strict';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine, type TestEngineOptions } from '../../../support/testEngine/testEngine';
import type { Fault } from '../../../support/testEngine/faults';
import { createTinyModel, type TinyModel } from '../support/tinyModel';
import { connect, failsWith, params, quiet, STARTER } from './support';

describe('the probe of a server', function () {
  this.timeout(60_000);
  let network: Network;
  let tiny: TinyModel;
  let tinyNetwork: Network;
  const servers: TestEngine[] = [];

  before(async () => {
    network = await networkOf(STARTER);
    tiny = await createTinyModel();
    tinyNetwork = await networkOf(tiny.dir);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      await quiet(server);
      await server.close();
    }
  });
  after(async () => {
    await network.dispose();
    await tinyNetwork.dispose();
    await tiny.remove();
  });

  const start = async (fault?: Fault, options?: TestEngineOptions, on = network): Promise<TestEngine> => {
    const server = await TestEngine.start(on, { skipsTokenizer: true, ...options });
    if (fault) server.fault = () => fault;
    servers.push(server);
    return server;
  };

  it('finds everything at vLLM', async () => {
    const remote = await connect(await start(), STARTER);
    assert.deepEqual(remote.info.server, { host: 'the server', model: 'biogpt', lacks: [] });
    assert.equal(remote.info.backend, 'server');
    assert.equal(remote.info.maxPositions, 512);
    assert.equal(remote.model.tells, 'values');
  });

  it('finds the likeliest at llama.cpp, and that its context is shorter', async () => {
    const remote = await connect(await start({}, { dialect: 'llamaCpp', maxModelLength: 256 }), STARTER);
    assert.equal(remote.model.tells, 'values');
    assert.equal(remote.info.maxPositions, 256);
    assert.match(remote.info.server!.lacks[0]!.text, /reads at most \{0\} tokens/);
  });

  it('sends nothing but the token that every vocabulary has until the model is proved', async () => {
    const server = await start();
    await connect(server, STARTER);
    const [list, first, ...others] = server.received;
    assert.equal(list!.path, '/v1/models');
    assert.deepEqual(first!.body['prompt'], [2]);
    const told = others.flatMap(({ body }) => (body['prompt'] as number[] | number[][]).flat());
    assert.ok(others.length > 0 && told.length > others.length);
    assert.ok(told.every((id) => id < network.vocabSize));
  });

  for (const skipsTokenizer of [true, false]) {
    it(`refuses a model of another vocabulary and lets its server live (${skipsTokenizer ? 'ids only' : 'checked ids'})`, async () => {
      const server = await start(undefined, { skipsTokenizer }, tinyNetwork);
      await failsWith('wrongModel', connect(server, STARTER), /computes with another model than BioGPT Writer starter/);
      assert.equal(server.died, false);
      assert.ok(server.received.every(({ body }) => body['prompt'] === undefined || String(body['prompt']) === '2'));
    });
  }

  it('refuses another model of the same vocabulary', async () => {
    const other = await createTinyModel({ hidden: 64 });
    try {
      const server = await start(undefined, {}, tinyNetwork);
      await failsWith('wrongModel', connect(server, other.dir));
    } finally {
      await other.remove();
    }
  });

  it('refuses a server that gives its tokens other ids', async () => {
    await failsWith('wrongModel', connect(await start({ renames: (id) => (id + 1) % 8192 }), STARTER));
  });

  it('refuses a server that reads something else than it is sent', async () => {
    const server = await start();
    server.fault = (_, count) => (count > 0 ? { ignores: ['prompt'] } : undefined);
    // What was proved with one text fails with the next: nothing that needs a text is used, or the server is refused.
    await connect(server, STARTER).then(
      (remote) => assert.equal(remote.model.tells, 'none'),
      (error: Error) => assert.match(error.message, /./),
    );
  });

  it('does with whole words where chosen tokens are not told', async () => {
    const server = await start({ ignores: ['logprob_token_ids', 'allowed_token_ids'] });
    const remote = await connect(server, STARTER);
    assert.equal(remote.model.tells, 'none');
    const words = remote.info.server!.lacks.map(({ text }) => text).join(' ');
    assert.match(words, /half-typed words are not finished, only whole words are suggested/);
    const before = server.received.length;
    assert.equal((await remote.complete(params('Patients with type 2 diab'))).text, '');
    assert.equal(server.received.length, before, 'nothing was asked');
    const whole = await remote.complete(
      params('Patients with type 2 diabetes were randomly ', { stop: { maxNewTokens: 4 } }),
    );
    assert.notEqual(whole.text, '');
  });

  it('does without scores of texts and without several prompts', async () => {
    const server = await start();
    server.fault = ({ body }) =>
      body['echo'] === true || (Array.isArray(body['prompt']) && Array.isArray(body['prompt'][0]))
        ? { status: 400 }
        : undefined;
    const remote = await connect(server, STARTER);
    const decoding = { strategy: 'beam', beams: 3 } as const;
    const before = server.received.length;
    const { text } = await remote.complete(params('The risk of death was ', { decoding, stop: { maxNewTokens: 4 } }));
    assert.notEqual(text, '');
    assert.ok(server.received.slice(before).every(({ body }) => !Array.isArray((body['prompt'] as unknown[])[0])));
  });

  const refusals: [string, Fault, TestEngineOptions, Parameters<typeof failsWith>[0], RegExp][] = [
    ['no likeliest tokens', { ignores: ['logprobs'] }, {}, 'serverLacks', /does not take and tell tokens by their IDs/],
    ['words for ids', { ignores: ['return_tokens_as_token_ids'] }, {}, 'serverLacks', /by their IDs/],
    ['no model', {}, { models: [] }, 'serverLacks', /has no model/],
    ['several models', {}, { models: ['a', 'b'] }, 'serverLacks', /none of its models was chosen \(a, b\)/],
    ['another key', {}, { key: 'secret' }, 'serverRefusedKey', /did not accept the key/],
    ['a page', { body: '<html>Welcome</html>' }, {}, 'serverUnclear', /not JSON/],
    ['another JSON', { body: '{"hello": [1, 2]}' }, {}, 'serverUnclear', /./],
    ['a server that starts', { status: 503 }, {}, 'serverBusy', /status 503/],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }, {}, 'serverRefused', /status 307/],
  ];
  for (const [what, fault, options, code, pattern] of refusals) {
    it(`says what is wrong: ${what}`, async () => {
      const server = await start(fault, options);
      await failsWith(code, connect(server, STARTER), pattern);
      assert.equal(server.died, false);
    });
  }

  it('takes the model that is named, and the key that is right', async () => {
    const server = await start(undefined, { models: ['a', 'b'], key: 'secret' });
    const remote = await connect(server, STARTER, { model: 'b', key: 'secret' });
    assert.equal(remote.info.server!.model, 'b');
    assert.ok(server.received.every(({ headers }) => headers.authorization === 'Bearer secret'));
    assert.ok(server.received.slice(1).every(({ body }) => body['model'] === 'b'));
    await failsWith(
      'serverLacks',
      connect(server, STARTER, { model: 'c', key: 'secret' }),
      /none of its models is called c \(a, b\)/,
    );
  });

  it('is done with a server that nobody runs', async () => {
    const server = await start();
    await server.close();
    servers.pop();
    await failsWith('serverUnreachable', connect(server, STARTER), /ECONNREFUSED/);
  });
});
