import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { createTinyModel, type TinyModel } from '../unit/decoder/support/tinyModel';
import { requireNamespaces, runWatched, type WatchedRun } from './support/watchedRun';

const root = join(__dirname, '..', '..');
const cli = join(root, 'dist', 'cli.cjs');

describe('without a network', function () {
  this.timeout(120_000);
  let folder: string;
  let models: string;
  let tiny: TinyModel;

  before(async function () {
    requireNamespaces(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-offline-'));
    models = join(folder, 'models');
    tiny = await createTinyModel();
  });

  after(async () => {
    await tiny?.remove();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const biogpt = (...args: string[]): WatchedRun => runWatched([cli, ...args], folder);
  function succeeds(run: WatchedRun): WatchedRun {
    assert.equal(run.code, 0, run.errors);
    assert.deepEqual(run.sockets, []);
    return run;
  }

  it('a program that opens a socket is seen', () => {
    const run = runWatched(['-e', "require('net').connect(80, '127.0.0.1').on('error', () => undefined)"], folder);
    assert.ok(
      run.sockets.some((call) => call.includes('AF_INET')),
      run.sockets.join('\n'),
    );
  });

  it('has no interface to send anything through', () => {
    const script = "const os = require('os'); console.log(JSON.stringify(os.networkInterfaces()))";
    assert.equal(runWatched(['-e', script], folder).output.trim(), '{}');
  });

  it('a model is installed from a folder, verified and listed', () => {
    const source = join(dirname(tiny.dir), 'tiny');
    const where = ['--folder', models, '--json'];
    const { name } = JSON.parse(
      succeeds(biogpt('models', 'install', source, '--precision', 'int8', ...where)).output,
    ) as { name: string };
    const report = JSON.parse(succeeds(biogpt('models', 'verify', name, ...where)).output) as { ok: boolean };
    assert.equal(report.ok, true);
    const list = JSON.parse(succeeds(biogpt('models', 'list', ...where)).output) as { models: { name: string }[] };
    assert.deepEqual(
      list.models.map((model) => model.name),
      [name],
    );
  });

  it('what would need the Hub says so, and why', () => {
    const run = biogpt('models', 'install', 'microsoft/biogpt', '--folder', models);
    assert.equal(run.code, 1);
    assert.match(run.errors, /error: .*huggingface\.co.*network/s);
    const forbidden = biogpt('models', 'install', 'biogpt', '--offline', '--folder', models);
    assert.equal(forbidden.code, 1);
    assert.match(forbidden.errors, /biogpt\.hub\.allowDownloads/);
    assert.deepEqual(forbidden.sockets, []);
  });

  it('the installed model and the starter complete and describe', () => {
    const [name] = readdirSync(models).filter((entry) => !entry.startsWith('.'));
    const starter = join(root, 'models', 'starter');
    for (const model of [join(models, name!), starter]) {
      const { tokens } = JSON.parse(
        succeeds(biogpt('complete', '--model', model, '--text', 'The patients were', '--until', 'budget', '--json'))
          .output,
      ) as { tokens: number };
      // Random weights may write nothing that ends with a whole word.
      if (model === starter) assert.ok(tokens > 0);
      const { definitions, text } = JSON.parse(
        succeeds(biogpt('describe', 'asthma', '--model', model, '--ask-anyway', '--json')).output,
      ) as {
        definitions: object[];
        text: string;
      };
      assert.ok(definitions.length > 0);
      // Random weights may end no sentence.
      assert.match(text, model === starter ? /^asthma is .*\.$/ : /^$|^asthma is .*[.!?]$/);
    }
  });

  it('the decoder process answers the extension without a socket', async () => {
    const [name] = readdirSync(models).filter((entry) => !entry.startsWith('.'));
    const driver = join(folder, 'askDecoder.cjs');
    await build({
      entryPoints: [join(__dirname, 'support', 'askDecoder.ts')],
      outfile: driver,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    });
    const decoder = join(root, 'dist', 'decoder.cjs');
    assert.ok(existsSync(decoder));
    const starter = join(root, 'models', 'starter');
    for (const model of [join(models, name!), starter]) {
      const run = succeeds(runWatched([driver, decoder, model], folder));
      const answer = JSON.parse(run.output) as { decodedTokens: number; description: string };
      assert.ok(answer.decodedTokens > 0);
      // Random weights may end no sentence.
      assert.match(answer.description, model === starter ? /^asthma is .*\.$/ : /^$|^asthma is .*[.!?]$/);
    }
  });
});
