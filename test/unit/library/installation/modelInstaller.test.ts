import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCheck } from '../../../../src/installer/checkJob';
import { runInstall } from '../../../../src/installer/installJob';
import { Catalogue } from '../../../../src/library/catalogue/catalogue';
import { HuggingFaceHub } from '../../../../src/library/hub/huggingFaceHub';
import { Interrupted, ModelInstaller, type InstallerParts } from '../../../../src/library/installation/modelInstaller';
import { ModelStore } from '../../../../src/library/installation/modelStore';
import type {
  InstallOptions,
  InstallProgress,
  InstallWorker,
  WorkerHooks,
} from '../../../../src/library/installation/types';
import { TestHub } from '../../../support/testHub/testHub';
import { createTinyModel, type TinyModel } from '../../decoder/support/tinyModel';
import { temporaryFolder } from '../../conversion/support/tinyModel';

/** The installer's work in this process. */
const worker: InstallWorker = {
  install: (job, hooks = {}) => runInstall(job, jobHooks(hooks), () => undefined),
  check: (job, hooks = {}) => runCheck(job, jobHooks(hooks), () => undefined),
};

function jobHooks({ signal, onProgress, hold }: WorkerHooks): Parameters<typeof runInstall>[1] {
  return {
    signal: signal ?? new AbortController().signal,
    onProgress: (stage, fraction) => onProgress?.({ stage, fraction }),
    beforeReplace: async (dir) => void (await hold?.(dir)),
  };
}

const source = { kind: 'hub', repo: 'lab/tiny' } as const;
const options = (more: Partial<InstallOptions> = {}): InstallOptions => ({
  precision: 'int8',
  keepOriginal: false,
  ...more,
});
const WEIGHTS = 'model.safetensors';

