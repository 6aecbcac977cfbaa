// What the developer commands share. Only Node's own modules: on a fresh clone nothing else is there yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The priority of work that runs beside other work: about a tenth of a core where others want them all. */
const BESIDE = 10;

/** Runs a program in the repository, its output shown; resolves to its exit code (128 + n for a signal). */
export function run(command, args, { priority, ...options } = {}) {
  const [program, before] = command === 'node' ? [process.execPath, []] : [command, []];
  return new Promise((done, fail) => {
    const child = spawn(program, [...before, ...args], { cwd: root, stdio: 'inherit', ...options });
    // What the program starts inherits it.
    if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
    // Whoever ends this process means the child; a terminal's Ctrl+C reaches both by itself.
    const pass = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, pass);
    child.on('error', fail);
    child.on('close', (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      done(code ?? 128);
    });
  });
}

/** As `run`, giving way to all other work; the output goes to a file. */
export async function runBeside(command, args, output, options = {}) {
  const file = openSync(output, 'a');
  try {
    return await run(command, args, { ...options, stdio: ['ignore', file, file], priority: BESIDE });
  } finally {
    closeSync(file);
  }
}

/** As `run`; a failure ends in an Error that names the step. */
export async function step(what, command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`${what} failed (exit code ${code}); its output is above.`);
}

/** Runs a module of an installed package, such as `tsx/cli`. */
export const bin = (path) => join(root, 'node_modules', path);

/** Installs the packages, unless what is there was installed from this very lockfile. */
export async function install() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    throw new Error(`Node.js 20 or newer is needed; this is ${process.version}. Get it at https://nodejs.org.`);
  const marker = join(root, 'node_modules', '.installed-from');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  console.log('Installing packages …');
  const npm = process.env.npm_execpath?.endsWith('.js') ? ['node', [process.env.npm_execpath]] : ['npm', []];
  // Packages' own install scripts are not needed; one would download a gigabyte of GPU libraries.
  const args = [...npm[1], 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await step('Installing packages', npm[0], args, { shell: npm[0] === 'npm' && process.platform === 'win32' });
  writeFileSync(marker, lock);
}

export async function build(...args) {
  await step('The build', 'node', [join(root, 'scripts', 'build.mjs'), ...args]);
}

/** The first of these programs on the PATH. */
export function findOnPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  return folders
    .flatMap((dir) => names.flatMap((name) => suffixes.map((end) => join(dir, name + end))))
    .find(existsSync);
}

/** Ends a command with one line in place of a stack. */
export function fail(error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
