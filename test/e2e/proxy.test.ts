import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { Workbench } from '../host/workbench.js';
import { TestHub } from '../support/testHub/testHub.js';
import { Dialogs } from './support/dialogs.js';
import { ForwardProxy } from './support/forwardProxy.js';
import { writeOneSentenceCheckpoint } from './support/oneSentenceModel.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser } from './support/sharedEditor.js';

/** A name that no name server knows. */
const HUB = 'hub.biogpt.test';

describe('a writer behind a proxy', function () {
  let folder: string;
  let browser: Browser;
  let hub: TestHub;
  let proxy: ForwardProxy;
  let server: CodeServer;

  before(async function () {
    requireChromium(this);
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-proxy-'));
    const checkpoint = join(folder, 'tiny');
    await writeOneSentenceCheckpoint(checkpoint);
    hub = await TestHub.start();
    await hub.publish('lab/tiny', checkpoint);
    proxy = await ForwardProxy.start({ [HUB]: hub.url });
    browser = await sharedBrowser();
    server = await startCodeServer({
      extension: await packagedExtension(),
      settings: { 'http.proxy': proxy.url },
      machineSettings: { 'biogpt.hub.endpoint': `http://${HUB}` },
    });
  });

  after(async () => {
    await server?.stop();
    await proxy?.close();
    await hub?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('downloads through the proxy that VS Code is told to use', async () => {
    const draft = join(folder, 'draft.md');
    writeFileSync(draft, '# Draft\n\n');
    const workbench = await Workbench.open(browser, server, { folder, files: [draft] });
    const dialogs = new Dialogs(workbench);
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(draft);
    await workbench.runCommand('BioGPT: Choose Model…');
    await dialogs.list('Choose a Model');
    await dialogs.pick(/^Install from Hugging Face…/);
    await dialogs.answer('Install a Model from Hugging Face', 'lab/tiny');
    await dialogs.pick(/^int8/);
    await dialogs.told('tiny (int8) is installed and in use.');

    const models = join(server.home, 'data', 'User', 'globalStorage', 'biogpt-writer.biogpt-writer', 'models');
    assert.ok(existsSync(join(models, 'lab--tiny-int8', 'model.json')));
    assert.ok(proxy.tunnels.length > 0);
    assert.deepEqual([...new Set(proxy.tunnels)], [`${HUB}:80`]);
    await workbench.close();
  });
});
