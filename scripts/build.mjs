// Bundles the four programs: the extension, the decoder and installer processes, and the command line.
import { build, context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const options = {
  entryPoints: {
    extension: 'src/extension/main.ts',
    decoder: 'src/decoder/main.ts',
    installer: 'src/installer/main.ts',
    cli: 'src/cli/main.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Native packages keep their own files beside their binaries.
  external: ['vscode', 'onnxruntime-node', 'koffi'],
  sourcemap: !production,
  minify: production,
  legalComments: 'linked',
  logLevel: 'warning',
};

if (watch) await (await context(options)).watch();
else await build(options);
