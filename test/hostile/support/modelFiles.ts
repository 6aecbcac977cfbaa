import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { convert } from '../../../src/conversion/convert';
import { extractSource } from '../../../src/conversion/source/archive';
import { openSourceFolder } from '../../../src/conversion/source/openSourceFolder';
import { IdEngine } from '../../../src/decoder/idEngine';
import { Catalogue } from '../../../src/library/catalogue/catalogue';
import { DownloadFolder } from '../../../src/library/installation/downloadFolder';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { fairseqCheckpoint, tinyDict } from '../../unit/conversion/support/fairseqFolder';
import { dict, pickle, storage, tensor } from '../../unit/conversion/support/pickleWriter';
import { rawSafetensors, safetensors, tinyConfig, tinyTensors } from '../../unit/conversion/support/tinyModel';
import { tinyVocabulary } from '../../unit/conversion/support/tinyModel';
import { torchArchive, zip } from '../../unit/conversion/support/zipWriter';
import { mutateBytes, mutateJson } from './mutations';
import { bomb, evilPickle, randomPickle } from './pickles';
import type { Random } from './random';

/** Kinds of files, and how many of a hundred are of each. */
export const KINDS = {
  pickle: 26,
  zip: 14,
  safetensors: 18,
  json: 20,
  text: 4,
  tar: 6,
  gzip: 6,
  catalogue: 4,
  onnx: 2,
} as const;
export type Kind = keyof typeof KINDS;

export function kindOf(random: Random): Kind {
  let at = random.below(100);
  for (const [kind, share] of Object.entries(KINDS) as [Kind, number][]) if ((at -= share) < 0) return kind;
  return 'pickle';
}

type Files = Record<string, Uint8Array | string>;

const CONFIG = tinyConfig();
const TENSORS = tinyTensors(CONFIG);
const JSON_FILES: Record<string, string> = {
  'config.json': JSON.stringify(CONFIG),
  'vocab.json': JSON.stringify(tinyVocabulary(29)),
  'tokenizer_config.json': JSON.stringify({
    added_tokens_decoder: { 28: { content: '[X]', special: true, lstrip: false, rstrip: false, normalized: false } },
  }),
  'added_tokens.json': JSON.stringify({ '[X]': 28 }),
  'special_tokens_map.json': JSON.stringify({ additional_special_tokens: ['[X]'] }),
};
const MERGES = '#version: 0.2\nw 4</w> 12\n';
const STATE_DICT = stateDict();
const SAFETENSORS = safetensors(TENSORS);
const INDEX = JSON.stringify({
  metadata: { total_size: 1 },
  weight_map: Object.fromEntries([...TENSORS.keys()].map((name) => [name, 'model-00001-of-00001.safetensors'])),
});
const FAIRSEQ = fairseqCheckpoint({ task: {} });
const CATALOGUE = JSON.stringify({
  models: [
    {
      id: 'our-biogpt',
      name: 'Ours',
      repo: 'lab/ours',
      revision: '0123456789abcdef0123456789abcdef01234567',
      licence: 'MIT',
      summary: 'Writes.',
      architecture: {
        hiddenSize: 32,
        layers: 2,
        heads: 2,
        ffnSize: 48,
        maxPositions: 20,
        vocabSize: 29,
        scaleEmbedding: true,
      },
      parameters: 1000,
      downloadBytes: 4000,
      files: ['config.json', 'vocab.json', 'merges.txt', 'model.safetensors'].map((path) => ({ path })),
      published: {
        source: 'us',
        encodings: [{ text: 'a', ids: [2, 4] }],
        logits: [{ ids: [2, 4], values: [[0.5], [1]] }],
        generations: [{ ids: [2], decoding: { strategy: 'greedy' }, newIds: [4] }],
      },
    },
  ],
});
const DOWNLOAD = JSON.stringify({
  key: 'lab--ours@main',
  source: { kind: 'hub', repo: 'lab/ours', revision: 'main' },
  precision: 'int8',
  paused: true,
  installed: false,
  listing: {
    repo: 'lab/ours',
    revision: '0'.repeat(40),
    files: [{ name: 'config.json', bytes: 9, hash: { algorithm: 'sha256', hex: '0'.repeat(64) } }],
  },
});

