import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { openModelFolder, verifyModelFolder } from '../../../src/modelFolder/modelFolder';
import { rejectsWith } from '../conversion/support/throws';
import { temporaryFolder, writeHuggingFaceFolder } from '../conversion/support/tinyModel';

describe('the packaged model', () => {
  it('says that it is not fit to describe terms', async () => {
    const { description } = await openModelFolder(join(__dirname, '..', '..', '..', 'models', 'starter'));
    assert.equal(description.describes, false);
  });
});

describe('openModelFolder', () => {
  let dir: string;
  let model: string;
  let remove: () => void;

  beforeEach(async () => {
    [dir, remove] = temporaryFolder();
    model = join(dir, 'model');
    writeHuggingFaceFolder(join(dir, 'hf'));
    await convert(join(dir, 'hf'), model, { precision: 'fp32' });
  });
  afterEach(() => remove());

  /* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the edits break the type on purpose */
  type Editable = any;

  /** Rewrites model.json. */
  const edit = (change: (description: Editable) => void): void => {
    const path = join(model, 'model.json');
    const description = JSON.parse(readFileSync(path, 'utf8'));
    change(description);
    writeFileSync(path, JSON.stringify(description));
  };

  it('gives the description and absolute paths', async () => {
    const { dir: opened, description, paths } = await openModelFolder(model);
    assert.equal(opened, model);
    assert.equal(description.name, 'hf');
    assert.deepEqual(paths, {
      graph: join(model, 'model.onnx'),
      weights: join(model, 'model.onnx.data'),
      vocab: join(model, 'vocab.json'),
      merges: join(model, 'merges.txt'),
    });
  });

  it('says that a Hugging Face folder must be converted', async () => {
    await rejectsWith(
      openModelFolder(join(dir, 'hf')),
      /is a Hugging Face folder/,
      /Convert it first: npm run -s biogpt -- convert/,
    );
  });

  it('says that a folder is no model, or not there', async () => {
    mkdirSync(join(dir, 'other'));
    await rejectsWith(openModelFolder(join(dir, 'other')), /has no model\.json/);
    await rejectsWith(openModelFolder(join(dir, 'none')), /none: does not exist/);
    await rejectsWith(
      openModelFolder(join(model, 'vocab.json')),
      /is a file, but a folder is needed|no model\.json|does not exist/,
    );
  });

  it('asks for an update when the format is newer', async () => {
    edit((description) => (description.formatVersion = 2));
    await rejectsWith(openModelFolder(model), /format version 2/, /Update the extension/);
  });

  it('names a file that is missing or has another size', async () => {
    writeFileSync(join(model, 'merges.txt'), 'short');
    await rejectsWith(openModelFolder(model), /merges\.txt has 5 bytes instead of \d+/, /convert the model again/);
    rmSync(join(model, 'model.onnx.data'));
    await rejectsWith(openModelFolder(model), /(merges\.txt|model\.onnx\.data)/);
    rmSync(join(model, 'vocab.json'));
    await rejectsWith(openModelFolder(model), /vocab\.json is missing/);
  });

  it('finds a changed byte when asked to verify', async () => {
    const path = join(model, 'model.onnx.data');
    const bytes = readFileSync(path);
    bytes[1234]! ^= 1;
    writeFileSync(path, bytes);
    const folder = await openModelFolder(model);
    await rejectsWith(verifyModelFolder(folder), /model\.onnx\.data has changed since the model was installed/);
    await assert.rejects(verifyModelFolder(folder, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  const nonsense: [string, (description: Editable) => void, RegExp][] = [
    ['no version', (d) => delete d.formatVersion, /"formatVersion"/],
    ['an old version', (d) => (d.formatVersion = 0), /"formatVersion"/],
    ['an unknown precision', (d) => (d.precision = 'int2'), /"precision"/],
    ['no architecture', (d) => delete d.architecture, /"architecture"/],
    ['negative layers', (d) => (d.architecture.layers = -1), /"architecture\.layers"/],
    ['a size that no memory holds', (d) => (d.architecture.hiddenSize = 2e9), /is more than any BioGPT model has/],
    ['heads that do not divide', (d) => (d.architecture.heads = 5), /is not divisible by its 5 attention heads/],
    ['no tokenizer', (d) => (d.tokenizer = null), /"tokenizer"/],
    ['a switch that is text', (d) => (d.tokenizer.normalizePunctuation = 'no'), /normalizePunctuation/],
    ['no files', (d) => (d.files = []), /"files"/],
    ['a graph that is not among its files', (d) => (d.graph = 'other.onnx'), /"other\.onnx" among its files/],
    ['a graph elsewhere', (d) => (d.files['../../x.onnx'] = d.files['model.onnx']), /outside its folder/],
    ['an inherited name', (d) => (d.weights = 'toString'), /"toString" among its files/],
    [
      'a hash that is none',
      (d) => (d.files['model.onnx'].sha256 = 'abc'),
      /files\.model\.onnx\.sha256" must be the SHA-256/,
    ],
    ['a name that is a number', (d) => (d.name = 7), /"name"/],
  ];
  for (const [title, change, pattern] of nonsense) {
    it(`refuses a description with ${title}`, async () => {
      edit(change);
      await rejectsWith(openModelFolder(model), /model\.json: /, pattern);
    });
  }

  it('refuses a description that is not JSON', async () => {
    writeFileSync(join(model, 'model.json'), '{"formatVersion": 1');
    await rejectsWith(openModelFolder(model), /not valid JSON/);
    writeFileSync(join(model, 'model.json'), '[]');
    await rejectsWith(openModelFolder(model), /not a JSON object/);
  });
});
