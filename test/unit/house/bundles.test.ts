import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions, ENTRY_POINTS } from '../../../scripts/lib/bundles.mjs';
import { MAY_IMPORT } from '../../../scripts/lint/rooms.mjs';

const root = join(__dirname, '../../..');

/**
 * The rooms whose code each program may carry. The lint rule guards single imports; this guards what they add up to: what a
 * process runs, and what its start has to read.
 */
const ROOMS: Record<string, readonly string[]> = {
  extension: [
    'protocol',
    'ipc',
    'prose',
    'glossary',
    'mining',
    'completion',
    'modelFolder',
    'library',
    'client',
    'extension',
  ],
  decoder: ['protocol', 'ipc', 'tokenizer', 'modelFolder', 'decoder'],
  installer: ['protocol', 'ipc', 'tokenizer', 'modelFolder', 'conversion', 'decoder', 'installer'],
  cli: Object.keys(MAY_IMPORT).filter((room) => room !== 'extension'),
};

/** Packages that belong to one process alone. */
const ONLY_IN: Record<string, readonly string[]> = {
  protobufjs: ['installer', 'cli'],
  yauzl: ['installer', 'cli'],
  'tar-stream': ['installer', 'cli'],
  'eventsource-parser': ['decoder', 'cli'],
  '@lezer/markdown': ['extension', 'cli'],
};

describe('the bundles', function () {
  this.timeout(60_000);
  let outputs: Map<string, Metafile['outputs'][string]>;

  before(async () => {
    const { metafile } = await build({ ...bundleOptions(), absWorkingDir: root, metafile: true, write: false });
    outputs = new Map(Object.keys(ENTRY_POINTS).map((name) => [name, metafile.outputs[`dist/${name}.cjs`]!] as const));
  });

  for (const name of Object.keys(ENTRY_POINTS)) {
    it(`${name}.cjs holds the rooms of its process and no other file of ours`, () => {
      const inputs = Object.keys(outputs.get(name)!.inputs).filter((path) => !path.includes('node_modules/'));
      assert.ok(inputs.includes(ENTRY_POINTS[name as keyof typeof ENTRY_POINTS]));
      const foreign = inputs.filter((path) => {
        const [top, room] = path.split('/');
        return top !== 'src' || !ROOMS[name]!.includes(room!);
      });
      assert.deepEqual(foreign, []);
    });
  }

  for (const [pack, programs] of Object.entries(ONLY_IN)) {
    it(`carry ${pack} in ${programs.join(' and ')} alone`, () => {
      const carriers = [...outputs].filter(([, { inputs }]) =>
        Object.keys(inputs).some((path) => path.includes(`node_modules/${pack}/`)),
      );
      assert.deepEqual(carriers.map(([name]) => name).sort(), [...programs].sort());
    });
  }
});
