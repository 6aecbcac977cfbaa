import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { processExists } from '../../../src/ipc/parentWatch';
import { Shutdown } from '../../../src/ipc/answering';
import {
  Complete,
  type CompleteParams,
  type CompleteResult,
  type DecoderStatus,
  Describe,
  type DescribeResult,
  type GenerationProgress,
  GenerationProgressed,
  LoadModel,
  type ModelInfo,
  Prepare,
  type PrepareResult,
  Status,
} from '../../../src/protocol/decoder';
import type { Failure } from '../../../src/protocol/failure';
import { bundleOf } from '../../support/bundle';
import { startDecoder, type DecoderProcess } from './support/decoderProcess';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const TEXT = 'the protein binds to the receptor and the cells of patients with cancer is ';
const SECRET = 'mutation receptor immunohistochemistry';

function params(textBefore: string, maxNewTokens = 12): CompleteParams {
  return { textBefore, decoding: { strategy: 'greedy' }, stop: { maxNewTokens, minNewTokens: maxNewTokens } };
}

async function waitFor(condition: () => boolean | Promise<boolean>, ms: number): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > ms) assert.fail(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - started;
}

describe('the decoder process', function () {
  this.timeout(60_000);
  let bundle: { path: string; remove: () => Promise<void> };
  let tiny: TinyModel;
  let slow: TinyModel;
  let decoder: DecoderProcess;
  const started: DecoderProcess[] = [];
  const start = (env?: NodeJS.ProcessEnv, args?: readonly string[]): DecoderProcess => {
    const one = startDecoder(bundle.path, env, args);
    started.push(one);
    return one;
  };
  const complete = (p: CompleteParams): Promise<CompleteResult> => decoder.connection.sendRequest(Complete, p);
  const prepare = (textBefore: string, maxNewTokens = 12): Promise<PrepareResult> =>
    decoder.connection.sendRequest(Prepare, { textBefore, maxNewTokens });
  const status = (): Promise<DecoderStatus> => decoder.connection.sendRequest(Status, {});
  const load = (dir: string): Promise<ModelInfo> => decoder.connection.sendRequest(LoadModel, { modelDir: dir });
  /** @param code of the failure, or of JSON-RPC */
  const rejectsWith = (code: string | number, pattern: RegExp, request: Promise<unknown>): Promise<void> =>
    assert.rejects(request, (error: unknown) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(typeof code === 'string' ? (error.data as Failure).code : error.code, code);
      assert.match(error.message, pattern);
      return true;
    });

  before(async () => {
    bundle = await bundleOf('decoder');
    tiny = await createTinyModel();
    slow = await createTinyModel({ hidden: 256, layers: 6, maxPositions: 1024 });
    decoder = start();
  });
  after(async () => {
    for (const { connection, child } of started) {
      connection.dispose();
      child.kill('SIGKILL');
    }
    await bundle?.remove();
    await tiny?.remove();
    await slow?.remove();
  });

  it('has no model at first', async () => {
    await rejectsWith('noModel', /loadModel/, complete(params(TEXT)));
    const { pid, model, rssBytes, cachedTokens } = await status();
    assert.deepEqual([pid, model, cachedTokens], [decoder.child.pid, null, 0]);
    assert.ok(rssBytes > 10e6);
  });

  it('names what is wrong with a model folder', async () => {
    await rejectsWith('notFound', /does not exist/, load('/nowhere/at/all'));
    const dir = await mkdtemp(join(tmpdir(), 'biogpt-bad-'));
    await writeFile(join(dir, 'model.json'), '{"formatVersion": 1}');
    await rejectsWith('unusable', /model\.json/, load(dir));
    await rm(dir, { recursive: true });
  });

  it('loads a model and completes, streaming', async () => {
    const info = await load(tiny.dir);
    assert.equal(info.name, 'tiny');
    assert.equal(info.backend, 'native');
    const seen: GenerationProgress[] = [];
    const subscription = decoder.connection.onProgress(
      GenerationProgressed,
      'p1',
      (progress) => void seen.push(progress),
    );
    const result: CompleteResult = await decoder.connection.sendRequest(Complete, {
      ...params(TEXT),
      progressToken: 'p1',
    });
    subscription.dispose();
    assert.equal(result.finishReason, 'tokenBudget');
    assert.equal(result.timings.decodedTokens, 12);
    assert.equal(seen.length, 12);
    assert.deepEqual(
      seen.map(({ tokens }) => tokens),
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    assert.ok(seen.at(-1)!.text.startsWith(result.text));
    assert.doesNotMatch(result.text, /^\s| {2}/);
    assert.deepEqual((await complete(params(TEXT))).text, result.text);
  });

  it('describes a term as the writer spelt it', async () => {
    const result: DescribeResult = await decoder.connection.sendRequest(Describe, {
      term: 'TNF/α',
      decoding: { strategy: 'beam', beams: 3, earlyStopping: true },
      stop: { maxNewTokens: 8, minNewTokens: 4 },
    });
    assert.equal(result.term, 'TNF/α');
    // Random weights: whole sentences, or nothing.
    assert.match(result.text, /^$|^TNF\/α is.*[.!?]$/);
    await rejectsWith(
      'badRequest',
      /Enter a term/,
      decoder.connection.sendRequest(Describe, {
        term: ' ',
        decoding: { strategy: 'greedy' },
        stop: { maxNewTokens: 8 },
      }),
    );
  });

  it('computes only what was typed since', async () => {
    const { timings } = await complete(params(`${TEXT}a`, 2));
    const next = await complete(params(`${TEXT}a protein `, 2));
    assert.ok(next.timings.reusedTokens >= timings.reusedTokens + timings.prefillTokens - 1);
    assert.ok(next.timings.prefillTokens <= 3, String(next.timings.prefillTokens));
    // Back to the shorter text: the cache is cut, nothing but the last token is computed again.
    const back = await complete(params(`${TEXT}a`, 2));
    assert.equal(back.timings.prefillTokens, 1);
  });

  it('reads ahead, so that the completion computes only what was typed since', async () => {
    const read = `in ${TEXT}`;
    const prepared = await prepare(`${read}th`);
    assert.ok(prepared.prefillTokens >= 15, String(prepared.prefillTokens));
    const { timings } = await complete(params(`${read}the `, 2));
    assert.equal(timings.prefillTokens, 1);
    await rejectsWith('badRequest', /maxNewTokens/, prepare(read, 0));
  });

  it('reads the manuscript again behind a description', async () => {
    const text = `on ${TEXT}`;
    const { timings } = await complete(params(text, 2));
    await decoder.connection.sendRequest(Describe, {
      term: 'TNF',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 2 },
    });
    await waitFor(async () => (await status()).cachedTokens === timings.prefillTokens + timings.reusedTokens, 5000);
    assert.equal((await complete(params(text, 2))).timings.prefillTokens, 0);
  });

  it('reports speed and memory', async () => {
    await complete(params(`of ${TEXT}`, 20));
    const { prefillTokensPerSecond, decodeTokensPerSecond, cachedTokens, model } = await status();
    assert.ok(prefillTokensPerSecond! > 0 && decodeTokensPerSecond! > 0);
    assert.ok(cachedTokens > 20);
    assert.equal(model?.name, 'tiny');
  });

  it('refuses numbers that make no sense', async () => {
    await rejectsWith('badRequest', /maxNewTokens/, complete(params(TEXT, 0)));
  });

  it('ends a cancelled request midway: while decoding, in a prefill, in the queue', async () => {
    await load(slow.dir);
    // What a text repeats tells it from another, however much of its front is cut off.
    const long = TEXT.repeat(60);
    const another = `of ${TEXT}`.repeat(50);
    const third = `a ${TEXT}`.repeat(50);
    const cancelOnce = async (begun: () => Promise<boolean>, p: CompleteParams): Promise<void> => {
      const source = new CancellationTokenSource();
      const request = decoder.connection.sendRequest(Complete, p, source.token);
      await waitFor(begun, 10_000);
      source.cancel();
      await rejectsWith(-32800, /abort|cancel/, request);
    };
    const cached = async (): Promise<number> => (await status()).cachedTokens;
    // What is in the cache tells how far a request came; times would only tell how busy the machine is.
    const { timings } = await complete(params(long, 1));
    const prompt = timings.prefillTokens;
    await cancelOnce(async () => (await cached()) > prompt + 2, params(long, 400));
    assert.ok((await cached()) < prompt + 400);
    // Another text has cut the cache down: its first chunk is in.
    await cancelOnce(async () => (await cached()) < prompt, params(another, 1));
    assert.ok((await cached()) < prompt, `a prefill of ${prompt} tokens ran to its end`);
    let done = false;
    const running = complete(params(third, 30)).then(() => (done = true));
    await cancelOnce(async () => true, params(TEXT));
    await status();
    assert.ok(!done, 'the queue and status are answered while a request runs');
    await running;
  });

  it('stops reading ahead for whoever asks, and keeps what was read', async () => {
    const long = `on ${TEXT}`.repeat(50);
    for (let tries = 0; ; tries++) {
      assert.ok(tries < 50, 'no reading was ended midway');
      await load(tiny.dir);
      const reading = prepare(long).then(
        () => undefined,
        (error: { code?: number }) => error.code,
      );
      // Waiting in between would be waiting too long: this model reads all of it in milliseconds.
      const { timings } = await complete(params(long, 1));
      const ended = await reading;
      if (ended !== undefined) assert.equal(ended, -32800);
      if (ended !== undefined && timings.reusedTokens >= 64 && timings.prefillTokens > 1) break;
    }
  });

  it('writes no text of the user to its log', async () => {
    await complete(params(SECRET));
    for (const word of SECRET.split(' ')) assert.ok(!decoder.errors().includes(word), word);
    assert.match(decoder.errors(), /Loaded tiny \(fp32, native\)/);
  });

  it('runs below normal priority', async () => {
    assert.equal(getPriority(decoder.child.pid), constants.priority.PRIORITY_BELOW_NORMAL);
  });

  it('takes what others leave, with all its threads, where nobody waits for it', async () => {
    decoder = start({}, ['--background']);
    await load(tiny.dir);
    await complete(params(TEXT));
    assert.equal(getPriority(decoder.child.pid), constants.priority.PRIORITY_LOW);
  });

  it('is left without a model by a load that fails, takes another, and ends when told', async () => {
    await rejectsWith('notFound', /nowhere/, load('/nowhere'));
    assert.equal((await status()).model, null);
    await load(tiny.dir);
    await decoder.connection.sendRequest(Shutdown, {});
    assert.equal(await decoder.ended, 0);
  });

  it('works without the native path', async () => {
    decoder = start({ BIOGPT_BACKEND: 'plain' });
    assert.equal((await load(tiny.dir)).backend, 'plain');
    assert.equal((await complete(params(TEXT))).tokens > 0, true);
  });

  for (const backend of ['native', 'plain']) {
    it(`${backend}: writes no files: neither text nor the runtime's telemetry`, async () => {
      const home = await mkdtemp(join(tmpdir(), 'biogpt-home-'));
      const own = { HOME: home, USERPROFILE: home, XDG_CACHE_HOME: home, TMPDIR: home, TEMP: home, TMP: home };
      // The runtime is silent by itself where it sees a CI machine.
      decoder = start({ ...own, BIOGPT_BACKEND: backend, CI: '', GITHUB_ACTIONS: '', ORT_DISABLE_TELEMETRY: '' });
      await load(tiny.dir);
      await complete(params(TEXT));
      await decoder.connection.sendRequest(Shutdown, {});
      await decoder.ended;
      assert.deepEqual(await readdir(home), []);
      await rm(home, { recursive: true });
    });
  }

  it('ends when the channel closes, even while it generates', async () => {
    decoder = start();
    await load(slow.dir);
    complete(params(TEXT.repeat(60), 400)).catch(() => undefined);
    await waitFor(async () => (await status()).cachedTokens > 0, 10_000);
    decoder.connection.dispose();
    decoder.child.disconnect();
    const before = performance.now();
    assert.equal(await decoder.ended, 0);
    assert.ok(performance.now() - before < 2000);
  });

  it('ends when its parent is killed', async function () {
    if (process.platform === 'win32') this.skip();
    // A parent of its own, which forks the decoder, tells its id and waits to be killed.
    const script = `const child = require('node:child_process').fork(${JSON.stringify(bundle.path)}, [], { execArgv: [] });
      console.log(child.pid); setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(
      await new Promise<string>((resolve) => parent.stdout.once('data', (d: Buffer) => resolve(String(d)))),
    );
    assert.ok(processExists(pid));
    parent.kill('SIGKILL');
    await waitFor(() => !processExists(pid), 3000);
  });

  it('refuses to run without a parent to talk to', async () => {
    const alone = spawn(process.execPath, [bundle.path], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    alone.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const code = await new Promise((resolve) => alone.on('close', resolve));
    assert.equal(code, 2);
    assert.match(errors, /started by the editor/);
  });
});
