import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startCodeServer, type CodeServer } from '../../host/codeServer.js';
import { Workbench } from '../../host/workbench.js';
import { packagedExtension } from './packagedExtension.js';
import { requireChromium } from './requireChromium.js';
import { sharedBrowser, sharedServer } from './sharedEditor.js';

export const PICTURES = join(__dirname, '..', '..', '..', 'out', 'screenshots');

/** Size in CSS pixels, and how many pixels of the screen each has. */
export interface Window {
  width?: number;
  height?: number;
  scale?: number;
}

/** Where a writer works: a folder for all tests of a suite, in a VS Code with the packaged extension; a window for each. */
export class Desk {
  folder!: string;
  server!: CodeServer;
  /** The window of the test that runs. */
  workbench!: Workbench;
  private browser!: Browser;

  private constructor() {}

  /**
   * Called in a suite: its tests find the desk set up, its remains are cleared away.
   * @param machine makes the settings of the machine, once
   * @param neighbours folders of other extensions, for this suite alone
   */
  static inSuite(
    settings: Record<string, unknown> = {},
    machine: () => Promise<Record<string, unknown>> = async () => ({}),
    neighbours: readonly string[] = [],
  ): Desk {
    const desk = new Desk();
    const all = { 'editor.minimap.enabled': false, 'editor.wordWrap': 'on', ...settings };
    before(async function () {
      requireChromium(this);
      mkdirSync(PICTURES, { recursive: true });
      desk.folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-'));
      desk.browser = await sharedBrowser();
      const machineSettings = await machine();
      desk.server =
        neighbours.length === 0
          ? await sharedServer(all, machineSettings)
          : await startCodeServer({ extension: await packagedExtension(), neighbours, settings: all, machineSettings });
    });
    after(async () => {
      if (neighbours.length > 0) await desk.server?.stop();
      if (desk.folder !== undefined) rmSync(desk.folder, { recursive: true, force: true });
    });
    afterEach(async function () {
      const { workbench } = desk;
      if (workbench === undefined) return;
      if (this.currentTest?.state === 'failed') {
        await desk.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
        console.log(workbench.consoleLines.filter((line) => !line.includes('bindings file')).join('\n'));
        console.log(desk.server.output().split('\n').slice(-20).join('\n'));
      }
      assert.deepEqual(workbench.foreignRequests, [], 'the page asked another machine');
      await workbench.close();
    });
    return desk;
  }

  /** Opens a window with a new file of that text, the cursor behind it, once the extension runs. Its path. */
  async open(name: string, text: string, { width, height, scale }: Window = {}): Promise<string> {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    this.workbench = await Workbench.open(this.browser, this.server, {
      folder: this.folder,
      files: [file],
      ...(width && { width }),
      ...(height && { height }),
      ...(scale && { context: await this.browser.newContext({ deviceScaleFactor: scale }) }),
    });
    await this.workbench.waitForStatusItem(/BioGPT/);
    await this.workbench.focusEnd(file);
    return file;
  }

  /** Keeps what is on the screen. */
  async picture(name: string): Promise<void> {
    await this.workbench.screenshot(join(PICTURES, `${name}.png`));
  }
}
