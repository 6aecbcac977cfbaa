// The programs that esbuild makes of `src`, and how.

/** Entry points by the name of the bundle in `dist`. */
export const ENTRY_POINTS = {
  extension: 'src/extension/main.ts',
  decoder: 'src/decoder/main.ts',
  installer: 'src/installer/main.ts',
  cli: 'src/cli/main.ts',
};

/** @param production minified and without source maps, as in the package */
export function bundleOptions({ production = false } = {}) {
  return {
    entryPoints: ENTRY_POINTS,
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
}