function stateDict(): { program: Buffer; data: Record<string, Uint8Array> } {
  const data: Record<string, Uint8Array> = {};
  const entries: Record<string, Buffer> = {};
  for (const [name, { shape, values }] of TENSORS) {
    const key = String(Object.keys(data).length);
    data[key] = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    entries[name] = tensor({ storage: storage(key, values.length), shape, strides });
  }
  return { program: pickle(dict(entries)), data };
}

/** One hostile input and what the product does with it. */
export interface Attempt {
  /** Reads the files as an installation does. Resolves if they are usable. */
  run(): Promise<void>;
}

/**
 * Writes the files of one attempt.
 * @param dir empty folder
 * @param marker path that a program in a file would create
 * @param ready a finished model folder, for what the decoder opens
 */
export async function prepare(
  kind: Kind,
  random: Random,
  dir: string,
  marker: string,
  ready: string,
): Promise<Attempt> {
  switch (kind) {
    case 'pickle':
      return folder(random, dir, { 'pytorch_model.bin': torchArchive(hostilePickle(random, marker), STATE_DICT.data) });
    case 'zip':
      return folder(random, dir, { [random.of(['pytorch_model.bin', 'checkpoint.pt'])]: hostileZip(random) });
    case 'safetensors':
      return folder(random, dir, { 'model.safetensors': hostileSafetensors(random) });
    case 'json': {
      const sharded = random.chance(0.15);
      const names = Object.keys(JSON_FILES);
      const files: Files = sharded
        ? { 'model.safetensors.index.json': mutateJson(random, INDEX), 'model-00001-of-00001.safetensors': SAFETENSORS }
        : { 'model.safetensors': SAFETENSORS };
      if (!sharded) {
        const name = random.of(names);
        files[name] = mutateJson(random, JSON_FILES[name]!);
      }
      return folder(random, dir, files);
    }
    case 'text': {
      if (random.chance(0.5)) {
        const merges = random.chance(0.1)
          ? `${'w 4</w> '.repeat(100_000)}\n`
          : mutateBytes(random, Buffer.from(MERGES));
        return folder(random, dir, { 'merges.txt': merges, 'model.safetensors': SAFETENSORS });
      }
      const [name, text] = random.of([['dict.txt', tinyDict(25)] as const, ['bpecodes', 'w 4</w> 12\n'] as const]);
      return fairseqFolder(dir, { [name]: mutateBytes(random, Buffer.from(text)) });
    }
    case 'tar':
    case 'gzip': {
      const tar = await hostileTar(random, kind === 'gzip' ? 0.3 : 0.5);
      const archive = kind === 'gzip' ? hostileGzip(random, tar) : mutateBytes(random, tar);
      const path = join(dir, 'model.tgz');
      await writeFile(path, archive);
      const into = join(dir, 'unpacked');
      await mkdir(into);
      return {
        run: async () => {
          await extractSource(path, into);
          await readAll(into);
        },
      };
    }
    case 'catalogue': {
      if (random.chance(0.3)) {
        // What a crash, or another program, has left of a download: unknown is no error, it begins anew.
        const download = new DownloadFolder(dir, 'lab--ours@main');
        await mkdir(download.dir, { recursive: true });
        await writeFile(download.file('download.json'), mutateJson(random, DOWNLOAD), 'latin1');
        return {
          run: async () => {
            await download.read();
            await download.progress();
          },
        };
      }
      const path = join(dir, 'catalogue.json');
      await writeFile(path, mutateJson(random, CATALOGUE), 'latin1');
      return { run: async () => void (await Catalogue.read(path)) };
    }
    case 'onnx': {
      const model = join(dir, 'model');
      await cp(ready, model, { recursive: true });
      const name = random.of(['model.onnx', 'model.onnx', 'model.onnx.data', 'model.json', 'vocab.json', 'merges.txt']);
      const original = await readFile(join(model, name));
      const changed = name.endsWith('.json')
        ? Buffer.from(mutateJson(random, original.toString()))
        : mutateBytes(random, original);
      await writeFile(join(model, name), changed);
      if (name !== 'model.json' && random.chance(0.8)) await correctSize(model, name, changed.length);
      return {
        run: async () => {
          await openModelFolder(model);
          const engine = await IdEngine.open(model, {});
          try {
            await engine.logits([2, 4, 5]);
          } finally {
            await engine.dispose();
          }
        },
      };
    }
  }
}

