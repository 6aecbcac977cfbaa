import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { IdEngine } from '../../../src/decoder/idEngine';
import { OrtNative } from '../../../src/decoder/session/ortNative';
import { openPrepared } from '../../../src/decoder/session/preparedGraph';
import { replaceModelFolder } from '../../../src/modelFolder/folderTransaction';
import { openModelFolder, verifyModelFolder } from '../../../src/modelFolder/modelFolder';
import { ModelStore } from '../../../src/library/installation/modelStore';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const PROBE = [2, 5, 70, 149, 31];

/** Moves a file elsewhere and leaves a link in its place. */
function moveAway(file: string, target: string, linked = target): void {
  mkdirSync(dirname(target), { recursive: true });
  renameSync(file, target);
  symlinkSync(linked, file);
}

/** How people keep models elsewhere. Each is given a copy of a model, and an empty folder beside it. */
const WAYS: Record<string, (model: string, elsewhere: string) => void> = {
  'weights on a second disk': (model, elsewhere) =>
    moveAway(join(model, 'model.onnx.data'), join(elsewhere, 'model.onnx.data')),
  'everything in git-annex': (model, elsewhere) => {
    for (const [i, name] of readdirSync(model).entries()) {
      const key = `SHA256E-s1--${i}0ff${name.replace(/^[^.]*/, '')}`;
      const object = join(elsewhere, '.git', 'annex', 'objects', `${i}x`, 'Zq', key, key);
      moveAway(join(model, name), object, relative(model, object));
      chmodSync(object, 0o444);
    }
  },
  'everything in the cache of DVC': (model, elsewhere) => {
    for (const [i, name] of readdirSync(model).entries()) {
      moveAway(join(model, name), join(elsewhere, 'files', 'md5', `a${i}`, '0123456789abcdef0123456789abcd'));
    }
  },
  "everything in the Hub's cache": (model, elsewhere) => {
    for (const [i, name] of readdirSync(model).entries()) {
      const blob = join(elsewhere, 'blobs', `${i}`.repeat(64));
      moveAway(join(model, name), blob, relative(model, blob));
    }
  },
  'weights behind a link to a link': (model, elsewhere) => {
    const data = join(model, 'model.onnx.data');
    moveAway(data, join(elsewhere, 'real', 'weights.bin'));
    moveAway(data, join(elsewhere, 'first'), join(elsewhere, 'first'));
  },
  'weights under another name in the same folder': (model) =>
    moveAway(join(model, 'model.onnx.data'), join(model, 'weights.bin'), 'weights.bin'),
  'weights in a folder with an odd name': (model, elsewhere) =>
    moveAway(join(model, 'model.onnx.data'), join(elsewhere, 'Données & Modèle #1 (100%)', 'poids “α”.bin')),
  'a name as long as names can be': (model, elsewhere) =>
    moveAway(join(model, 'model.onnx.data'), join(elsewhere, 'w'.repeat(255))),
  'the graph alone elsewhere': (model, elsewhere) =>
    moveAway(join(model, 'model.onnx'), join(elsewhere, 'graph', 'g.onnx')),
  'the folder itself elsewhere': (model, elsewhere) => moveAway(model, join(elsewhere, 'biogpt')),
  'its parent elsewhere, and the weights too': (model, elsewhere) => {
    moveAway(join(model, 'model.onnx.data'), join(elsewhere, 'a', 'model.onnx.data'));
    moveAway(model, join(elsewhere, 'b', 'biogpt'));
  },
  'weights that another folder shares (hard link)': (model, elsewhere) =>
    linkSync(join(model, 'model.onnx.data'), join(elsewhere, 'model.onnx.data')),
  'everything shared with a backup (hard links)': (model, elsewhere) => {
    for (const name of readdirSync(model)) linkSync(join(model, name), join(elsewhere, name));
  },
};

describe('a model whose files are links', function () {
  this.timeout(60_000);
  let tiny: TinyModel;
  let expected: Float32Array[];
  let root: string;
  let model: string;
  let elsewhere: string;

  async function logitsOf(dir: string, backend: 'native' | 'plain'): Promise<Float32Array[]> {
    const engine = await IdEngine.open(dir, { threads: 1, backend });
    try {
      return await engine.logits(PROBE);
    } finally {
      await engine.dispose();
    }
  }

  before(async () => {
    tiny = await createTinyModel();
    expected = await logitsOf(tiny.dir, 'native');
  });
  after(() => tiny.remove());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'biogpt-linked-'));
    model = join(root, 'models', 'tiny');
    elsewhere = join(root, 'elsewhere');
    cpSync(tiny.dir, model, { recursive: true });
    mkdirSync(elsewhere);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [title, linkAway] of Object.entries(WAYS)) {
    for (const backend of ['native', 'plain'] as const) {
      it(`${title}: the ${backend} path computes the same`, async () => {
        linkAway(model, elsewhere);
        assert.deepEqual(await logitsOf(model, backend), expected);
      });
    }
    it(`${title}: is verified and listed`, async () => {
      linkAway(model, elsewhere);
      await verifyModelFolder(await openModelFolder(model));
      const { models, damaged } = await new ModelStore(dirname(model)).list();
      assert.deepEqual([models.map(({ name }) => name), damaged], [['tiny'], []]);
    });
  }

  it('is removed without what its links lead to', async () => {
    for (const title of ['everything in git-annex', 'the folder itself elsewhere']) {
      WAYS[title]!(model, elsewhere);
      const before = readdirSync(elsewhere, { recursive: true });
      const store = new ModelStore(dirname(model));
      await store.remove({ dir: model, shared: false });
      assert.ok(!existsSync(model), title);
      assert.deepEqual(readdirSync(elsewhere, { recursive: true }), before, title);
      cpSync(tiny.dir, model, { recursive: true });
      rmSync(elsewhere, { recursive: true });
      mkdirSync(elsewhere);
    }
  });

  it('is replaced without what its links lead to', async () => {
    WAYS['the folder itself elsewhere']!(model, elsewhere);
    await replaceModelFolder(model, async (temporary) => cpSync(tiny.dir, temporary, { recursive: true }));
    await openModelFolder(join(elsewhere, 'biogpt'));
    await openModelFolder(model);
    assert.deepEqual(readdirSync(dirname(model)), [basename(model)]);
  });

  it('keeps a packed form in its own folder', async () => {
    const large = await createTinyModel({ precision: 'int8', quantization: 'channels', hidden: 1024, layers: 1 });
    const native = await OrtNative.load();
    try {
      const graph = join(large.dir, 'model.onnx');
      moveAway(`${graph}.data`, join(elsewhere, 'key'));
      const lines: string[] = [];
      const options = { threads: 1, leastBytes: 1, agree: async () => true, log: (line: string) => lines.push(line) };
      (await openPrepared(native, graph, options)).dispose();
      (await openPrepared(native, graph, { ...options, agree: () => assert.fail('it is made twice') })).dispose();
      assert.deepEqual(lines, []);
      assert.deepEqual(readdirSync(elsewhere), ['key']);
      assert.equal(readdirSync(large.dir).filter((name) => name.startsWith('prepared-')).length, 1);
    } finally {
      await large.remove();
    }
  });
});
