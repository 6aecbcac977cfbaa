import './support/vscode';
import assert from 'node:assert/strict';
import { Installations, type Install, type InstallRequest } from '../../../src/extension/models/installations';
import { windowEnds } from '../../../src/extension/models/backend';
import type { InstalledModel, InstallOptions, InstallProgress } from '../../../src/library/installation/types';
import { settle } from '../completion/support/fakeClock';

const biogpt: InstallRequest = { source: { kind: 'known', id: 'biogpt' }, precision: 'int8' };
const model = { name: 'biogpt-int8', dir: '/models/biogpt-int8' } as InstalledModel;

/** An installer that does what the test says. */
class ScriptedInstaller {
  readonly runs: {
    options: InstallOptions;
    finish: (model: InstalledModel) => void;
    fail: (error: unknown) => void;
  }[] = [];

  readonly install: Install = (_source, options) =>
    new Promise((finish, fail) => {
      options.signal!.addEventListener('abort', () => fail(options.signal!.reason), { once: true });
      this.runs.push({ options, finish, fail });
    });
}

describe('installations', () => {
  let installer: ScriptedInstaller;
  let installations: Installations;
  let changes: number;
  let time: number;

  beforeEach(() => {
    installer = new ScriptedInstaller();
    changes = 0;
    time = 0;
    installations = new Installations(
      installer.install,
      () => true,
      () => changes++,
      () => time,
    );
  });

  it('run until the model is there', async () => {
    const installation = installations.start(biogpt, 'BioGPT');
    assert.deepEqual(installations.running, [installation]);
    assert.equal(installer.runs[0]!.options.precision, 'int8');
    assert.equal(installer.runs[0]!.options.keepOriginal, true);
    installer.runs[0]!.finish(model);
    assert.deepEqual(await installation.outcome, { kind: 'installed', model, unverified: [] });
    await settle();
    assert.deepEqual(installations.running, []);
    assert.equal(changes, 2, 'told of the start and the end');
  });

  it('of the same model are one, of another precision another', () => {
    const first = installations.start(biogpt, 'BioGPT');
    assert.equal(installations.find({ source: { kind: 'known', id: 'biogpt' }, precision: 'int8' }), first);
    assert.equal(installations.find({ ...biogpt, precision: 'int4' }), undefined);
    assert.notEqual(installations.start({ ...biogpt, precision: 'int4' }, 'BioGPT'), first);
    assert.equal(installer.runs.length, 2);
  });

  it('take "main" for the revision of a repository that names none', () => {
    const hub = (revision?: string): InstallRequest => ({
      source: { kind: 'hub', repo: 'lab/model', ...(revision !== undefined && { revision }) },
      precision: 'fp32',
    });
    const first = installations.start(hub(), 'lab/model');
    assert.equal(installations.find(hub('main')), first);
    assert.equal(installations.find(hub('v2')), undefined);
  });

  for (const how of ['paused', 'cancelled'] as const) {
    it(`end as ${how} when they are, whatever breaks on the way`, async () => {
      const installation = installations.start(biogpt, 'BioGPT');
      installation.stop(how);
      installation.stop('cancelled');
      assert.deepEqual(await installation.outcome, { kind: 'stopped', how });
    });
  }

  it('can be started again after they were stopped', async () => {
    const first = installations.start(biogpt, 'BioGPT');
    first.stop('paused');
    await first.outcome;
    await settle();
    const second = installations.start(biogpt, 'BioGPT');
    assert.notEqual(second, first);
    installer.runs[1]!.finish(model);
    assert.equal((await second.outcome).kind, 'installed');
  });

  it('pass on why they failed', async () => {
    const installation = installations.start(biogpt, 'BioGPT');
    installer.runs[0]!.fail(new Error('The Hub is away.'));
    const outcome = await installation.outcome;
    assert.ok(outcome.kind === 'failed' && (outcome.error as Error).message === 'The Hub is away.');
  });

  it('tell of each phase at once, and of steps within one a few times a second', () => {
    const installation = installations.start(biogpt, 'BioGPT');
    const seen: InstallProgress[] = [];
    installation.onProgress((progress) => seen.push(progress));
    const { onProgress } = installer.runs[0]!.options;
    for (let step = 0; step <= 100; step++) {
      time += 10;
      onProgress!({ phase: 'convert', fraction: step / 100 });
    }
    onProgress!({ phase: 'check', fraction: 0 });
    assert.deepEqual(seen.slice(0, 2), [
      { phase: 'convert', fraction: 0 },
      { phase: 'convert', fraction: 0.2 },
    ]);
    assert.equal(seen.length, 7);
    assert.deepEqual(installation.progress, { phase: 'check', fraction: 0 });
  });

  it('are interrupted, not cancelled, by the editor’s end', async () => {
    const installation = installations.start(biogpt, 'BioGPT');
    installations.interrupt(windowEnds());
    assert.equal((installer.runs[0]!.options.signal!.reason as Error).name, 'Interrupted');
    await installation.outcome;
  });
});
