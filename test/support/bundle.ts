import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const repository = join(__dirname, '..', '..');

/** A process as it ships: one bundle of `src/NAME/main.ts`, native packages beside it. */
export async function bundleOf(name: string): Promise<{ path: string; remove: () => Promise<void> }> {
  // Inside the repository, or the bundle would not find its native packages.
  const dir = await mkdtemp(join(repository, 'node_modules', `.${name}-test-`));
  const path = join(dir, `${name}.cjs`);
  await build({
    entryPoints: [join(repository, 'src', name, 'main.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'koffi'],
    logLevel: 'error',
  });
  return { path, remove: () => rm(dir, { recursive: true, force: true }) };
}
