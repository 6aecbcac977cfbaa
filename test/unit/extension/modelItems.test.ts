import './support/vscode';
import assert from 'node:assert/strict';
import type { Installation } from '../../../src/extension/models/installations';
import { modelItems, type ModelItem } from '../../../src/extension/models/modelItems';
import { isOutdated, type ModelListing } from '../../../src/extension/models/modelList';
import type { KnownModel } from '../../../src/library/catalogue/knownModel';
import type { ModelDescription } from '../../../src/modelFolder/format';
import { ModelError } from '../../../src/modelFolder/modelError';
import { phrase } from '../../../src/modelFolder/phrase';
import type { UnfinishedInstall } from '../../../src/library/installation/modelStore';
import type { InstalledModel } from '../../../src/library/installation/types';

const installed = (name: string, changes: Partial<ModelDescription> = {}, shared = false): InstalledModel => ({
  name,
  dir: `/models/${name}`,
  description: {
    name: 'BioGPT',
    precision: 'int8',
    source: 'microsoft/biogpt',
    licence: 'MIT',
    ...changes,
  } as ModelDescription,
  bytes: 400e6,
  shared,
});

const biogpt = {
  id: 'biogpt',
  name: 'BioGPT',
  repo: 'microsoft/biogpt',
  revision: 'eb0d815',
  licence: 'MIT',
  summary: { text: 'Writes biomedical prose', args: [] },
  downloadBytes: 1.56e9,
} as Partial<KnownModel> as KnownModel;

const nothing: ModelListing = {
  use: '',
  starter: { ...installed('starter', { name: 'Starter', precision: 'fp16' }, true), bytes: 14e6 },
  installed: [],
  damaged: [],
  elsewhere: undefined,
  known: [biogpt],
  unfinished: [],
  running: [],
  downloadsAllowed: true,
  hubHost: 'huggingface.co',
  need: () => ({ precision: 'int8', diskBytes: 400e6, memoryBytes: 700e6 }),
  filesBesideFolders: true,
};

const begun = (changes: Partial<UnfinishedInstall> = {}): UnfinishedInstall => ({
  key: 'microsoft--biogpt@eb0d815',
  source: { kind: 'known', id: 'biogpt' },
  precision: 'int4',
  doneBytes: 680e6,
  totalBytes: 1.56e9,
  busy: false,
  paused: true,
  ...changes,
});

/** The list as it is read: separators in brackets, an item's lines joined. */
function read(listing: Partial<ModelListing>): string[] {
  return modelItems({ ...nothing, ...listing }).map((item) =>
    item.kind === 'separator'
      ? `[${item.label}]`
      : `(${item.icon}) ${item.label} | ${item.description} | ${item.detail ?? ''}`,
  );
}

function item(listing: Partial<ModelListing>, label: RegExp): Extract<ModelItem, { kind: 'item' }> {
  const found = modelItems({ ...nothing, ...listing }).find((each) => each.kind === 'item' && label.test(each.label));
  assert.ok(found?.kind === 'item', `no item ${label}`);
  return found;
}

const buttons = (listing: Partial<ModelListing>, label: RegExp): string[] =>
  item(listing, label).buttons.map(({ kind }) => kind);

