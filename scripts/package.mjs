// Makes a .vsix for one platform: `npm run package`, or `npm run package -- --target linux-arm64`.
//
// The package is staged in a folder of its own: the production bundles, the starter model, and of the native
// packages only what this platform loads, in `dist/node_modules`, where Node looks first.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, build, fail, install, root, step } from './lib/project.mjs';

/** Platforms that ONNX Runtime has binaries for, and what the decoder loads there. */
const TARGETS = {
  'linux-x64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'linux-arm64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'darwin-arm64': ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
  'win32-x64': ['onnxruntime.dll', 'onnxruntime_binding.node', 'DirectML.dll'],
  'win32-arm64': ['onnxruntime.dll', 'onnxruntime_binding.node', 'DirectML.dll'],
};
/** What `import('koffi')` loads; the rest of the package is its C++ source. */
const KOFFI = ['package.json', 'index.js', 'src/koffi/index.js', 'src/koffi/src/static.js', 'LICENSE.txt'];
const MOST_BYTES = 35e6;
/** Folder of the runtime's binaries, named after the version of Node-API they are made for. */
const RUNTIME = 'node_modules/onnxruntime-node';
const binaries = (target) => {
  const { binary } = JSON.parse(readFileSync(join(root, RUNTIME, 'package.json'), 'utf8'));
  return `bin/napi-v${Math.max(...binary.napi_versions)}/${target.replace('-', '/')}`;
};

/** What every package must hold; a file list that lacks one of these is a broken build. */
const required = (target) => [
  'extension/package.json',
  'extension/package.nls.json',
  'extension/l10n/bundle.l10n.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.cjs',
  'extension/dist/decoder.cjs',
  'extension/dist/installer.cjs',
  'extension/media/icon.png',
  'extension/glossary/glossary.bin',
  'extension/glossary/additions.bin',
  'extension/glossary/words.br',
  'extension/glossary/NOTICE.md',
  'extension/models/starter/model.json',
  'extension/models/starter/model.onnx.data',
  ...KOFFI.map((path) => `extension/dist/node_modules/koffi/${path}`),
  ...TARGETS[target].map((file) => `extension/dist/node_modules/onnxruntime-node/${binaries(target)}/${file}`),
];
/** What must not be in it. */
const FORBIDDEN =
  /(^extension\/(src|test|training|bench|scripts|samples)\/|\.ts$|\.map$|\.venv|libonnxruntime_providers)/;
/**
 * Parts of packages that nothing loads at run time (VS Code has no musl build for these targets), and pictures of the
 * README: its links lead to the repository, as vsce rewrites them.
 */
const NEEDLESS = /(\.map|\.d\.ts|\.gif|[\\/]musl_[a-z0-9]+)$/;

function stage(target, folder) {
  rmSync(folder, { recursive: true, force: true });
  const copy = (from, to = from) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(join(root, from), join(folder, to), {
      recursive: true,
      dereference: true,
      filter: (path) => !NEEDLESS.test(path),
    });
  };
  for (const path of [
    'package.json',
    'package.nls.json',
    'l10n',
    '.vscodeignore',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'media',
    'models/starter',
    'glossary/glossary.bin',
    'glossary/additions.bin',
    'glossary/words.br',
    'glossary/NOTICE.md',
  ])
    copy(path);
  const programs = ['extension.cjs', 'decoder.cjs', 'installer.cjs'];
  for (const file of programs) copy(`dist/${file}`);
  for (const file of programs.map((name) => `${name}.LEGAL.txt`))
    if (existsSync(join(root, 'dist', file))) copy(`dist/${file}`);

  const modules = 'dist/node_modules';
  for (const path of ['package.json', 'dist', ...TARGETS[target].map((file) => `${binaries(target)}/${file}`)])
    copy(`${RUNTIME}/${path}`, `${modules}/onnxruntime-node/${path}`);
  for (const path of ['package.json', 'dist/cjs'])
    copy(`node_modules/onnxruntime-common/${path}`, `${modules}/onnxruntime-common/${path}`);
  for (const path of KOFFI) copy(`node_modules/koffi/${path}`, `${modules}/koffi/${path}`);
  const prebuilt = `@koromix/koffi-${target}`;
  if (existsSync(bin(prebuilt))) copy(`node_modules/${prebuilt}`, `${modules}/${prebuilt}`);
  else console.log(`${prebuilt} is not installed here: the decoder will take its slower path in this package.`);
}

async function fileList(vsix) {
  const { default: yauzl } = await import('yauzl');
  return new Promise((done, reject) => {
    yauzl.open(vsix, (error, zip) => {
      if (error) return reject(error);
      const names = [];
      zip.on('entry', (entry) => names.push(entry.fileName));
      zip.on('end', () => done(names));
      zip.on('error', reject);
    });
  });
}

try {
  const { values } = parseArgs({
    options: { target: { type: 'string', default: `${process.platform}-${process.arch}` }, out: { type: 'string' } },
  });
  const { target } = values;
  if (!(target in TARGETS))
    throw new Error(`No package for ${target}: ONNX Runtime has binaries for ${Object.keys(TARGETS).join(', ')}.`);
  await install();
  await build('--production');
  const folder = join(root, 'out', 'package');
  stage(target, folder);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vsix = values.out ?? join(root, `${name}-${target}-${version}.vsix`);
  const options = ['--no-dependencies', '--target', target, '--out', vsix];
  await step('Packaging', 'node', [bin('@vscode/vsce/vsce'), 'package', ...options], { cwd: folder });

  const names = await fileList(vsix);
  const missing = required(target).filter((path) => !names.includes(path));
  const surplus = names.filter((path) => FORBIDDEN.test(path));
  const { size } = statSync(vsix);
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  if (surplus.length > 0) throw new Error(`The package holds what it should not: ${surplus.join(', ')}.`);
  if (size > MOST_BYTES) throw new Error(`The package has ${size} bytes; at most ${MOST_BYTES} are allowed.`);
  rmSync(folder, { recursive: true });
  console.log(`${vsix}: ${names.length} files, ${(size / 1e6).toFixed(1)} MB`);
} catch (error) {
  fail(error);
}
