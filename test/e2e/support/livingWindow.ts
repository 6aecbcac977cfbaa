import type { Browser } from 'playwright-core';
import type { CodeServer } from '../../host/codeServer.js';
import { Driver } from '../../host/driver.js';
import { Workbench } from '../../host/workbench.js';

/** VS Code's names of themes, and what a workbench that wears one is marked with. */
const THEME = {
  light: { name: 'Default Light Modern', mark: 'vs' },
  dark: { name: 'Default Dark Modern', mark: 'vs-dark' },
  contrast: { name: 'Default High Contrast', mark: 'hc-black' },
};
type Theme = keyof typeof THEME;
export const THEMES = Object.keys(THEME) as Theme[];

export interface WindowOptions {
  /** Size in CSS pixels; default 1280 × 800. */
  width?: number;
  height?: number;
  /** How many pixels of the screen each has; a window with it is a new one. */
  scale?: number;
  theme?: Theme;
  /** Nothing has happened in it: what the extension, its decoder, and the window remember of earlier tests would count. */
  fresh?: boolean;
}

/**
 * A window of a server that has the extension `DRIVER`. To open one costs more than most tests do, so it lives on from
 * test to test, with nothing open in it, until one closes it or asks for a fresh one.
 */
export class LivingWindow {
  private latest?: Workbench;
  private driver?: Driver;

  constructor(
    private readonly browser: Browser,
    private readonly server: CodeServer,
    private readonly folder: string,
  ) {}

  /** Whether it has ever been opened. */
  get used(): boolean {
    return this.latest !== undefined;
  }

  /** The window, or the last one that there was. */
  get workbench(): Workbench {
    if (this.latest === undefined) throw new Error('No window has been opened.');
    return this.latest;
  }

  /**
   * Shows a file, and nothing else, the cursor behind its text, once the extension runs.
   * @param write writes the file, when nothing shows it any more
   */
  async show(file: string, write: () => void, options: WindowOptions = {}): Promise<void> {
    const alone = options.fresh === true || options.scale !== undefined;
    const lives = !alone && (await this.clear());
    write();
    if (lives) {
      await this.workbench.resize(options.width, options.height);
      await this.driver!.open(file);
    } else {
      await this.close();
      await this.open(file, options);
    }
    if (options.theme) {
      const { name, mark } = THEME[options.theme];
      await this.driver!.configure('workbench.colorTheme', name);
      await this.workbench.page.locator(`.monaco-workbench.${mark}`).waitFor();
    }
    await this.workbench.waitForStatusItem(/BioGPT/);
    await this.workbench.focusEnd(file);
  }

  async close(): Promise<void> {
    await this.latest?.close();
    delete this.driver;
  }

  private async open(file: string, { width, height, scale }: WindowOptions): Promise<void> {
    const driver = Driver.expected(this.server);
    this.latest = await Workbench.open(this.browser, this.server, {
      folder: this.folder,
      files: [file],
      ...(width && { width }),
      ...(height && { height }),
      ...(scale && { context: await this.browser.newContext({ deviceScaleFactor: scale }) }),
    });
    this.driver = await driver();
  }

  /** Clears the window of what a test has left; whether there is one, and that succeeded. */
  private async clear(): Promise<boolean> {
    if (this.driver === undefined || this.workbench.closed) return false;
    try {
      await this.workbench.closeDialog();
      await this.driver.clear();
      return true;
    } catch (error) {
      console.log(`      a new window, for the last one can't be cleared: ${String(error)}`);
      return false;
    }
  }
}
