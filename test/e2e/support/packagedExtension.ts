import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

let made: string | undefined;

/**
 * The product as users install it: a `.vsix` of this platform, made once in a run of `npm test`, else once in a process.
 * @throws Error with the packager's output when it fails.
 */
export async function packagedExtension(): Promise<string> {
  return (made ??= pack());
}

function pack(): string {
  const run = process.env['BIOGPT_TEST_RUN'];
  const vsix = join(run ?? join(root, 'out'), 'e2e.vsix');
  if (run !== undefined && existsSync(vsix)) return vsix;
  mkdirSync(join(root, 'out'), { recursive: true });
  const result = spawnSync(process.execPath, ['scripts/package.mjs', '--out', vsix], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`Packaging failed:\n${result.stdout}${result.stderr}`);
  console.log(`      ${result.stdout.trim().split('\n').at(-1)}`);
  return vsix;
}
