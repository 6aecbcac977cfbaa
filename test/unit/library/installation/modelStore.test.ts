import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert } from '../../../../src/conversion/convert';
import { DownloadFolder, type DownloadState } from '../../../../src/library/installation/downloadFolder';
import { withLock } from '../../../../src/library/installation/lock';
import { ModelStore } from '../../../../src/library/installation/modelStore';
import { temporaryFolder, writeHuggingFaceFolder } from '../../conversion/support/tinyModel';

describe('ModelStore', () => {
  let dir: string;
  let remove: () => void;
  let store: ModelStore;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    writeHuggingFaceFolder(join(dir, 'source'));
    store = new ModelStore(join(dir, 'own'), join(dir, 'shared'));
  });
  afterEach(() => remove());

  const put = (root: string, name: string): Promise<unknown> =>
    convert(join(dir, 'source'), join(dir, root, name), { precision: 'fp32', name });

  it('is empty before anything is installed', async () => {
    assert.deepEqual(await store.list(), { models: [], damaged: [] });
    assert.deepEqual(await store.unfinished(), []);
    await store.cleanLeftovers();
  });

  it('lists its own and the shared models, its own first where names are equal', async () => {
    await put('own', 'b');
    await put('shared', 'a');
    await put('shared', 'b');
    const { models, damaged } = await store.list();
    assert.deepEqual(
      models.map(({ name, shared }) => [name, shared]),
      [
        ['a', true],
        ['b', false],
      ],
    );
    assert.deepEqual(damaged, []);
    assert.ok(models.every(({ bytes, description }) => bytes > 0 && description.precision === 'fp32'));
  });

  it('tells of a damaged model and does not offer it', async () => {
    await put('own', 'a');
    truncateSync(join(dir, 'own', 'a', 'model.onnx.data'), 10);
    const { models, damaged } = await store.list();
    assert.deepEqual(models, []);
    assert.match(damaged[0]!.error.message, /model\.onnx\.data has 10 bytes instead of/);
  });

  it('leaves other folders and temporary ones out', async () => {
    await put('own', '.a.partial-1-00000000-00000000');
    mkdirSync(join(dir, 'own', 'notes'));
    assert.deepEqual(await store.list(), { models: [], damaged: [] });
  });

  it('deletes a model, but no shared one', async () => {
    await put('own', 'a');
    await put('shared', 'b');
    await store.remove((await store.find('a'))!);
    assert.equal(await store.find('a'), undefined);
    assert.deepEqual(readdirSync(join(dir, 'own')), []);
    await assert.rejects(store.remove((await store.find('b'))!), /shared models folder/);
    assert.ok(await store.find('b'));
  });

  describe('unfinished downloads', () => {
    const state: DownloadState = {
      key: 'lab--model@main',
      source: { kind: 'hub', repo: 'lab/model' },
      precision: 'int8',
      paused: false,
      installed: false,
      listing: {
        repo: 'lab/model',
        revision: 'a'.repeat(40),
        files: [
          { name: 'config.json', bytes: 10, hash: { algorithm: 'git-sha1', hex: 'b'.repeat(40) } },
          { name: 'pytorch_model.bin', bytes: 1000, hash: { algorithm: 'sha256', hex: 'c'.repeat(64) } },
        ],
      },
    };
    let download: DownloadFolder;

    beforeEach(async () => {
      await store.prepare();
      download = new DownloadFolder(store.root, state.key);
      await download.write(state);
      writeFileSync(download.file('config.json'), 'x'.repeat(10));
      writeFileSync(download.file('pytorch_model.bin.part'), 'x'.repeat(250));
    });

    it('are listed with what they have', async () => {
      assert.deepEqual(await store.unfinished(), [
        {
          key: state.key,
          source: state.source,
          precision: 'int8',
          paused: false,
          doneBytes: 260,
          totalBytes: 1010,
          busy: false,
        },
      ]);
    });

    it('are busy while somebody works on them, and cannot be discarded then', async () => {
      await withLock(download.dir, { wait: false }, async () => {
        assert.equal((await store.unfinished())[0]!.busy, true);
        await assert.rejects(store.discard(state), /another VS Code window/);
      });
      await store.discard(state);
      assert.deepEqual(readdirSync(join(store.root, '.downloads')), []);
    });

    it('that are kept originals go with the last model made from them', async () => {
      await download.write({ ...state, installed: true });
      const origin = { repo: 'lab/model', revision: 'a'.repeat(40) };
      for (const name of ['one', 'two']) {
        await convert(join(dir, 'source'), join(dir, 'own', name), { precision: 'fp32', origin });
      }
      await store.remove((await store.find('one'))!);
      assert.ok(await download.read());
      await store.remove((await store.find('two'))!);
      assert.deepEqual(readdirSync(join(store.root, '.downloads')), []);
    });

    it('are not listed when the model is installed and the files are kept, or nothing is known of them', async () => {
      await download.write({ ...state, installed: true });
      assert.deepEqual(await store.unfinished(), []);
      rmSync(download.file('download.json'));
      assert.deepEqual(await store.unfinished(), []);
    });
  });
});
