import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { Workbench } from '../host/workbench.js';
import { PICTURES } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser } from './support/sharedEditor.js';

describe('a new user', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;

  before(async function () {
    requireChromium(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-install-'));
    browser = await sharedBrowser();
    server = await startCodeServer();
  });

  after(async () => {
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("installs the package by the editor's own command, as the README says, and accepts a suggestion", async () => {
    const vsix = await packagedExtension();
    const draft = join(folder, 'draft.md');
    writeFileSync(draft, '# Draft\n\n');
    const workbench = await Workbench.open(browser, server, { folder, files: [draft] });
    const dialogs = new Dialogs(workbench);
    const { page } = workbench;

    await workbench.runCommand('Extensions: Install from VSIX...');
    await dialogs.file(vsix, join(PICTURES, 'install-vsix.png'));
    await dialogs.told(/Completed installing/i, 150_000);

    await workbench.focusEnd(draft);
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.type('Patients were randomly ');
    const ghost = await workbench.waitForGhostText();
    await page.screenshot({ path: join(PICTURES, 'install-ghost-text.png') });
    await page.keyboard.press('Tab');
    assert.match(await workbench.savedText(draft), new RegExp(`Patients were randomly ${ghost.trim().split(' ')[0]}`));
    await workbench.close();
  });
});
