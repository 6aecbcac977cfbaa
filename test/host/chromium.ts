import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** How to get a Chromium on this machine, as one line for a person. */
export const INSTALL_CHROMIUM =
  process.platform === 'linux'
    ? 'sudo apt-get install -y --no-install-recommends chromium fonts-dejavu-core'
    : 'npx playwright-core install chromium';

/**
 * The executable of a Chromium: named by `CHROMIUM`, else found on the PATH, in the usual places, or
 * among playwright's downloads.
 *
 * @throws Error when `CHROMIUM` names something that cannot be run.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['CHROMIUM'];
  if (named) {
    if (!isExecutable(named))
      throw new Error(`CHROMIUM is set to ${named}, which cannot be run. Correct it or unset it.`);
    return named;
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const downloaded = chromium.executablePath();
  return [...onPath, ...PLACES, ...(downloaded ? [downloaded] : [])].find(
    (path) => existsSync(path) && isExecutable(path),
  );
}

/** @throws Error naming the install command when there is no Chromium. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(`No Chromium was found. Install one: ${INSTALL_CHROMIUM}`);
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
