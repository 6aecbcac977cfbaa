import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { ModelError } from '../../../src/modelFolder/modelError';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { english, type Phrase } from '../../../src/modelFolder/phrase';
import { PRECISIONS } from '../../../src/modelFolder/format';
import { Catalogue } from '../../../src/library/catalogue/catalogue';
import { defaultPrecision, estimate } from '../../../src/library/catalogue/estimate';
import type { KnownModel } from '../../../src/library/catalogue/knownModel';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';

const GB = 1e9;

describe('Catalogue', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'biogpt-catalogue-'));
  });
  after(() => rm(folder, { recursive: true }));

  const own = (): KnownModel => {
    const { published, ...model } = structuredClone(Catalogue.builtIn().find('biogpt')!);
    return { ...model, id: 'our-biogpt', name: 'Ours', repo: 'our-lab/biogpt', ...(published && { published }) };
  };
  const read = async (content: unknown): Promise<Catalogue> => {
    const file = join(folder, 'catalogue.json');
    // A file has text where the built-in models have phrases.
    const asText = (key: string, value: unknown): unknown =>
      key === 'summary' && typeof value === 'object' ? english(value as Phrase) : value;
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, asText));
    return Catalogue.read(file);
  };

  describe('built in', () => {
    const { models } = Catalogue.builtIn();

    it("has Microsoft's three models, pinned to whole commits", () => {
      assert.deepEqual(
        models.map(({ id }) => id),
        ['biogpt', 'biogpt-large', 'biogpt-large-pubmedqa'],
      );
      for (const { revision } of models) assert.match(revision, /^[0-9a-f]{40}$/);
    });

    it('has the parameters that follow from the architectures', () => {
      for (const { id, parameters, architecture } of models) {
        const { hiddenSize: h, layers, ffnSize: f, maxPositions, vocabSize } = architecture;
        const layer = 4 * (h * h + h) + 2 * h * f + f + h + 4 * h;
        assert.equal(vocabSize * h + (maxPositions + 2) * h + layers * layer + 2 * h, parameters, id);
      }
    });

    it('downloads at least the parameters in float32', () => {
      for (const { id, parameters, downloadBytes } of models) {
        assert.ok(downloadBytes >= 4 * parameters && downloadBytes < 4.6 * parameters, id);
      }
    });

    it('has published numbers that fit the model, and obeys its own rules', async () => {
      // What a laboratory's file must be, the built-in models are too.
      const renamed = models.map((model) => ({ ...model, id: `our-${model.id}` }));
      const { models: all } = await read({ models: renamed });
      assert.deepEqual(all.slice(models.length), renamed);
      assert.ok(Catalogue.builtIn().find('biogpt')!.published!.generations.length === 3);
    });

    it('finds a model by its id', () => {
      assert.equal(Catalogue.builtIn().find('biogpt-large')?.repo, 'microsoft/BioGPT-Large');
      assert.equal(Catalogue.builtIn().find('gpt2'), undefined);
    });
  });

  it("adds a laboratory's models behind the built-in ones", async () => {
    const catalogue = await read({ models: [own()] });
    assert.equal(catalogue.models.length, 4);
    assert.deepEqual(catalogue.find('our-biogpt'), own());
  });

  it('says that a file is missing', async () => {
    await assert.rejects(
      Catalogue.read(join(folder, 'none.json')),
      (error) => error instanceof ModelError && /none\.json: does not exist/.test(error.message),
    );
  });

  const changed = (change: (model: Record<string, unknown>) => void) => (): unknown => {
    const model = own() as unknown as Record<string, unknown>;
    change(model);
    return { models: [model] };
  };
  type Fields = Record<string, unknown>;
  const part = (model: Fields, key: string): Fields => model[key] as Fields;
  const firstOf = (model: Fields, key: string): Fields => (part(model, 'published')[key] as Fields[])[0]!;
  const refused: [what: string, content: () => unknown, says: RegExp][] = [
    ['no JSON', () => '{"models": [', /is not valid JSON/],
    ['a list', () => [], /is not a JSON object/],
    ['no models', () => ({}), /"models" is missing/],
    ['a key beside models', () => ({ models: [], version: 1 }), /"version": Unknown key\. Known keys: models\./],
    ['an id that is built in', changed((m) => (m['id'] = 'biogpt')), /"models\[0\]\.id": "biogpt" is built in/],
    [
      'an id twice',
      () => ({ models: [own(), own()] }),
      /"models\[1\]\.id": "our-biogpt" is already the ID of models\[0\]/,
    ],
    [
      'an id with capitals',
      changed((m) => (m['id'] = 'Ours')),
      /"models\[0\]\.id" must be lowercase letters, .*, not "/,
    ],
    [
      'an id that leads elsewhere',
      changed((m) => (m['id'] = '../ours')),
      /"models\[0\]\.id" must be lowercase letters, .*, not "/,
    ],
    ['no name', changed((m) => delete m['name']), /"models\[0\]\.name" is missing/],
    ['a blank summary', changed((m) => (m['summary'] = ' ')), /"models\[0\]\.summary" must be text/],
    ['a repository without owner', changed((m) => (m['repo'] = 'biogpt')), /"models\[0\]\.repo" must be a repository/],
    ['a branch as revision', changed((m) => (m['revision'] = 'main')), /"models\[0\]\.revision" must be a commit/],
    [
      'a misspelt key',
      changed((m) => (m['license'] = 'MIT')),
      /"models\[0\]\.license": Unknown key\. Known keys: .*licence/,
    ],
    [
      'a key spelt in another way',
      changed((m) => {
        m['license'] = m['licence'];
        delete m['licence'];
      }),
      /"models\[0\]\.license": Unknown key\. Known keys: .*licence/,
    ],
    ['no file list', changed((m) => (m['files'] = { path: 'a' })), /"models\[0\]\.files" must be a list/],
    [
      'a decoding that is a number',
      changed((m) => (firstOf(m, 'generations')['decoding'] = 5)),
      /generations\[0\]\.decoding" must be/,
    ],
    [
      'a strategy that is a number',
      changed((m) => (firstOf(m, 'generations')['decoding'] = { strategy: 5 })),
      /decoding\.strategy" must be one of greedy, beam, not 5/,
    ],
    [
      'an early stopping of another kind',
      changed((m) => (firstOf(m, 'generations')['decoding'] = { strategy: 'beam', beams: 2, earlyStopping: 'x' })),
      /decoding\.earlyStopping" must be true, false, or "never", not "x"/,
    ],
    [
      'half a layer',
      changed((m) => (part(m, 'architecture')['layers'] = 2.5)),
      /"models\[0\]\.architecture\.layers" must be a whole number from 1 to .*, not 2\.5/,
    ],
    [
      'heads that do not divide',
      changed((m) => (part(m, 'architecture')['heads'] = 7)),
      /architecture\.heads": The hidden size of 1024 is not divisible by 7 attention heads/,
    ],
    [
      'no parameters',
      changed((m) => (m['parameters'] = 0)),
      /"models\[0\]\.parameters" must be a whole number of at least 1, not 0/,
    ],
    [
      'a file elsewhere',
      changed((m) => (m['files'] = [{ path: '../vocab.json' }])),
      /files\[0\]\.path" must be the name of a file, not "\.\.\/vocab/,
    ],
    [
      'a short hash',
      changed((m) => (m['files'] = [{ path: 'a', sha256: 'abc' }])),
      /files\[0\]\.sha256" must be the SHA-256/,
    ],
    [
      'no merges',
      changed((m) => (m['files'] = [{ path: 'config.json' }, { path: 'vocab.json' }])),
      /files": merges\.txt is missing/,
    ],
    [
      'no weights',
      changed((m) => (m['files'] = (m['files'] as unknown[]).slice(0, 3))),
      /files": The weights are missing/,
    ],
    [
      'an id outside the vocabulary',
      changed((m) => (firstOf(m, 'encodings')['ids'] = [2, 42_384])),
      /encodings\[0\]\.ids\[1\]": Token ID 42384 is outside the vocabulary \(0 to 42383\)/,
    ],
    [
      'a logit that is a text',
      changed((m) => (firstOf(m, 'logits')['values'] = [['1']])),
      /logits\[0\]\.values\[0\]\[0\]" must be a number, not "1"/,
    ],
    [
      'more logits than ids',
      changed((m) => (firstOf(m, 'logits')['values'] = Array(9).fill([1]))),
      /logits\[0\]\.values": There can be at most one row/,
    ],
    [
      'random sampling as reference',
      changed((m) => (firstOf(m, 'generations')['decoding'] = { strategy: 'sample' })),
      /generations\[0\]\.decoding\.strategy" must be one of greedy, beam/,
    ],
    [
      'no beams',
      changed((m) => (firstOf(m, 'generations')['decoding'] = { strategy: 'beam' })),
      /decoding\.beams" is missing/,
    ],
    [
      'a length that is too short',
      changed((m) => (firstOf(m, 'generations')['maxLength'] = 3)),
      /generations\[0\]\.maxLength": This must be from 17/,
    ],
  ];
  for (const [what, content, says] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(content()), (error) => {
        assert.ok(error instanceof ModelError, String(error));
        assert.match(error.message, /catalogue\.json: /);
        assert.match(error.message, says);
        return true;
      });
    });
  }
});

