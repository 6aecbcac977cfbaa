import assert from 'node:assert/strict';
import { english } from '../../../src/modelFolder/phrase';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { openSourceFolder } from '../../../src/conversion/source/openSourceFolder';
import type { SourceFolder } from '../../../src/conversion/source/sourceFolder';
import { vocabularyFromDict } from '../../../src/conversion/source/fairseqVocabulary';
import { fairseqCheckpoint, tinyDict, writeFairseqFolder, type FairseqFolderContent } from './support/fairseqFolder';
import { op } from './support/pickleWriter';
import { rejectsWith, throwsWith } from './support/throws';
import { temporaryFolder, tinyConfig, tinyTensors, tinyVocabulary, writeHuggingFaceFolder } from './support/tinyModel';

const flag = (value: boolean): Buffer => op.code(value ? 0x88 : 0x89);

describe('source folders', () => {
  let dir: string;
  let remove: () => void;
  let source: string;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    source = join(dir, 'source');
  });
  afterEach(() => remove());

  const opened = async <Result>(
    content: FairseqFolderContent,
    use: (folder: SourceFolder) => Result,
  ): Promise<Result> => {
    writeFairseqFolder(source, content);
    const folder = await openSourceFolder(source);
    try {
      return use(folder);
    } finally {
      await folder.checkpoint.close();
    }
  };
  const refuses = async (content: FairseqFolderContent, ...patterns: RegExp[]): Promise<void> => {
    writeFairseqFolder(source, content);
    await rejectsWith(openSourceFolder(source), ...patterns);
  };

  it('say what they must hold', async () => {
    mkdirSync(source);
    await rejectsWith(
      openSourceFolder(source),
      /source: contains no model/,
      /config\.json/,
      /checkpoint\.pt, dict\.txt, and bpecodes/,
    );
    writeFileSync(join(dir, 'file'), '');
    await rejectsWith(openSourceFolder(join(dir, 'file')), /is not a folder/);
    await rejectsWith(openSourceFolder(join(dir, 'absent')), /does not exist/);
  });

  it('of both forms give the same model', async () => {
    const tensors = tinyTensors(tinyConfig());
    writeFairseqFolder(source, { tensors });
    writeHuggingFaceFolder(join(dir, 'hf'), { merges: 'w 4</w> 12\n' });
    const fairseq = await convert(source, join(dir, 'a'), { precision: 'fp32' });
    const huggingFace = await convert(join(dir, 'hf'), join(dir, 'b'), { precision: 'fp32' });
    assert.deepEqual(fairseq.warnings, []);
    assert.deepEqual(fairseq.description.architecture, huggingFace.description.architecture);
    for (const file of ['model.onnx', 'model.onnx.data', 'merges.txt']) {
      assert.deepEqual(fairseq.description.files[file], huggingFace.description.files[file], file);
    }
    assert.deepEqual(JSON.parse(readFileSync(join(dir, 'a', 'vocab.json'), 'utf8')), tinyVocabulary(29));
  });

  describe('of fairseq', () => {
    it('tell the network by its weights where the settings are silent', async () => {
      const config = tinyConfig({ hidden_size: 64, num_attention_heads: 1 });
      const architecture = await opened(
        { tensors: tinyTensors(config), settings: {} },
        ({ config }) => config.architecture,
      );
      assert.deepEqual(architecture, {
        hiddenSize: 64,
        layers: 2,
        heads: 1,
        ffnSize: 48,
        maxPositions: 20,
        vocabSize: 29,
        scaleEmbedding: true,
      });
    });
    it('refuse when nothing tells the number of heads', () => refuses({ settings: {} }, /number of attention heads/));
    it('keep unscaled embeddings', async () => {
      const settings = { decoder_attention_heads: op.int(2), no_scale_embedding: flag(true) };
      assert.equal(await opened({ settings }, ({ config }) => config.architecture.scaleEmbedding), false);
    });

    const head = (): FairseqFolderContent['tensors'] => tinyTensors(tinyConfig({ tie_word_embeddings: false }));
    const heads = { decoder_attention_heads: op.int(2) };
    it('keep a head of their own, by the setting', async () => {
      const settings = { ...heads, share_decoder_input_output_embed: flag(false) };
      assert.equal(await opened({ tensors: head()!, settings }, ({ config }) => config.tieWordEmbeddings), false);
    });
    it('keep a head of their own, by the weights', async () => {
      const tensors = head()!;
      assert.equal(await opened({ tensors, settings: heads }, ({ config }) => config.tieWordEmbeddings), false);
      tensors.set('output_projection.weight', structuredClone(tensors.get('biogpt.embed_tokens.weight')!));
      assert.equal(await opened({ tensors, settings: heads }, ({ config }) => config.tieWordEmbeddings), true);
    });

    const others: [string, Buffer, RegExp][] = [
      ['activation_fn', op.text('relu'), /activation_fn = "relu"; BioGPT has "gelu"/],
      ['activation_fn', op.text('gelu_fast'), /activation_fn = "gelu_fast"/],
      ['decoder_normalize_before', flag(false), /decoder_normalize_before = false/],
      ['no_decoder_final_norm', flag(true), /no_decoder_final_norm = true/],
      ['layernorm_embedding', flag(true), /layernorm_embedding = true/],
      ['decoder_learned_pos', flag(false), /decoder_learned_pos = false/],
      ['adaptive_softmax_cutoff', op.text('10,20'), /adaptive_softmax_cutoff = "10,20"/],
      ['add_bos_token', flag(true), /add_bos_token = true/],
      ['decoder_layers', op.int(3), /decoder_layers = 3, but its weights have 2/],
      ['decoder_attention_heads', op.int(3), /3 attention heads, but its hidden size/],
    ];
    for (const [key, value, pattern] of others) {
      it(`refuse another network: ${key}`, () =>
        refuses({ settings: { ...heads, [key]: value } }, /checkpoint\.pt: /, pattern));
    }
    it('refuse tensors that BioGPT has not', async () => {
      const tensors = tinyTensors(tinyConfig());
      tensors.set('biogpt.layers.0.attn_ln.weight', { shape: [1], values: new Float32Array(1) });
      await refuses({ tensors }, /has the tensor "decoder\.layers\.0\.attn_ln\.weight"/);
    });
    it("refuse missing tensors, by fairseq's names", async () => {
      const tensors = tinyTensors(tinyConfig());
      tensors.delete('biogpt.layers.1.fc2.bias');
      await refuses({ tensors }, /tensor "decoder\.layers\.1\.fc2\.bias" is missing/);
      tensors.delete('biogpt.embed_positions.weight');
      await refuses({ tensors }, /has no tensor "decoder\.embed_positions\.weight"/);
    });

    for (const name of ['dict.txt', 'bpecodes']) {
      it(`without ${name} say where to get it`, async () => {
        writeFairseqFolder(source);
        rmSync(join(source, name));
        await rejectsWith(
          openSourceFolder(source),
          new RegExp(`but no ${name}`),
          /github\.com\/microsoft\/BioGPT, folder data/,
        );
      });
    }
    it('refuse bpecodes that are none', () =>
      refuses({ bpecodes: 'a b c d\n' }, /bpecodes: has a line that is not a merge rule\. Line 1: "a b c d"/));
    it('choose among checkpoints, and say which', async () => {
      writeFairseqFolder(source);
      writeFileSync(join(source, 'checkpoint_avg.pt'), fairseqCheckpoint());
      writeFileSync(join(source, 'checkpoint_12.pt'), 'not looked at');
      rmSync(join(source, 'checkpoint.pt'));
      const folder = await openSourceFolder(source);
      await folder.checkpoint.close();
      assert.deepEqual(folder.tensors.warnings.map(english), [
        `${source}: checkpoint_avg.pt was used, and the other checkpoints were ignored (checkpoint_12.pt).`,
      ]);
    });
    it('of old PyTorch are refused, saying so', async () => {
      writeFairseqFolder(source);
      writeFileSync(join(source, 'checkpoint.pt'), readFileSync(join(__dirname, 'fixtures/legacy.bin')));
      await rejectsWith(openSourceFolder(source), /PyTorch before version 1\.6/);
    });
  });

  describe('vocabulary from dict.txt', () => {
    const none = new Map();
    const make = (
      dict: string,
      rows: number,
      task = new Map<string, string | number | boolean>(),
    ): Record<string, number> =>
      JSON.parse(vocabularyFromDict('dict.txt', dict, rows, task).json) as Record<string, number>;

    it('spells pieces as Hugging Face does', () => {
      const dict = 'the 9\nof@@ 8\n1@@ 7\n__proto__@@ 6\n@-@ 5\na b 4\nmadeupword0000 0\n';
      assert.deepEqual(
        Object.entries(make(dict, 11)).sort((a, b) => a[1] - b[1]),
        [
          ['<s>', 0],
          ['<pad>', 1],
          ['</s>', 2],
          ['<unk>', 3],
          ['the</w>', 4],
          ['of', 5],
          ['1', 6],
          ['__proto__', 7],
          ['@-@</w>', 8],
          ['a b</w>', 9],
          ['madeupword0000</w>', 10],
        ],
      );
    });
    it('keeps the rows of a soft prompt', () => {
      const learned = make('a 1\n', 14, new Map([['learned_prompt', 9]]));
      assert.deepEqual([learned['learned1</w>'], learned['learned9</w>']], [5, 13]);
      assert.equal(make('a 1\n', 7)['learned2</w>'], 6);
      const named = new Map<string, string | number | boolean>([
        ['learned_prompt', 1],
        ['learned_prompt_pattern', 'soft'],
        ['prefix', true],
        ['sep_token', '<seqsep>'],
      ]);
      assert.deepEqual([make('a 1\n', 7, named)['<seqsep></w>'], make('a 1\n', 7, named)['soft1</w>']], [5, 6]);
    });
    it('tells typographic punctuation', () => {
      assert.equal(vocabularyFromDict('dict.txt', 'a 1\n', 5, none).vocabulary.hasTypographicPunctuation, false);
      assert.equal(vocabularyFromDict('dict.txt', '“ 1\n', 5, none).vocabulary.hasTypographicPunctuation, true);
    });
    const bad: [string, () => unknown, RegExp][] = [
      ['of a larger model', () => make(tinyDict(25), 28), /has 29 symbols.*has only 28/],
      ['of a smaller model', () => make(tinyDict(25), 29 + 65), /65 fewer symbols .* too many to be a soft prompt/],
      [
        'that lacks more than the prompt',
        () => make('a 1\n', 15, new Map([['learned_prompt', 9]])),
        /10 fewer symbols.*prompt accounts for 9/,
      ],
      ['with a symbol twice', () => make('a 1\na 1\n', 6), /"a<\/w>" twice \(IDs 4 and 5\)/],
      ['with a special token', () => make('<s>@@ 1\n', 5), /"<s>", which is reserved for a special token/],
      ['with a line without count', () => make('a 1\nb\n', 6), /line 2 is not a symbol followed by its count: "b"/],
      ['that is JSON', () => make('{"a": 4}', 5), /line 1 is not a symbol/],
    ];
    for (const [title, run, pattern] of bad) it(`refuses one ${title}`, () => throwsWith(run, pattern, /dict\.txt: /));

    it('is the published one for the published dictionary', function () {
      const shared = process.env['BIOGPT_SHARED'] ?? join(dirname(process.cwd()), 'shared');
      const path = join(shared, 'biogpt-vocabulary', 'vocab.json');
      if (!existsSync(path)) {
        console.log(`      skipped: no ${path}`);
        return this.skip();
      }
      const text = readFileSync(path, 'utf8');
      const ids = Object.entries(JSON.parse(text) as Record<string, number>).sort((a, b) => a[1] - b[1]);
      const lines = ids.slice(4).map(([symbol]) => (symbol.endsWith('</w>') ? symbol.slice(0, -4) : `${symbol}@@`));
      const { json, vocabulary } = vocabularyFromDict(
        'dict.txt',
        lines.map((line) => `${line} 7\n`).join(''),
        42_384,
        none,
      );
      assert.deepEqual(vocabulary, { size: 42_384, hasTypographicPunctuation: false });
      assert.deepEqual(JSON.parse(json), JSON.parse(text));
    });
  });
});
