import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { descendantsOf } from '../host/processes.js';
import { Workbench } from '../host/workbench.js';
import { Dialogs } from './support/dialogs.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';

/** Long enough for what the extension does by itself a while after its start. */
const LOOK_AFTER_MS = 6_000;

describe('the network of a writer who downloads nothing', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;

  before(async function () {
    requireChromium(this);
    const probe = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
    if (probe.status !== 0) {
      const reason = `strace does not work here: ${probe.error?.message ?? probe.stderr.trim()}`;
      if (process.env['CI'] === 'true') throw new Error(`${reason} (CI=true: a missing part is a failure)`);
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-network-'));
    browser = await launchChromium();
    server = await startCodeServer({ extension: await packagedExtension() });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('is never touched by the extension host and its children', async () => {
    const draft = join(folder, 'draft.md');
    copyFileSync(join(__dirname, 'fixtures', 'sepsis.md'), draft);
    const workbench = await Workbench.open(browser, server, { folder, files: [draft] });
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(draft);

    const hosts = descendantsOf(server.pid).filter(({ command }) => command.includes('--type=extensionHost'));
    assert.ok(hosts.length > 0, 'no extension host was found');
    const log = join(folder, 'calls');
    const attached = hosts.flatMap(({ pid }) => ['-p', String(pid)]);
    const strace = spawn('strace', ['-f', '-e', 'trace=network', '-o', log, ...attached], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => strace.once('exit', resolve));
    // It tells on standard error when it is attached.
    await new Promise((resolve) => strace.stderr.once('data', resolve));

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
    await workbench.page.waitForTimeout(LOOK_AFTER_MS);
    strace.kill('SIGINT');
    await ended;
    await workbench.close();

    const calls = readFileSync(log, 'utf8').split('\n');
    assert.ok(
      calls.some((call) => call.includes('socketpair(AF_UNIX')),
      'the start of the decoder was not seen',
    );
    // Local sockets are the C library's, asking for names of users.
    assert.deepEqual(
      calls.filter((call) => /\b(socket|connect|bind|sendto)\(/.test(call) && !call.includes('AF_UNIX')),
      [],
    );
  });
});