/** As an attacker would: the description fits the changed file. */
async function correctSize(model: string, name: string, bytes: number): Promise<void> {
  const path = join(model, 'model.json');
  const description = JSON.parse(await readFile(path, 'utf8')) as { files: Record<string, { bytes: number }> };
  description.files[name]!.bytes = bytes;
  await writeFile(path, JSON.stringify(description));
}

function hostilePickle(random: Random, marker: string): Buffer {
  const kind = random.below(50);
  if (kind < 25) return mutateBytes(random, STATE_DICT.program);
  if (kind < 36) return randomPickle(random);
  if (kind < 49) {
    const evil = evilPickle(random, marker);
    return random.chance(0.5) ? evil : mutateBytes(random, evil);
  }
  return bomb(random);
}

function hostileZip(random: Random): Buffer {
  const kind = random.below(10);
  if (kind === 0) {
    const zeros = Buffer.alloc(4_000_000);
    return zip([{ name: 'archive/data.pkl', data: zeros, compressed: true }]);
  }
  if (kind === 1) {
    const name = random.of(['../../escape', '/etc/passwd', 'archive/../x', 'C:\\x', 'archive/', '']);
    return zip([{ name, data: STATE_DICT.program }]);
  }
  const archive =
    kind < 4 ? FAIRSEQ : torchArchive(STATE_DICT.program, STATE_DICT.data, random.chance(0.1) ? 'big' : 'little');
  return mutateBytes(random, archive);
}

function hostileSafetensors(random: Random): Buffer {
  if (random.chance(0.4)) return mutateBytes(random, SAFETENSORS);
  const length = Number(SAFETENSORS.readBigUInt64LE(0));
  const header = mutateJson(random, SAFETENSORS.subarray(8, 8 + length).toString());
  return rawSafetensors(header, SAFETENSORS.subarray(8 + length));
}

async function hostileTar(random: Random, strange: number): Promise<Buffer> {
  const archive = pack();
  const files: Files = { ...JSON_FILES, 'merges.txt': MERGES, 'model.safetensors': SAFETENSORS };
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content as string);
    if (!random.chance(strange / 4)) {
      archive.entry({ name: `model/${name}` }, bytes);
      continue;
    }
    const path = random.of(['../../escape/', '/tmp/', './', 'a/'.repeat(200), '\u0000', '']) + name;
    const type = random.of(['symlink', 'link', 'character-device', 'fifo', 'directory', 'file'] as const);
    archive.entry(
      { name: path, type, ...(type.endsWith('link') && { linkname: '/etc/passwd' }) },
      type === 'file' ? bytes : '',
    );
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function hostileGzip(random: Random, tar: Buffer): Buffer {
  // Hundreds of megabytes of nothing in a few hundred kilobytes.
  if (random.chance(0.01)) return gzipSync(Buffer.concat([tar.subarray(0, -1024), Buffer.alloc(100_000_000)]));
  return mutateBytes(random, gzipSync(random.chance(0.5) ? tar : mutateBytes(random, tar), { level: 1 }));
}

async function folder(random: Random, dir: string, files: Files): Promise<Attempt> {
  if ('checkpoint.pt' in files) return fairseqFolder(dir, files);
  await writeFiles(dir, {
    'config.json': JSON_FILES['config.json']!,
    'vocab.json': JSON_FILES['vocab.json']!,
    'merges.txt': MERGES,
    ...files,
  });
  const whole = random.chance(0.05);
  return { run: () => (whole ? convertAll(dir) : readAll(dir)) };
}

async function fairseqFolder(dir: string, files: Files): Promise<Attempt> {
  await writeFiles(dir, { 'checkpoint.pt': FAIRSEQ, 'dict.txt': tinyDict(25), bpecodes: 'w 4</w> 12\n', ...files });
  return { run: () => readAll(dir) };
}

async function writeFiles(dir: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(dir, name), content, typeof content === 'string' ? 'latin1' : undefined);
  }
}

/** Opens a source and reads every tensor that a conversion would. */
async function readAll(dir: string): Promise<void> {
  const { checkpoint, tensors } = await openSourceFolder(dir);
  try {
    for (const name of tensors.stored.values()) for await (const _ of checkpoint.read(name));
  } finally {
    await checkpoint.close();
  }
}

async function convertAll(dir: string): Promise<void> {
  const out = join(dir, 'converted');
  await convert(dir, out, { precision: 'fp32' });
  await readdir(out);
}