describe('ModelInstaller', () => {
  let dir: string;
  let remove: () => void;
  let tiny: TinyModel;
  let checkpoint: string;
  let hub: TestHub;
  let store: ModelStore;

  before(async () => {
    tiny = await createTinyModel();
    checkpoint = join(dirname(tiny.dir), 'tiny');
  });
  after(() => tiny.remove());

  beforeEach(async () => {
    [dir, remove] = temporaryFolder();
    hub = await TestHub.start();
    await hub.publish('lab/tiny', checkpoint);
    store = new ModelStore(join(dir, 'models'));
  });
  afterEach(async () => {
    await hub.close();
    remove();
  });

  const installer = (parts: Partial<InstallerParts> = {}): ModelInstaller =>
    new ModelInstaller({
      store,
      worker,
      catalogue: Catalogue.builtIn(),
      hub: new HuggingFaceHub({ endpoint: hub.url, fetch }),
      ...parts,
    });
  const downloads = (): string[] =>
    readdirSync(join(store.root, '.downloads')).filter((name) => !name.endsWith('.lock'));

  it('downloads, verifies, converts and checks, and tells how far it is', async () => {
    const phases: InstallProgress['phase'][] = [];
    const onProgress = ({ phase }: InstallProgress): void => {
      if (phases.at(-1) !== phase) phases.push(phase);
    };
    const model = await installer().install(source, options({ onProgress }));
    assert.equal(model.name, 'lab--tiny-int8');
    assert.deepEqual(model.description.origin, {
      repo: 'lab/tiny',
      revision: await hub.publish('lab/tiny', checkpoint),
    });
    assert.deepEqual(phases, ['resolve', 'download', 'verify', 'convert', 'check']);
    assert.deepEqual(downloads(), []);
    assert.deepEqual((await installer().verify(model)).problems, []);
  });

  it('has a model let go of when it is made anew: once it is ready to take its place', async () => {
    const held: string[] = [];
    const hold = async (modelDir: string): Promise<() => void> => {
      const [old] = (await store.list()).models;
      held.push(`${modelDir} of ${old?.description.origin?.revision}`);
      return () => undefined;
    };
    const old = await installer({ hold }).install(source, options());
    assert.deepEqual(held, [], 'nothing was there');
    await installer({ hold }).install(source, options());
    assert.deepEqual(held, [`${old.dir} of ${old.description.origin?.revision}`]);
  });

  it('keeps the original by choice and makes another precision from it', async () => {
    await installer().install(source, options({ keepOriginal: true }));
    assert.equal(downloads().length, 1);
    const sent = hub.bytesSent(WEIGHTS);
    const second = await installer().install(source, options({ precision: 'fp32' }));
    assert.equal(second.name, 'lab--tiny-fp32');
    assert.equal(hub.bytesSent(WEIGHTS), sent);
    assert.deepEqual(
      (await store.list()).models.map(({ name }) => name),
      ['lab--tiny-fp32', 'lab--tiny-int8'],
    );
  });

  it('makes it from the kept original without a Hub, too', async () => {
    await installer().install(source, options({ keepOriginal: true }));
    const model = await installer({ hub: null }).install(source, options({ precision: 'fp32' }));
    assert.equal(model.description.precision, 'fp32');
  });

  it('fetches anew when the branch has moved on from what was kept', async () => {
    const first = await installer().install(source, options({ keepOriginal: true }));
    writeFileSync(join(checkpoint, 'README.md'), 'A new commit.');
    try {
      const commit = await hub.publish('lab/tiny', checkpoint);
      assert.equal(await installer().latestRevision(first), commit);
      const second = await installer().install(source, options());
      assert.equal(second.description.origin?.revision, commit);
    } finally {
      rmSync(join(checkpoint, 'README.md'));
    }
  });

  it('keeps apart what is called alike, and replaces only what came from the same place', async () => {
    const from = (...path: string[]): string => {
      const copy = join(dir, ...path);
      cpSync(checkpoint, copy, { recursive: true });
      return copy;
    };
    const install = async (path: string): Promise<string> =>
      (await installer().install({ kind: 'local', path }, options())).name;
    const paths = [from('run-1', 'checkpoint-500'), from('run-2', 'checkpoint-500'), from('Модель'), from('モデル')];
    const names: string[] = [];
    for (const path of paths) names.push(await install(path));
    assert.deepEqual([names[0], names[2]], ['checkpoint-500-int8', 'model-int8']);
    assert.match(names[1]!, /^checkpoint-500-[0-9a-f]{8}-int8$/);
    assert.equal(new Set(names).size, 4);
    for (const [index, path] of paths.entries()) assert.equal(await install(path), names[index]);
    assert.equal((await store.list()).models.length, 4);
    // A repository whose folder has the name of one of these, and two whose names fold to one.
    await hub.publish('a--b/c', checkpoint);
    await hub.publish('a/b--c', checkpoint);
    const [first, second] = [
      await installer().install({ kind: 'hub', repo: 'a--b/c' }, options()),
      await installer().install({ kind: 'hub', repo: 'a/b--c' }, options()),
    ];
    assert.notEqual(first.name, second.name);
    assert.equal((await store.list()).models.length, 6);
  });

  it('says what to do where downloads are forbidden, and asks nobody', async () => {
    await assert.rejects(
      installer({ hub: null }).install(source, options()),
      /biogpt\.hub\.allowDownloads.*file or folder/,
    );
    assert.deepEqual(hub.requests, []);
    const model = await installer({ hub: null }).install({ kind: 'local', path: checkpoint }, options());
    assert.equal(model.name, 'tiny-int8');
  });

  it('looks for disk space before the weights are fetched', async () => {
    const installing = installer({ freeBytes: async () => 1e6 }).install(source, options());
    await assert.rejects(installing, /needs 0\.2 GB of free disk space, but only 0\.0 GB is free/);
    assert.equal(hub.bytesSent(WEIGHTS), 0);
  });

  it('refuses a repository that is no BioGPT before its weights are fetched', async () => {
    const other = join(dir, 'other');
    mkdirSync(other);
    for (const name of ['vocab.json', 'merges.txt', WEIGHTS]) writeFileSync(join(other, name), 'x'.repeat(2000));
    writeFileSync(join(other, 'config.json'), JSON.stringify({ model_type: 'gpt2' }));
    await hub.publish('lab/other', other);
    await assert.rejects(installer().install({ kind: 'hub', repo: 'lab/other' }, options()), /"gpt2", not "biogpt"/);
    assert.equal(hub.bytesSent(WEIGHTS), 0);
    await assert.rejects(installer().install({ kind: 'hub', repo: 'no name' }, options()), /owner\/name/);
    await assert.rejects(installer().install({ kind: 'known', id: 'gpt2' }, options()), /Available: biogpt,/);
  });

  it('does not take a mirror’s word for a known model', async () => {
    const catalogue = join(dir, 'catalogue.json');
    const [biogpt] = Catalogue.builtIn().models;
    const known = {
      ...biogpt!,
      summary: 'For writing.',
      id: 'lab-tiny',
      repo: 'lab/tiny',
      revision: await hub.publish('lab/tiny', checkpoint),
      files: [
        { path: 'config.json' },
        { path: 'vocab.json' },
        { path: 'merges.txt' },
        { path: WEIGHTS, sha256: 'a'.repeat(64) },
      ],
    };
    delete (known as Partial<typeof known>).published;
    writeFileSync(catalogue, JSON.stringify({ models: [known] }));
    const installing = installer({ catalogue: await Catalogue.read(catalogue) }).install(
      { kind: 'known', id: 'lab-tiny' },
      options(),
    );
    // A small file is no LFS file: the Hub names git's hash, and ours is compared with the bytes.
    await assert.rejects(installing, /not the published one/);
    assert.deepEqual((await store.list()).models, []);
  });

  it('writes nothing more into a download that another process has taken over', async () => {
    hub.plan = ({ path }) => (path.endsWith(WEIGHTS) ? { kind: 'slow', bytesPerSecond: 2e4 } : undefined);
    const [download] = [join(dir, 'models', '.downloads')];
    let folder = '';
    const onProgress = (progress: InstallProgress): void => {
      if (progress.phase !== 'download' || progress.doneBytes === 0 || folder !== '') return;
      [folder] = readdirSync(download).filter((name) => !name.endsWith('.lock')) as [string];
      // As after a long sleep of the machine: the lock is another's by its time, and the other goes on.
      utimesSync(join(download, `${folder}.lock`), 1, 1);
    };
    await assert.rejects(installer().install(source, options({ onProgress })), /Another process has taken over/);
    const state = JSON.parse(readFileSync(join(download, folder, 'download.json'), 'utf8')) as { paused: boolean };
    assert.equal(state.paused, false);
  });

  for (const { title, reason, paused } of [
    { title: 'a download its user has stopped is not offered again', reason: new Error('enough'), paused: true },
    { title: 'one that the end of the editor has stopped is', reason: new Interrupted('closing'), paused: false },
  ]) {
    it(title, async () => {
      const abort = new AbortController();
      const onProgress = ({ phase }: InstallProgress): void => {
        if (phase === 'verify') abort.abort(reason);
      };
      await assert.rejects(installer().install(source, options({ signal: abort.signal, onProgress })), reason);
      const [unfinished] = await store.unfinished();
      assert.equal(unfinished!.paused, paused);
      assert.equal(unfinished!.doneBytes, unfinished!.totalBytes);
      const sent = hub.bytesSent(WEIGHTS);
      await installer().install(unfinished!.source, options());
      assert.equal(hub.bytesSent(WEIGHTS), sent);
      assert.ok(existsSync(store.dirOf('lab--tiny-int8')));
    });
  }
});
