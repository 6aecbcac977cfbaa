import assert from 'node:assert/strict';
import type { Engine } from '../../../../src/decoder/engine';
import type { CompleteParams } from '../../../../src/protocol/decoder';
import { networkOf, type Network } from '../../../support/testEngine/network';
import { TestEngine } from '../../../support/testEngine/testEngine';
import { connect, params, plainEngine, quiet, STARTER, TEXTS } from './support';

describe('a model on a server writes what the same model on this machine writes', function () {
  this.timeout(120_000);
  let network: Network;
  let local: Engine;

  before(async () => {
    network = await networkOf(STARTER);
    local = await plainEngine(STARTER);
  });
  after(async () => {
    await local.dispose();
    await network.dispose();
  });

  for (const dialect of ['vllm', 'llamaCpp'] as const) {
    describe(dialect, () => {
      let server: TestEngine;
      let remote: Engine;

      before(async () => {
        server = await TestEngine.start(network, { dialect, skipsTokenizer: true });
        remote = await connect(server, STARTER);
      });
      after(async () => {
        await remote.dispose();
        await server.close();
      });
      afterEach(() => assert.equal(server.died, false, 'no foreign id was sent'));

      const same = async (asked: CompleteParams): Promise<string> => {
        const ours = await local.complete(asked);
        const theirs = await remote.complete(asked);
        await quiet(server);
        assert.deepEqual(
          { text: theirs.text, tokens: theirs.tokens, finishReason: theirs.finishReason },
          { text: ours.text, tokens: ours.tokens, finishReason: ours.finishReason },
          asked.textBefore,
        );
        return theirs.text;
      };

      it('between words', async () => {
        const written: string[] = [];
        for (const text of TEXTS) {
          written.push(await same(params(text)));
          written.push(await same(params(`${text} `)));
        }
        assert.ok(written.filter((text) => text !== '').length >= 6, written.join('|'));
      });

      it('without any gate, to the last token', async () => {
        for (const text of TEXTS) await same(params(`${text} `, { stop: { maxNewTokens: 20 } }));
      });

      it('inside a word, whatever letters are there', async () => {
        const written: string[] = [];
        for (const text of TEXTS) {
          const word = text.slice(0, text.lastIndexOf(' ') + 1);
          const last = text.slice(word.length);
          for (const letters of [2, 3, 4]) written.push(await same(params(word + last.slice(0, letters))));
        }
        assert.ok(written.filter((text) => text !== '').length >= 6, written.join('|'));
      });

      it('with beams', async () => {
        const decoding = { strategy: 'beam', beams: 5 } as const;
        for (const text of TEXTS.slice(0, 3)) {
          await same(params(`${text} `, { decoding, stop: { maxNewTokens: 8, sentenceEnd: true } }));
        }
      });

      it('as descriptions', async () => {
        for (const term of ['diabetes', 'aspirin']) {
          const asked = {
            term,
            decoding: { strategy: 'beam', beams: 5, earlyStopping: true },
            stop: { maxNewTokens: 16, repetition: true },
          } as const;
          const ours = await local.describe(asked);
          const theirs = await remote.describe(asked);
          assert.equal(theirs.text, ours.text);
        }
        await quiet(server);
      });
    });
  }

  it('finishes the first letter of a word by the likeliest piece alone', async () => {
    const server = await TestEngine.start(network);
    // As a server that knows no `logprob_token_ids`.
    server.fault = () => ({ ignores: ['logprob_token_ids'] });
    const remote = await connect(server, STARTER);
    const asked = params('Patients with type 2 diabetes were randomly as');
    assert.match(
      remote.info.server!.lacks.map(({ text }) => text).join(),
      /half-typed words are finished less reliably/,
    );
    assert.equal((await remote.complete(asked)).text, (await local.complete(asked)).text);
    await quiet(server);
    await remote.dispose();
    await server.close();
  });

  it('takes one request for a text that goes as foreseen', async () => {
    const server = await TestEngine.start(network);
    const remote = await connect(server, STARTER);
    const before = server.received.length;
    // Nothing changes what the model finds likeliest.
    const { finishReason } = await remote.complete(params('The cells were grown in a ', { stop: { maxNewTokens: 3 } }));
    assert.equal(finishReason, 'tokenBudget');
    const asked = server.received.slice(before);
    assert.ok(asked.length <= 2, `${asked.length} requests`);
    assert.equal(asked[0]!.body['max_tokens'], 3);
    await quiet(server);
    await remote.dispose();
    await server.close();
  });
});
