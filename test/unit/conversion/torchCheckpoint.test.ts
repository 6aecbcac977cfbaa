import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWhole } from '../../../src/conversion/checkpoint/checkpoint';
import { TorchCheckpoint } from '../../../src/conversion/checkpoint/torchCheckpoint';
import { dict, op, pickle, storage, tensor } from './support/pickleWriter';
import { rejectsWith } from './support/throws';
import { temporaryFolder } from './support/tinyModel';
import { torchArchive, zip } from './support/zipWriter';

const FIXTURES = join(__dirname, 'fixtures');

/** The numbers of make_fixtures.py: (0, 1, 2, …) − 3, in eighths. */
const eighths = (...indices: number[]): number[] => indices.map((i) => (i - 3) / 8);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('TorchCheckpoint', () => {
  let dir: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
  });
  afterEach(() => remove());

  const written = (bytes: Uint8Array): string => {
    const path = join(dir, 'pytorch_model.bin');
    writeFileSync(path, bytes);
    return path;
  };
  const open = (bytes: Uint8Array): Promise<TorchCheckpoint> => TorchCheckpoint.open(written(bytes));

  describe('reads what torch.save writes', () => {
    for (const file of ['state_dict.bin', 'protocol4.bin']) {
      it(file, async () => {
        const checkpoint = await TorchCheckpoint.open(join(FIXTURES, file));
        try {
          const read = async (name: string): Promise<number[]> => [...(await readWhole(checkpoint, name))];
          const info = (name: string): string => {
            const { dtype, shape } = checkpoint.tensors.get(name)!;
            return `${dtype} [${shape.join(', ')}]`;
          };
          assert.deepEqual(
            [...checkpoint.tensors.keys()],
            [
              'single',
              'half',
              'bfloat',
              'long',
              'tied_a',
              'tied_b',
              'transposed',
              'sliced',
              'offset',
              'scalar',
              'empty',
              'parameter',
            ],
          );
          for (const [name, dtype] of [
            ['single', 'F32'],
            ['half', 'F16'],
            ['bfloat', 'BF16'],
          ] as const) {
            assert.equal(info(name), `${dtype} [2, 3]`);
            assert.deepEqual(await read(name), eighths(...range(6)));
          }
          assert.equal(info('long'), 'I64 [3]');
          await rejectsWith(read('long'), /"long" contains I64/);
          assert.deepEqual(await read('tied_b'), eighths(...range(12)));
          assert.ok(checkpoint.sameStorage('tied_a', 'tied_b'));
          assert.ok(!checkpoint.sameStorage('single', 'tied_a'));
          assert.equal(info('transposed'), 'F32 [2, 3]');
          assert.deepEqual(await read('transposed'), eighths(0, 2, 4, 1, 3, 5));
          assert.equal(info('sliced'), 'F32 [2, 2]');
          assert.deepEqual(await read('sliced'), eighths(5, 6, 13, 14));
          assert.deepEqual(await read('offset'), eighths(8, 9, 10, 11));
          assert.deepEqual(await read('scalar'), [0.625]);
          assert.equal(info('empty'), 'F32 [0, 4]');
          assert.deepEqual(await read('empty'), []);
          assert.deepEqual(await read('parameter'), eighths(...range(4)));
        } finally {
          await checkpoint.close();
        }
      });
    }

    it('in big-endian order', async () => {
      const data = Buffer.alloc(8);
      data.writeFloatBE(1.5, 0);
      data.writeFloatBE(-2, 4);
      const weight = tensor({ storage: storage('0', 2), shape: [2], strides: [1] });
      const checkpoint = await open(torchArchive(pickle(dict({ weight })), { 0: data }, 'big'));
      assert.deepEqual([...(await readWhole(checkpoint, 'weight'))], [1.5, -2]);
      await checkpoint.close();
    });
  });

  describe('refuses other forms, saying which', () => {
    it('the format before PyTorch 1.6', async () => {
      await rejectsWith(
        TorchCheckpoint.open(join(FIXTURES, 'legacy.bin')),
        /PyTorch before version 1\.6/,
        /save it again/,
      );
    });
    it('a state dict inside of a training checkpoint', async () => {
      await rejectsWith(
        TorchCheckpoint.open(join(FIXTURES, 'nested.bin')),
        /does not contain a state dict/,
        /save_pretrained/,
      );
    });
    it('a whole module', async () => {
      await rejectsWith(
        TorchCheckpoint.open(join(FIXTURES, 'module.bin')),
        /refers to torch\.nn\.modules\.linear\.Linear/,
      );
    });
    it('an object', async () => {
      await rejectsWith(TorchCheckpoint.open(join(FIXTURES, 'object.bin')), /refers to __main__\.WithState/);
    });
    it('compressed entries', async () => {
      const data = pickle(dict({}));
      await rejectsWith(
        open(zip([{ name: 'archive/data.pkl', data, compressed: true }])),
        /"archive\/data\.pkl" in compressed form/,
      );
    });
    it('an archive of something else', async () => {
      await rejectsWith(open(zip([{ name: 'readme.txt', data: Buffer.from('hello') }])), /never contains/);
      await rejectsWith(open(zip([{ name: 'archive/readme.txt', data: Buffer.from('hello') }])), /no data\.pkl/);
    });
    it('an entry that is there twice', async () => {
      const data = pickle(dict({}));
      await rejectsWith(
        open(
          zip([
            { name: 'a/data.pkl', data },
            { name: 'a/data.pkl', data },
          ]),
        ),
        /contains "data\.pkl" twice/,
      );
    });
    it('a text file', async () => {
      await rejectsWith(open(Buffer.from('<!DOCTYPE html>')), /not a file written by torch\.save/);
    });
    it('an empty file', async () => {
      await rejectsWith(open(Buffer.alloc(0)), /not a file written by torch\.save/);
    });
    it('an unknown byte order', async () => {
      await rejectsWith(open(torchArchive(pickle(dict({})), {}, 'middle')), /byte order/);
    });
  });

  it('refuses a file cut off anywhere', async () => {
    const whole = readFileSync(join(FIXTURES, 'state_dict.bin'));
    for (let length = 0; length < whole.length; length += 97) {
      await rejectsWith(open(whole.subarray(0, length)), /(download|written by torch\.save)/i);
    }
  });

  describe('refuses tensors that do not fit their storage', () => {
    const data = Buffer.alloc(24);
    const opened = (spec: Partial<Parameters<typeof tensor>[0]>): Promise<TorchCheckpoint> =>
      open(
        torchArchive(
          pickle(dict({ w: tensor({ storage: storage('0', 6), shape: [2, 3], strides: [3, 1], ...spec }) })),
          { 0: data },
        ),
      );

    it('but accepts the one that does', async () => {
      await (await opened({})).close();
    });
    const cases: [string, Partial<Parameters<typeof tensor>[0]>, RegExp][] = [
      ['too large', { shape: [3, 3] }, /reaches beyond/],
      ['offset too far', { offset: op.int(1) }, /reaches beyond/],
      ['stride too long', { strides: [4, 1] }, /reaches beyond/],
      ['repeated endlessly', { shape: [1 << 30, 1 << 30], strides: [0, 0] }, /reaches beyond/],
      ['negative stride', { strides: [-3, 1] }, /make no sense/],
      ['negative offset', { offset: op.int(-1) }, /make no sense/],
      ['huge offset', { offset: op.long(2n ** 62n) }, /make no sense/],
      ['offset that is text', { offset: op.text('0') }, /make no sense/],
      ['strides missing', { strides: [1] }, /number of strides/],
      ['storage longer than its entry', { storage: storage('0', 7) }, /24 bytes where 7 elements of F32 need 28/],
      ['storage missing', { storage: storage('1', 6) }, /storage "1", which is missing/],
      ['storage outside of the archive', { storage: storage('../../etc/passwd', 6) }, /which is missing/],
      ['storage of no type', { storage: storage('0', 6, op.text('FloatStorage')) }, /no storage/],
      ['no storage at all', { storage: op.none }, /make no sense/],
    ];
    for (const [title, spec, pattern] of cases) it(title, () => rejectsWith(opened(spec), pattern));
  });

  describe('runs nothing', () => {
    it('of what Python has pickled to run', async () => {
      for (const file of ['malicious.bin', 'malicious4.bin']) {
        await rejectsWith(TorchCheckpoint.open(join(FIXTURES, file)), /refers to posix\.system/, /Nothing was run/);
      }
      const bare = readFileSync(join(FIXTURES, 'malicious.pkl'));
      await rejectsWith(open(bare), /plain pickle/);
      await rejectsWith(open(torchArchive(bare)), /refers to posix\.system/);
      assert.ok(!existsSync('OWNED') && !existsSync(join(FIXTURES, 'OWNED')));
    });
  });
});
