// Opens a real VS Code with the extension and a copy of the sample manuscripts: the desktop's where there is a
// display and a VS Code to be had, else one in the browser.
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, fail, findOnPath, install, root, step } from './lib/project.mjs';

const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });

const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

/** A desktop VS Code: named by `BIOGPT_VSCODE`, on the PATH, or downloaded; undefined where none can be had. */
async function desktopVsCode() {
  const named = process.env.BIOGPT_VSCODE;
  if (named) {
    if (!existsSync(named))
      throw new Error(`BIOGPT_VSCODE names ${named}, which does not exist. Correct it or unset it.`);
    return named;
  }
  const installed = findOnPath('code', 'codium');
  if (installed) return installed;
  try {
    const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
    return await downloadAndUnzipVSCode({ cachePath: join(root, '.vscode-test'), timeout: 15_000 });
  } catch (error) {
    console.log(`No desktop VS Code could be downloaded (${error.message}).`);
    return undefined;
  }
}

try {
  await install();
  console.log('Building …');
  await build();
  const folder = join(mkdtempSync(join(tmpdir(), 'biogpt-sample-')), 'manuscript');
  cpSync(join(root, 'samples'), folder, { recursive: true });
  const vscode = values.browser || !hasDisplay() ? undefined : await desktopVsCode();
  if (vscode) {
    console.log(`Opening ${vscode} on ${folder}`);
    const files = ['manuscript.tex', 'manuscript.md'].map((name) => join(folder, name));
    await step('VS Code', vscode, ['--new-window', `--extensionDevelopmentPath=${root}`, folder, ...files], {
      shell: process.platform === 'win32',
    });
  } else {
    const port = values.port ? ['--port', values.port] : [];
    await step('VS Code in the browser', 'node', ['--import', 'tsx', 'scripts/serve.ts', folder, ...port]);
  }
} catch (error) {
  fail(error);
}
