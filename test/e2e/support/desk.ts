import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startCodeServer, type CodeServer } from '../../host/codeServer.js';
import { DRIVER } from '../../host/driver.js';
import type { Workbench } from '../../host/workbench.js';
import { LivingWindow, type WindowOptions } from './livingWindow.js';
import { packagedExtension } from './packagedExtension.js';
import { requireChromium } from './requireChromium.js';
import { sharedBrowser, sharedServer } from './sharedEditor.js';

export const PICTURES = join(__dirname, '..', '..', '..', 'out', 'screenshots');

/**
 * Where a writer works: a folder for all tests of a suite, in a VS Code with the packaged extension, and a window,
 * which lives on from test to test until one fails.
 */
export class Desk {
  folder!: string;
  server!: CodeServer;
  private window!: LivingWindow;

  private constructor() {}

  /** The window of the test that runs. */
  get workbench(): Workbench {
    return this.window.workbench;
  }

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
      const machineSettings = await machine();
      desk.server =
        neighbours.length === 0
          ? await sharedServer(all, machineSettings)
          : await startCodeServer({
              extension: await packagedExtension(),
              neighbours: [DRIVER, ...neighbours],
              settings: all,
              machineSettings,
            });
      desk.window = new LivingWindow(await sharedBrowser(), desk.server, desk.folder);
    });
    after(async () => {
      await desk.window?.close();
      if (neighbours.length > 0) await desk.server?.stop();
      if (desk.folder !== undefined) rmSync(desk.folder, { recursive: true, force: true });
    });
    afterEach(async function () {
      if (!desk.window?.used) return;
      const { workbench } = desk;
      const failed = this.currentTest?.state === 'failed';
      if (failed) {
        await desk.picture(`failed-${this.currentTest!.title.replace(/\W+/g, '-')}`);
        console.log(workbench.consoleLines.filter((line) => !line.includes('bindings file')).join('\n'));
        console.log(desk.server.output().split('\n').slice(-20).join('\n'));
      }
      if (failed || workbench.foreignRequests.length > 0) await workbench.close();
      assert.deepEqual(workbench.foreignRequests, [], 'the page asked another machine');
    });
    return desk;
  }

  /** Shows a new file of that text, and nothing else, the cursor behind it, once the extension runs. Its path. */
  async open(name: string, text: string, options: WindowOptions = {}): Promise<string> {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    await this.window.show(file, () => writeFileSync(file, text), options);
    return file;
  }

  /** Keeps what is on the screen. */
  async picture(name: string): Promise<void> {
    await this.workbench.screenshot(join(PICTURES, `${name}.png`));
  }
}
