import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { openSourceFolder } from '../../../src/conversion/source/openSourceFolder';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { rejectsWith } from '../conversion/support/throws';
import { temporaryFolder, writeHuggingFaceFolder } from '../conversion/support/tinyModel';

const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0a'.repeat(32)}\nsize 1511900000\n`;
const ANNEX = '/annex/objects/SHA256E-s1511900000--0a0a.data\n';

/** What may stand in the place of a file: how it gets there, and what is told. */
const STAND_INS: [title: string, place: (path: string) => void, ...told: RegExp[]][] = [
  [
    'a link to a drive that is not connected',
    (path) => symlinkSync('/mnt/no-such-drive/biogpt/weights', path),
    /is a link to \/mnt\/no-such-drive\/biogpt\/weights, which does not exist\./,
    /Connect the drive/,
  ],
  [
    'a link to an object that git-annex has not fetched',
    (path) => symlinkSync('../.git/annex/objects/Zq/1x/SHA256E-s1--0a/SHA256E-s1--0a', path),
    /is a link to \.\.\/\.git\/annex/,
    /such as git-annex/,
  ],
  [
    'a link into the cache of DVC, which was emptied',
    (path) => symlinkSync('../.dvc/cache/files/md5/a0/123', path),
    /is a link to \.\.\/\.dvc\/cache/,
    /such as git-annex/,
  ],
  ['a link through a file', (path) => symlinkSync(join(__filename, 'weights'), path), /is a link to .+does not exist/],
  ['a pointer of Git LFS', (path) => writeFileSync(path, LFS), /has not been fetched/, /Run "git lfs pull"/],
  [
    'a pointer of Git LFS from before it had its name',
    (path) => writeFileSync(path, LFS.replace('git-lfs', 'hawser')),
    /Run "git lfs pull"/,
  ],
  [
    'a link to a pointer of Git LFS',
    (path) => {
      writeFileSync(`${path}.pointer`, LFS);
      symlinkSync(`${path}.pointer`, path);
    },
    /Run "git lfs pull"/,
  ],
  ['a pointer of git-annex', (path) => writeFileSync(path, ANNEX), /has not been fetched/, /Run "git annex get \."/],
  [
    'a link of git-annex that git wrote as text',
    (path) => writeFileSync(path, `../..${'/.git'}${ANNEX.trim()}`),
    /Run "git annex get \."/,
  ],
  ['what DVC has not fetched', (path) => writeFileSync(`${path}.dvc`, 'outs:\n- md5: 0a\n'), /Run "dvc pull"/],
];

describe('what stands in the place of a file', () => {
  let dir: string;
  let source: string;
  let model: string;
  let remove: () => void;

  beforeEach(async () => {
    [dir, remove] = temporaryFolder();
    source = join(dir, 'hf');
    model = join(dir, 'model');
    writeHuggingFaceFolder(source);
  });
  afterEach(() => remove());

  for (const [title, place, ...told] of STAND_INS) {
    it(`${title}: in a model folder`, async () => {
      await convert(source, model, { precision: 'fp32' });
      for (const name of ['model.onnx.data', 'model.onnx', 'vocab.json', 'model.json']) {
        const path = join(model, name);
        renameSync(path, `${path}.kept`);
        place(path);
        await rejectsWith(openModelFolder(model), new RegExp(`${name}: `), ...told);
        for (const left of [path, `${path}.dvc`, `${path}.pointer`]) rmSync(left, { force: true });
        renameSync(`${path}.kept`, path);
      }
      await openModelFolder(model);
    });

    it(`${title}: in a folder to install from`, async () => {
      for (const name of ['model.safetensors', 'vocab.json', 'config.json']) {
        const path = join(source, name);
        renameSync(path, `${path}.kept`);
        place(path);
        await rejectsWith(openSourceFolder(source), new RegExp(`${name}: `), ...told);
        for (const left of [path, `${path}.dvc`, `${path}.pointer`]) rmSync(left, { force: true });
        renameSync(`${path}.kept`, path);
      }
      await (await openSourceFolder(source)).checkpoint.close();
    });
  }

  it('a link that leads to itself is told as such', async () => {
    await convert(source, model, { precision: 'fp32' });
    const path = join(model, 'model.onnx.data');
    rmSync(path);
    symlinkSync('model.onnx.data', path);
    await rejectsWith(openModelFolder(model), /model\.onnx\.data: is a link that leads to itself\./);
  });

  it('a folder or a pipe is no file, and is not waited for', async () => {
    await convert(source, model, { precision: 'fp32' });
    const path = join(model, 'vocab.json');
    rmSync(path);
    mkdirSync(path);
    await rejectsWith(openModelFolder(model), /vocab\.json: is not a file\./);
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    await rejectsWith(openModelFolder(model), /vocab\.json: is not a file\./);
  });

  it('a short file of another kind is a damaged one', async () => {
    await convert(source, model, { precision: 'fp32' });
    for (const text of ['', 'version', 'see https://git-lfs.github.com/spec/v1', '../weights.bin']) {
      writeFileSync(join(model, 'model.onnx.data'), text);
      await rejectsWith(openModelFolder(model), /has \d+ bytes instead of/, /Download or convert the model again/);
    }
    assert.ok(LFS.length < 1024);
  });
});
