import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const repository = join(__dirname, '..', '..', '..');

/** The command line as one file, in a folder of its own that the caller removes. */
export async function bundleCommandLine(): Promise<string> {
  // Where the native packages that stay outside of the bundle are found.
  const bundle = join(mkdtempSync(join(repository, 'node_modules', '.command-line-test-')), 'cli.cjs');
  await build({
    entryPoints: [join(repository, 'src', 'cli', 'main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', 'koffi'],
    logLevel: 'error',
  });
  return bundle;
}
