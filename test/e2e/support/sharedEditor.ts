import type { Browser } from 'playwright-core';
import { launchChromium } from '../../host/chromium.js';
import { startCodeServer, writeMachineSettings, writeUserSettings, type CodeServer } from '../../host/codeServer.js';
import { DRIVER } from '../../host/driver.js';
import { packagedExtension } from './packagedExtension.js';

let browser: Promise<Browser> | undefined;
let server: Promise<CodeServer> | undefined;

// Outside of any suite: behind the last test.
after(async () => {
  await (await browser)?.close();
  await (await server)?.stop();
});

/** A browser for all suites of this process. */
export function sharedBrowser(): Promise<Browser> {
  return (browser ??= launchChromium());
}

/**
 * A VS Code with the packaged extension, for all suites of this process that install no models; each has its own settings.
 * What else a window remembers lies in its context of the browser.
 */
export async function sharedServer(
  settings: Record<string, unknown> = {},
  machineSettings: Record<string, unknown> = {},
): Promise<CodeServer> {
  const started = await (server ??= packagedExtension().then((extension) =>
    startCodeServer({ extension, neighbours: [DRIVER] }),
  ));
  writeUserSettings(started.home, settings);
  writeMachineSettings(started.home, machineSettings);
  return started;
}
