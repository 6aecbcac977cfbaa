// Bundles the programs in `dist`. `--watch` bundles them again at each change, `--production` is for the package.
import { build, context } from 'esbuild';
import { bundleOptions } from './lib/bundles.mjs';

const options = bundleOptions({ production: process.argv.includes('--production') });

if (process.argv.includes('--watch')) await (await context({ ...options, logLevel: 'info' })).watch();
else await build(options);
