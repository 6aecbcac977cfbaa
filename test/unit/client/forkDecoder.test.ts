import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { CompleteParams, GenerationProgress } from '../../../src/protocol/decoder';
import { failureOf } from '../../../src/protocol/failure';
import { describeEnd, ProcessEnded } from '../../../src/ipc/processEnd';
import type { DecoderProcess } from '../../../src/client/decoder';
import { forkDecoder } from '../../../src/client/forkDecoder';

const modulePath = fileURLToPath(new URL('support/decoderProcess.mjs', import.meta.url));
const prompt = (textBefore: string): CompleteParams => ({
  textBefore,
  decoding: { strategy: 'greedy' },
  stop: { maxNewTokens: 1 },
});

describe('decoder process', () => {
  let output: string[];
  let decoder: DecoderProcess;

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

  it('passes on what a decoder says that refuses its model, as data', async () => {
    start();
    await assert.rejects(decoder.load({ modelDir: '/bad' }), (error) => {
      assert.deepEqual(failureOf(error), { code: 'notFound', path: '/bad' });
      return true;
    });
    assert.equal((await decoder.load(model)).name, 'scripted', 'it takes another one afterwards');
  });

  it('reads ahead, until the signal says otherwise', async () => {
    start();
    assert.equal((await decoder.prepare({ textBefore: 'say three words', maxNewTokens: 8 })).prefillTokens, 3);
    const controller = new AbortController();
    const reading = decoder.prepare({ textBefore: 'count', maxNewTokens: 8 }, controller.signal);
    // It has arrived once a later request is answered.
    await decoder.status();
    controller.abort(new Error('The cursor moved.'));
    await assert.rejects(reading, /The cursor moved/);
  });

  it('tells a reading that the decoder has called off', async () => {
    start();
    await assert.rejects(decoder.prepare({ textBefore: 'busy', maxNewTokens: 8 }), { name: 'AbortError' });
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
    await assert.rejects(counting, { name: 'AbortError' });
    assert.deepEqual(
      seen.slice(0, 3).map(({ text }) => text),
      ['1', '2', '3'],
    );
    assert.equal((await decoder.complete(prompt('say still here'))).text, 'still here');
  });

  it('does not send what was taken back before', async () => {
    start();
    await assert.rejects(decoder.complete(prompt('die'), { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.equal((await decoder.complete(prompt('say alive'))).text, 'alive');
  });

  it('settles every request when it is killed, and says in words how it ended', async () => {
    start();
    await decoder.load(model);
    const hung = decoder.complete(prompt('hang'));
    const dying = decoder.complete(prompt('die'));
    await assert.rejects(hung, /killed.*out of memory.*SIGKILL/);
    await assert.rejects(dying, /SIGKILL/);
    assert.deepEqual(await decoder.ended, { kind: 'killed', signal: 'SIGKILL' });
    await assert.rejects(decoder.status(), ProcessEnded);
  });

  it('ends when asked to, even with a request under way', async () => {
    start();
    const hung = decoder.complete(prompt('hang'));
    hung.catch(() => undefined);
    decoder.stop();
    assert.deepEqual(await decoder.ended, { kind: 'exited', code: 0 });
    await assert.rejects(hung);
  });

  it('says of a program that is not there that it could not start', async () => {
    output = [];
    decoder = forkDecoder({ modulePath: '/nowhere/decoder.cjs', onOutput: (line) => output.push(line) });
    await assert.rejects(decoder.load(model), /exit code 1/);
    assert.match(output.join('\n'), /Cannot find module/);
  });
});

describe('the end of a process in words', () => {
  it('knows codes and signals', () => {
    assert.equal(describeEnd({ kind: 'exited', code: 3 }), 'it ended with exit code 3');
    assert.match(describeEnd({ kind: 'killed', signal: 'SIGTRAP' }), /Electron/);
    assert.match(describeEnd({ kind: 'killed', signal: 'SIGHUP' }), /SIGHUP/);
    assert.match(describeEnd({ kind: 'notStarted', problem: 'EAGAIN' }), /could not be started \(EAGAIN\)/);
  });
});
