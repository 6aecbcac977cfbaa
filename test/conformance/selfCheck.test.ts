import assert from 'node:assert/strict';
import type { PublishedNumbers } from '../../src/protocol/installer';
import { inEnglish } from '../support/inEnglish';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdEngine } from '../../src/decoder/idEngine';
import { convert } from '../../src/conversion/convert';
import type { Precision } from '../../src/modelFolder/format';
import { Catalogue } from '../../src/library/catalogue/catalogue';
import { checkModel } from '../../src/conversion/selfCheck/selfCheck';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { optional, required, type Located } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { repositoryRoot, sharedData } from './support/shared';

const starterVocabulary: Located = existsSync(join(repositoryRoot, 'models/starter/vocab.json'))
  ? { path: join(repositoryRoot, 'models/starter') }
  : { missing: 'no vocabulary in models/starter' };

describe('self-check against numbers of transformers', () => {
  let folder: string;
  let published: PublishedNumbers;

  before(async function () {
    const vocabulary = required(this, starterVocabulary);
    const python = required(this, await conformancePython());
    folder = mkdtempSync(join(tmpdir(), 'biogpt-self-check-'));
    await runPython(python, 'self_check_reference.py', ['--vocabulary', vocabulary, '--out', folder]);
    published = JSON.parse(readFileSync(join(folder, 'published.json'), 'utf8')) as PublishedNumbers;
    const lengths = published.generations.map(({ ids, newIds }) => `${ids.length} + ${newIds.length}`);
    console.log(`      generations of ${lengths.join(', ')} tokens`);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const check = async (source: string, precision: Precision): Promise<ReturnType<typeof inEnglish>> => {
    // The starter's tokenizer normalises punctuation; transformers does not.
    const { dir } = await convert(join(folder, source), join(folder, `${source}-${precision}`), {
      precision,
      normalizePunctuation: false,
    });
    const engine = await IdEngine.open(dir);
    try {
      return inEnglish(
        await checkModel(
          {
            vocabSize: engine.tokenizer.vocabSize,
            encode: (text) => engine.tokenizer.encode(text),
            decode: (ids) => engine.tokenizer.decode(ids),
            logits: (ids) => engine.logits(ids),
            generate: async (ids, decoding, stop) => (await engine.generate(ids, decoding, stop)).ids,
          },
          published,
          precision,
        ),
      );
    } finally {
      await engine.dispose();
    }
  };

  it('passes the model at fp32: logits, greedy texts and five beams to the last token', async () => {
    const report = await check('sound', 'fp32');
    for (const line of report.lines) console.log(`      ${line}`);
    assert.deepEqual(report.problems, []);
    assert.equal(report.lines.filter((line) => /produces the \d+ published tokens/.test(line)).length, 3);
  });

  for (const precision of ['fp16', 'int8'] as const) {
    it(`passes the model at ${precision}`, async () => {
      const report = await check('sound', precision);
      assert.deepEqual(report.problems, []);
    });
  }

  it('fails a model with one layer scaled, and says what differs', async () => {
    const { ok, problems } = await check('faulty', 'fp32');
    assert.equal(ok, false);
    for (const problem of problems) console.log(`      ${problem}`);
    const says = /^Logits of .* \(position \d, token \d: -?[\d.]+ instead of -?[\d.]+\)/;
    assert.ok(problems.some((line) => says.test(line)));
  });
});

describe('published numbers of BioGPT', () => {
  it('have the ids that its vocabulary gives their texts', function () {
    const vocabulary = optional(this, sharedData('biogpt-vocabulary'));
    const { encodings, generations } = Catalogue.builtIn().find('biogpt')!.published!;
    const read = (name: string): string => readFileSync(join(vocabulary, name), 'utf8');
    const tokenizer = BioGptTokenizer.fromFiles(read('vocab.json'), read('merges.txt'), { normalizePunctuation: true });
    for (const { text, ids } of encodings) assert.deepEqual(tokenizer.encode(text), ids, text);
    const texts = generations.map(({ ids, newIds }) => tokenizer.decode([...ids, ...newIds]));
    assert.deepEqual(texts, [
      'Hello, my dog is a little bit bigger than a little bit.',
      'Today, I have a good idea of how to use the information',
      encodings.at(-1)!.text,
    ]);
  });
});
