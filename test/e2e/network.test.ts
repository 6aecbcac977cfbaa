import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf } from '../host/processes.js';
import { Workbench } from '../host/workbench.js';
import { Dialogs } from './support/dialogs.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser, sharedServer } from './support/sharedEditor.js';
import { networkCalls, requireStrace, SystemCalls } from './support/systemCalls.js';

/** Longer than the extension waits after its start with what it does by itself. */
const LOOK_AFTER_MS = 6_000;

describe('the network of a writer who downloads nothing', function () {
  let folder: string;
  let calls: SystemCalls | undefined;

  before(function () {
    requireChromium(this);
    requireStrace(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-network-'));
  });

  after(async () => {
    await calls?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('is never touched by the extension host and its children', async () => {
    const draft = join(folder, 'draft.md');
    copyFileSync(join(__dirname, 'fixtures', 'sepsis.md'), draft);
    const server = await sharedServer();
    const workbench = await Workbench.open(await sharedBrowser(), server, { folder, files: [draft] });
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(draft);

    const hosts = descendantsOf(server.pid).filter(({ command }) => command.includes('--type=extensionHost'));
    assert.ok(hosts.length > 0, 'no extension host was found');
    calls = await SystemCalls.of(
      hosts.map(({ pid }) => pid),
      'network',
    );
    const attached = Date.now();

    await workbench.type('Patients were randomly ');
    await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Tab');
    await workbench.type(' The cause of asthma');
    await workbench.runCommand('BioGPT: Describe Term');
    const panel = await workbench.webview('#text');
    await panel.locator('#ask').click();
    await panel.locator('body[data-phase="done"]').waitFor({ timeout: 60_000 });
    await workbench.runCommand('BioGPT: Choose Model…');
    const dialogs = new Dialogs(workbench);
    await dialogs.list('Choose a Model');
    await dialogs.row(/^BioGPT-Large,/);
    await workbench.page.keyboard.press('Escape');
    await workbench.page.waitForTimeout(Math.max(1_000, attached + LOOK_AFTER_MS - Date.now()));
    const lines = calls.lines();
    await workbench.close();

    assert.ok(
      lines.some((call) => call.includes('socketpair(AF_UNIX')),
      'the start of the decoder was not seen',
    );
    assert.deepEqual(networkCalls(lines), []);
  });
});
