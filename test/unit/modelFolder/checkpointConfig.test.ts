import assert from 'node:assert/strict';
import { readConfig } from '../../../src/modelFolder/checkpointConfig';
import { checkVocabulary } from '../../../src/conversion/checkpoint/vocabulary';
import { throwsWith } from '../conversion/support/throws';
import { tinyConfig, tinyVocabulary } from '../conversion/support/tinyModel';

const parse = (overrides: Record<string, unknown>): unknown =>
  readConfig('config.json', JSON.stringify(tinyConfig(overrides)));

describe('config.json', () => {
  it('of BioGPT as published', () => {
    const published = {
      activation_dropout: 0.0,
      architectures: ['BioGptForCausalLM'],
      attention_probs_dropout_prob: 0.1,
      bos_token_id: 0,
      eos_token_id: 2,
      hidden_act: 'gelu',
      hidden_dropout_prob: 0.1,
      hidden_size: 1024,
      initializer_range: 0.02,
      intermediate_size: 4096,
      layer_norm_eps: 1e-12,
      layerdrop: 0.0,
      max_position_embeddings: 1024,
      model_type: 'biogpt',
      num_attention_heads: 16,
      num_hidden_layers: 24,
      pad_token_id: 1,
      scale_embedding: true,
      use_cache: true,
      vocab_size: 42384,
    };
    assert.deepEqual(readConfig('config.json', JSON.stringify(published)), {
      architecture: {
        hiddenSize: 1024,
        layers: 24,
        heads: 16,
        ffnSize: 4096,
        maxPositions: 1024,
        vocabSize: 42384,
        scaleEmbedding: true,
      },
      tieWordEmbeddings: true,
    });
  });

  it('with the defaults of transformers', () => {
    const json = JSON.stringify(tinyConfig({ scale_embedding: undefined, hidden_act: undefined }));
    assert.equal(readConfig('config.json', json).architecture.scaleEmbedding, true);
  });

  const nonsense: [string, Record<string, unknown>, RegExp][] = [
    ['another model', { model_type: 'gpt2' }, /type "gpt2", not "biogpt"/],
    ['no model type', { model_type: undefined }, /does not specify its model type/],
    ['a negative size', { hidden_size: -32 }, /"hidden_size" must be .*, not -32\./],
    ['zero layers', { num_hidden_layers: 0 }, /"num_hidden_layers" must be .*, not 0\./],
    ['a fraction', { intermediate_size: 48.5 }, /"intermediate_size" must be .*, not 48\.5\./],
    ['a huge size', { vocab_size: 1e15 }, /"vocab_size" must be .*, not 1000000000000000\./],
    ['text for a number', { max_position_embeddings: '20' }, /"max_position_embeddings" must be .*, not "20"\./],
    ['null for a number', { vocab_size: null }, /"vocab_size" must be .*, not null\./],
    ['a list', { hidden_size: [32] }, /"hidden_size" must be .*, not \[32\]\./],
    [
      'heads that do not divide',
      { num_attention_heads: 3 },
      /3 attention heads, but its hidden size of 32 is not divisible by 3/,
    ],
    ['odd head sizes', { num_attention_heads: 8 }, /heads of 4 dimensions.*multiple of 8/],
    ['another activation', { hidden_act: 'relu' }, /activation "relu"\. Only "gelu" is supported/],
    ['a flag that is none', { scale_embedding: 'yes' }, /"scale_embedding" must be true or false, not "yes"/],
  ];
  for (const [title, overrides, pattern] of nonsense)
    it(`with ${title}`, () => throwsWith(() => parse(overrides), pattern));

  it("has transformers' values where it says nothing", () => {
    assert.deepEqual(readConfig('config.json', '{"model_type": "biogpt"}'), {
      architecture: {
        hiddenSize: 1024,
        layers: 24,
        heads: 16,
        ffnSize: 4096,
        maxPositions: 1024,
        vocabSize: 42_384,
        scaleEmbedding: true,
      },
      tieWordEmbeddings: true,
    });
    assert.doesNotThrow(() => parse({ hidden_act: 'gelu_python' }));
  });

  it('that is no JSON object', () => {
    throwsWith(() => readConfig('here/config.json', '{"hidden_size": 12,'), /here\/config\.json: is not valid JSON/);
    throwsWith(() => readConfig('config.json', '{"hidden_size": NaN}'), /not valid JSON/);
    throwsWith(() => readConfig('config.json', '[]'), /not a JSON object/);
    throwsWith(() => readConfig('config.json', 'null'), /not a JSON object/);
  });
});

describe('vocab.json', () => {
  const vocabulary = tinyVocabulary(8);
  const parseOf = (value: unknown, size = 8): ReturnType<typeof checkVocabulary> =>
    checkVocabulary('vocab.json', typeof value === 'string' ? value : JSON.stringify(value), size);

  it('that fits', () => {
    assert.deepEqual(parseOf(vocabulary), { size: 8, hasTypographicPunctuation: false });
  });

  it('that has fewer symbols than the network has rows', () => {
    assert.equal(parseOf(vocabulary, 64).size, 8);
    assert.equal(parseOf({ ...vocabulary, 'w7</w>': 63 }, 64).size, 8);
  });

  it('tells whether typographic punctuation is in it', () => {
    for (const character of '„“”–—´‘‚’…«»`') {
      const { w7: _, ...rest } = { ...vocabulary, w7: 0 };
      delete (rest as Record<string, number>)['w7</w>'];
      assert.deepEqual(parseOf({ ...rest, [`a${character}</w>`]: 7 }), { size: 8, hasTypographicPunctuation: true });
    }
    // These stay under normalisation.
    const { 'w7</w>': __, ...rest } = vocabulary;
    assert.deepEqual(parseOf({ ...rest, 'a\'-"‐−′</w>': 7 }), { size: 8, hasTypographicPunctuation: false });
  });

  it('may be smaller than the network: a learned prompt has rows of its own', () => {
    assert.deepEqual(parseOf(vocabulary, 9), { size: 8, hasTypographicPunctuation: false });
  });

  it('that does not', () => {
    throwsWith(() => parseOf(vocabulary, 7), /8 symbols/);
    throwsWith(() => parseOf({ ...vocabulary, 'w7</w>': 8 }), /"w7<\/w>" the ID 8; IDs go from 0 to 7/);
    throwsWith(() => parseOf({ ...vocabulary, 'w7</w>': 6 }), /ID 6 to two symbols/);
    throwsWith(() => parseOf({ ...vocabulary, 'w7</w>': -1 }), /the ID -1/);
    throwsWith(() => parseOf({ ...vocabulary, 'w7</w>': '7' }), /the ID "7"/);
    throwsWith(() => parseOf({ ...vocabulary, '</s>': 7, 'w7</w>': 2 }), /special token <\/s> the ID 7, not 2/);
    throwsWith(() => parseOf('{'), /not valid JSON/);
    throwsWith(() => parseOf([]), /not a JSON object/);
  });
});
