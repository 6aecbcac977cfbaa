import assert from 'node:assert/strict';
import { chooseFiles } from '../../../../src/library/hub/chooseFiles';
import type { HubError } from '../../../../src/library/hub/hubError';

const TEXTS = ['config.json', 'vocab.json', 'merges.txt'];
const NOISE = [
  'README.md',
  'tf_model.h5',
  'flax_model.msgpack',
  'optimizer.pt',
  'model.safetensors.bak',
  'evil.py',
  '.gitattributes',
];

function choose(...names: string[]): string[] {
  const files = names.map((name) => ({ name, bytes: 1, hash: { algorithm: 'sha256' as const, hex: '' } }));
  return chooseFiles({ repo: 'lab/tiny', revision: '0'.repeat(40), files }).map(({ name }) => name);
}

describe('choosing the files of a repository', () => {
  const whole = 'model.safetensors';
  const shards = [
    'model.safetensors.index.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
  ];
  const bin = 'pytorch_model.bin';
  const binShards = [
    'pytorch_model.bin.index.json',
    'pytorch_model-00001-of-00002.bin',
    'pytorch_model-00002-of-00002.bin',
  ];

  it('takes one form of the weights, by preference', () => {
    assert.deepEqual(choose(...NOISE, ...binShards, bin, ...shards, whole, ...TEXTS), [...TEXTS, whole]);
    assert.deepEqual(choose(...NOISE, ...binShards, bin, ...shards, ...TEXTS), [...TEXTS, ...shards]);
    assert.deepEqual(choose(...NOISE, ...binShards, bin, ...TEXTS), [...TEXTS, bin]);
    assert.deepEqual(choose(...NOISE, ...binShards, ...TEXTS), [...TEXTS, ...binShards]);
  });

  it('passes over shards that are not complete, or have no index', () => {
    assert.deepEqual(choose(...TEXTS, ...shards.slice(0, 2), bin), [...TEXTS, bin]);
    assert.deepEqual(choose(...TEXTS, ...shards.slice(1), bin), [...TEXTS, bin]);
  });

  it('says what is missing', () => {
    const error = (...names: string[]): HubError => {
      try {
        choose(...names);
      } catch (thrown) {
        return thrown as HubError;
      }
      throw new Error('nothing was thrown');
    };
    assert.match(
      error('config.json', whole).message,
      /lab\/tiny: the repository has no vocab\.json, no merges\.txt\. Choose/,
    );
    assert.match(error(...TEXTS, ...NOISE).message, /no weights that can be read/);
    assert.equal(error().name, 'HubError');
  });
});
