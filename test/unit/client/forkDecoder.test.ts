import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { CompleteParams, GenerationProgress } from '../../../src/protocol/decoder';
import { Cancelled, describeExit } from '../../../src/ipc/rpcProcess';
import { forkDecoder, type ForkedDecoder } from '../../../src/client/forkDecoder';

const modulePath = fileURLToPath(new URL('support/decoderProcess.mjs', import.meta.url));
const prompt = (textBefore: string): CompleteParams => ({
  textBefore,
  decoding: { strategy: 'greedy' },
  stop: { maxNewTokens: 1 },
});

describe('decoder process', () => {
  let output: string[];
  let decoder: ForkedDecoder;

  const model = { modelDir: '/models/a', threads: 3 };

  function start(): void {
    output = [];
    decoder = forkDecoder({ modulePath, onOutput: (line) => output.push(line) });
  }

  afterEach(async () => {
    decoder.stop();
    await decoder.ended;
  });

  it('is forked as Node, loads its model and answers', async () => {
    start();
    const loaded = await decoder.load(model);
    assert.equal(loaded.name, 'scripted');
    assert.equal(loaded.precision, '1', 'ELECTRON_RUN_AS_NODE reaches the process');
    assert.equal(loaded.parameters, 3);
    assert.equal((await decoder.complete(prompt('say it was raised'))).text, 'it was raised');
    assert.deepEqual(output, ['loading /models/a']);
  });

  it('passes on the words of a decoder that refuses its model', async () => {
    start();
    await assert.rejects(decoder.load({ modelDir: '/bad' }), { message: 'There is no model in /bad.' });
    assert.equal((await decoder.load(model)).name, 'scripted', 'it takes another one afterwards');
  });

  it('reads ahead, until the signal says otherwise', async () => {
    start();
    assert.equal((await decoder.prepare({ textBefore: 'say three words', maxNewTokens: 8 })).prefillTokens, 3);
    const controller = new AbortController();
    const reading = decoder.prepare({ textBefore: 'count', maxNewTokens: 8 }, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(reading, Cancelled);
  });

  it('streams, and cancels when the signal says so', async () => {
    start();
    const controller = new AbortController();
    const seen: GenerationProgress[] = [];
    const counting = decoder.complete(prompt('count'), {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (seen.length === 3) controller.abort();
      },
    });
    await assert.rejects(counting, Cancelled);
    assert.deepEqual(
      seen.slice(0, 3).map(({ text }) => text),
      ['1', '2', '3'],
    );
    assert.equal((await decoder.complete(prompt('say still here'))).text, 'still here');
  });

  it('does not send what was taken back before', async () => {
    start();
    await assert.rejects(decoder.complete(prompt('die'), { signal: AbortSignal.abort() }), Cancelled);
    assert.equal((await decoder.complete(prompt('say alive'))).text, 'alive');
  });

  it('settles every request when it is killed, and says in words how it ended', async () => {
    start();
    await decoder.load(model);
    const hung = decoder.complete(prompt('hang'));
    const dying = decoder.complete(prompt('die'));
    await assert.rejects(hung, /killed.*out of memory.*SIGKILL/);
    await assert.rejects(dying, /SIGKILL/);
    assert.match(await decoder.ended, /SIGKILL/);
    await assert.rejects(decoder.status(), /SIGKILL/);
  });

  it('ends when asked to, even with a request under way', async () => {
    start();
    const hung = decoder.complete(prompt('hang'));
    hung.catch(() => undefined);
    decoder.stop();
    assert.equal(await decoder.ended, 'it ended by itself');
    await assert.rejects(hung);
  });

  it('says of a program that is not there that it could not start', async () => {
    output = [];
    decoder = forkDecoder({ modulePath: '/nowhere/decoder.cjs', onOutput: (line) => output.push(line) });
    await assert.rejects(decoder.load(model), /exit code 1/);
    assert.match(output.join('\n'), /Cannot find module/);
  });
});

describe('exit in words', () => {
  it('knows codes and signals', () => {
    assert.equal(describeExit(3, null), 'it ended with exit code 3');
    assert.match(describeExit(null, 'SIGTRAP'), /Electron/);
    assert.match(describeExit(null, 'SIGHUP'), /SIGHUP/);
  });
});
