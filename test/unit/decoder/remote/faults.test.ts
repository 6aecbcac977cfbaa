import assert from 'node:assert/strict';
import type { Engine } from '../../../../src/decoder/engine';
import type { ServerErrorCode } from '../../../../src/decoder/remote/serverError';
import type { Fault } from '../../../support/testEngine/faults';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine } from '../../../support/testEngine/testEngine';
import { connect, failsWith, impatient, params, quiet, STARTER } from './support';

const BETWEEN = params('Patients with type 2 diabetes were randomly ', { stop: { maxNewTokens: 12 } });
const INSIDE = params('Patients with type 2 diabetes were rand');
const BEAMS = params('The risk of death was ', {
  decoding: { strategy: 'beam', beams: 4 },
  stop: { maxNewTokens: 8 },
});

describe('a server that fails', function () {
  this.timeout(60_000);
  let network: Network;
  let server: TestEngine;
  let remote: Engine;

  before(async () => {
    network = await networkOf(STARTER);
  });
  beforeEach(async () => {
    server = await TestEngine.start(network);
    remote = await connect(server, STARTER);
  });
  afterEach(async () => {
    await quiet(server);
    await remote.dispose();
    await server.close();
  });
  after(() => network.dispose());

  const faults: [string, Fault, ServerErrorCode][] = [
    ['ends before it begins', { cutAfter: 0 }, 'serverUnreachable'],
    ['ends midway', { cutAfter: 2 }, 'serverUnreachable'],
    ['reports an error midway', { errorAfter: 1 }, 'serverFailed'],
    ['reports an error at once', { errorAfter: 0 }, 'serverFailed'],
    ['refuses the key', { status: 401, body: '{"error": "Unauthorized"}' }, 'serverRefusedKey'],
    ['is busy', { status: 429, headers: { 'retry-after': '7' } }, 'serverBusy'],
    ['is loading', { status: 503 }, 'serverBusy'],
    ['has failed', { status: 500 }, 'serverFailed'],
    ['is gone behind its proxy', { status: 502, body: '<html>Bad Gateway</html>' }, 'serverBusy'],
    ['says nothing', { silentAfter: 0 }, 'serverSilent'],
    ['falls silent', { silentAfter: 2 }, 'serverSilent'],
    ['sends a page', { body: '<html>Welcome</html>' }, 'serverUnclear'],
    ['sends half a JSON', { rewrites: (event) => `${event.slice(0, 20)}\n\n` }, 'serverUnclear'],
    ['tells no probabilities', { ignores: ['logprobs'] }, 'serverUnclear'],
    ['tells words', { ignores: ['return_tokens_as_token_ids'] }, 'serverUnclear'],
    [
      'tells impossible probabilities',
      { rewrites: (event) => event.replace(/"token_logprobs":\[[^\]]*\]/, '"token_logprobs":[3]') },
      'serverUnclear',
    ],
  ];
  for (const [what, fault, code] of faults) {
    it(`ends in a clear state, and nothing runs on at it: it ${what}`, async () => {
      server.fault = () => fault;
      const asked = code === 'serverSilent' ? impatient(remote, server, 300) : remote;
      const error = await failsWith(code, asked.complete(BETWEEN));
      assert.equal(error.failure.details!['host'], 'the server');
      await quiet(server);
      server.fault = () => undefined;
      assert.notEqual((await remote.complete(BETWEEN)).text, '', 'it goes on when the server does');
    });
  }

  it('says when a busy server wants to be asked again', async () => {
    server.fault = () => ({ status: 429, headers: { 'retry-after': '7' } });
    assert.equal((await failsWith('serverBusy', remote.complete(BETWEEN))).retryAfterMs, 7000);
  });

  it('shows no control characters of a server', async () => {
    server.fault = () => ({ status: 500, body: JSON.stringify({ error: { message: 'a\u001b[31mb\nc' } }) });
    const { message } = await failsWith('serverFailed', remote.complete(BETWEEN));
    assert.match(message, /a \[31mb c/);
  });

  for (const [where, asked] of [
    ['inside a word', INSIDE],
    ['with beams', BEAMS],
  ] as const) {
    it(`ends all requests where one fails, ${where}`, async () => {
      let refused = false;
      // One is refused, and the others would wait for ever.
      server.fault = () => {
        const first = !refused;
        refused = true;
        return first ? { status: 500 } : { silentAfter: 0 };
      };
      await failsWith('serverFailed', remote.complete(asked));
      await quiet(server);
    });
  }

  it('is waited for while it is slow', async () => {
    const quick = await remote.complete(BETWEEN);
    server.fault = () => ({ slowMs: 250 });
    // Longer in all than a silence may be.
    assert.equal((await impatient(remote, server, 2000).complete(BETWEEN)).text, quick.text);
  });

  it('may sample although it was asked not to: the text is the same', async () => {
    const plain = await remote.complete(BETWEEN);
    // As if another token had been drawn: the second likeliest is told as the chosen one.
    const drawn = (event: string): string => {
      if (!event.includes('top_logprobs')) return event;
      const data = JSON.parse(event.slice('data: '.length)) as {
        choices: [{ logprobs: { tokens: string[]; token_logprobs: number[]; top_logprobs: Record<string, number>[] } }];
      };
      const { logprobs } = data.choices[0];
      const [second] = Object.entries(logprobs.top_logprobs[0]!).sort(([, a], [, b]) => b - a)[1]!;
      logprobs.tokens = [second];
      logprobs.token_logprobs = [logprobs.top_logprobs[0]![second]!];
      return `data: ${JSON.stringify(data)}\n\n`;
    };
    const again = await connect(server, STARTER);
    server.fault = () => ({ rewrites: drawn });
    assert.equal((await again.complete(BETWEEN)).text, plain.text);
  });

  for (const [where, asked] of [
    ['between words', BETWEEN],
    ['inside a word', INSIDE],
    ['with beams', BEAMS],
  ] as const) {
    it(`is asked for nothing any more after a cancellation, ${where}`, async () => {
      server.fault = () => ({ slowMs: 50 });
      const controller = new AbortController();
      const working = remote.complete(asked, { signal: controller.signal });
      while (server.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error('The cursor moved.'));
      await assert.rejects(working, /The cursor moved/);
      const before = server.received.length;
      await quiet(server);
      assert.equal(server.received.length, before);
    });
  }

  it('is told nothing that nobody asked for', async () => {
    const before = server.received.length;
    await remote.prepare({ textBefore: 'Patients with type 2 diabetes', maxNewTokens: 12 });
    assert.equal(server.received.length, before);
  });

  it('is sent ids, and settings, and nothing else', async () => {
    const before = server.received.length;
    await remote.complete(INSIDE);
    await remote.complete(BETWEEN);
    for (const { raw, headers } of server.received.slice(before)) {
      assert.doesNotMatch(raw, /diabetes|Patients|randomly/i);
      assert.equal(headers.authorization, undefined);
      assert.equal(headers.cookie, undefined);
    }
  });
});