describe('list of models', () => {
  it('has the starter, what can be installed and the other ways', () => {
    assert.deepEqual(read({}), [
      '[Installed]',
      '(check) Starter | fp16 · 14 MB · in use | Included with the extension. Small and fast.',
      '[Available to install]',
      '(cloud-download) BioGPT | 1.6 GB download · MIT | Needs 400 MB on disk, 700 MB of memory (int8). Writes biomedical prose',
      '[Models from other sources]',
      '(folder-opened) Install from File or Folder… |  | A checkpoint, .tgz archive, or converted model. Works offline.',
      '(globe) Install from Hugging Face… |  | Any repository on huggingface.co that contains a BioGPT model.',
      '[Where the model runs]',
      '(server) Connect to a Server… |  | The model in use then runs on an inference server, to which your text is sent.',
    ]);
    assert.equal(
      read({ server: 'gpu.example.org' }).at(-1),
      '(server) Disconnect from gpu.example.org |  | The model in use then runs on this computer.',
    );
  });

  it('marks the one in use, by its name or by its path', () => {
    const model = installed('biogpt-int8');
    for (const use of ['biogpt-int8', '/models/biogpt-int8']) {
      const lines = read({ use, installed: [model] });
      assert.equal(lines[1], '(blank) Starter | fp16 · 14 MB | Included with the extension. Small and fast.');
      assert.equal(lines[2], '(check) BioGPT | int8 · 400 MB · in use | microsoft/biogpt · MIT');
    }
  });

  it('offers what can be done with each', () => {
    const models = { installed: [installed('biogpt-int8'), installed('common', { name: 'Common' }, true)] };
    assert.deepEqual(buttons(models, /Starter/), ['verify', 'show']);
    assert.deepEqual(buttons(models, /^BioGPT/), ['verify', 'show', 'delete']);
    assert.deepEqual(buttons(models, /Common/), ['verify', 'show'], 'a shared model is not ours to delete');
    const elsewhere = installed('mine', { name: 'Mine' });
    assert.deepEqual(buttons({ elsewhere }, /Mine/), ['verify', 'show']);
  });

  it('offers an update when the catalogue has another revision', () => {
    const at = (revision: string): InstalledModel =>
      installed('biogpt-int8', { origin: { knownModel: 'biogpt', repo: 'microsoft/biogpt', revision } });
    const whole = 'eb0d815aa'.padEnd(40, '0');
    assert.equal(isOutdated(at(whole), [biogpt]), false, 'an abbreviated revision is the same one');
    assert.equal(isOutdated(at('723c5ce'), [biogpt]), true);
    assert.equal(isOutdated({ ...at('723c5ce'), shared: true }, [biogpt]), false);
    assert.deepEqual(buttons({ installed: [at('723c5ce')] }, /^BioGPT/), ['verify', 'show', 'update', 'delete']);
    assert.match(item({ installed: [at('723c5ce')] }, /^BioGPT/).description, /update available/);
  });

  it('says what is wrong with a damaged one', () => {
    const dir = '/models/biogpt-int4';
    const error = new ModelError(dir, phrase`its file ${'model.onnx'} is missing.`, phrase`Install it again.`);
    const damaged = [{ dir, error }];
    const broken = item({ damaged }, /biogpt-int4/);
    assert.equal(broken.detail, 'Its file model.onnx is missing. Install it again.');
    assert.deepEqual(broken.action, { kind: 'repair', model: damaged[0] });
  });

  it('offers to go on with a download, or to throw it away', () => {
    const resumed = item({ unfinished: [begun()] }, /BioGPT/);
    assert.equal(resumed.description, 'int4 · 43% downloaded');
    assert.equal(resumed.detail, '680 MB of 1.6 GB downloaded. Select to resume.');
    assert.equal(resumed.action.kind, 'resume');
    assert.deepEqual(
      resumed.buttons.map(({ kind }) => kind),
      ['discard'],
    );
    const own = begun({ source: { kind: 'hub', repo: 'lab/model' } });
    assert.equal(item({ unfinished: [own] }, /lab\/model/).action.kind, 'resume');
  });

  it('says that another window is at it', () => {
    const busy = item({ unfinished: [begun({ busy: true })] }, /BioGPT/);
    assert.equal(busy.description, 'installing in another VS Code window');
    assert.deepEqual(busy.buttons, []);
  });

  it('shows what is being installed here once, with its progress', () => {
    const running: Installation = {
      label: 'BioGPT',
      request: { source: { kind: 'known', id: 'biogpt' }, precision: 'int4' },
      progress: { phase: 'download', doneBytes: 1e6, totalBytes: 2e6, bytesPerSecond: null, secondsLeft: null },
      outcome: new Promise(() => undefined),
      stop: () => undefined,
      interrupt: () => undefined,
      onProgress: () => undefined,
    };
    const lines = read({ running: [running], unfinished: [begun({ busy: true })] }).filter((line) =>
      line.includes(') BioGPT'),
    );
    assert.deepEqual(lines, ['(sync~spin) BioGPT | int4 · installing | 1 MB of 2 MB']);
    assert.deepEqual(buttons({ running: [running] }, /BioGPT/), ['pause', 'cancel']);
    const converting = { ...running, progress: { phase: 'convert', fraction: 0.4 } as const };
    assert.deepEqual(buttons({ running: [converting] }, /BioGPT/), ['cancel']);
  });

  it('without downloads shows what there would be, and leads to files and folders', () => {
    const listing = { downloadsAllowed: false, unfinished: [] };
    const forbidden = item(listing, /BioGPT/);
    assert.equal(forbidden.description, 'downloads are turned off · MIT');
    assert.deepEqual(forbidden.action, { kind: 'forbidden' });
    assert.ok(!read(listing).some((line) => line.includes('Hugging Face')));
    assert.equal(item({ ...listing, unfinished: [begun()] }, /BioGPT/).action.kind, 'forbidden');
    const whole = begun({ doneBytes: 1.56e9 });
    assert.equal(
      item({ ...listing, unfinished: [whole] }, /BioGPT/).action.kind,
      'resume',
      'nothing is left to be downloaded',
    );
  });

  it('has two ways to the disk where one dialog cannot pick both', () => {
    const ways = read({ filesBesideFolders: false }).filter((line) => line.includes('folder-opened'));
    assert.equal(ways.length, 2);
  });
});
