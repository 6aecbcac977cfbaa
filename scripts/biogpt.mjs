// Runs the command line; builds it first where it is missing or older than its sources. `eval` is a bench's.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bin, build, fail, install, root, run } from './lib/project.mjs';

const bundle = join(root, 'dist', 'cli.cjs');

function isStale() {
  if (!existsSync(bundle)) return true;
  const built = statSync(bundle).mtimeMs;
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  return files.some((file) => file.isFile() && statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs > built);
}

try {
  if (!existsSync(bin('esbuild'))) {
    // Standard output belongs to the command.
    console.log = console.error;
    await install();
  }
  const [command, ...rest] = process.argv.slice(2);
  const isEval = command === 'eval';
  if (!isEval && isStale()) await build();
  const program = isEval
    ? [bin('tsx/dist/cli.mjs'), join(root, 'bench', 'quality', 'main.ts'), ...rest]
    : [bundle, ...process.argv.slice(2)];
  // npm runs scripts in the repository; paths are meant from where the command was typed.
  process.exitCode = await run('node', program, {
    cwd: process.env.INIT_CWD ?? process.cwd(),
  });
} catch (error) {
  fail(error);
}