describe('estimate', () => {
  const [base, large] = Catalogue.builtIn().models as [KnownModel, KnownModel];
  const within = (value: number, measured: number, share: number): void =>
    assert.ok(Math.abs(value / measured - 1) <= share, `${value / 1e6} MB, measured ${measured / 1e6} MB`);

  it('is near the sizes measured for the base model', () => {
    const cache = 2 * 24 * 1024 * 4 * 1024;
    for (const [precision, disk, resident] of [
      ['fp32', 1.39 * GB, 1.57 * GB],
      ['int8', 0.396 * GB, 0.47 * GB],
      ['int4', 0.19 * GB, 0.323 * GB],
    ] as const) {
      const { diskBytes, memoryBytes } = estimate(base, precision);
      within(diskBytes, disk, 0.05);
      within(memoryBytes - cache, resident, 0.15);
    }
  });

  describe('of a model that is converted', function () {
    this.timeout(60_000);
    let tiny: TinyModel;
    before(async () => {
      tiny = await createTinyModel({ hidden: 512, layers: 4 });
    });
    after(() => tiny.remove());

    it('is the size of its weights', async () => {
      const { description } = await openModelFolder(tiny.dir);
      // The estimate's allowance for vocabulary and graph is a BioGPT's, far more than this toy's.
      const empty = {
        hiddenSize: 0,
        layers: 0,
        heads: 1,
        ffnSize: 0,
        maxPositions: 0,
        vocabSize: 0,
        scaleEmbedding: true,
      };
      for (const precision of PRECISIONS) {
        const small = estimate({ architecture: empty, parameters: 0 }, precision).diskBytes;
        const folder = dirname(tiny.dir);
        const converted = await convert(join(folder, 'tiny'), join(folder, precision), { precision });
        const { bytes } = converted.description.files['model.onnx.data']!;
        within(estimate(description, precision).diskBytes - small, bytes, 0.1);
      }
    });
  });

  it('offers int8 where memory suffices, else int4', () => {
    assert.equal(defaultPrecision(base, 4 * GB), 'int8');
    assert.equal(defaultPrecision(base, 1 * GB), 'int4');
    assert.equal(defaultPrecision(large, 8 * GB), 'int8');
    assert.equal(defaultPrecision(large, 4 * GB), 'int4');
    assert.equal(defaultPrecision(large, 256 * GB), 'int8');
  });
});
