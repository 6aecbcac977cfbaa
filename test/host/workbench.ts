import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import type { Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page } from 'playwright-core';

import type { CodeServer, PagePayload } from './codeServer.js';

export interface WorkbenchOptions {
  /** Absolute path of the folder to open. */
  folder: string;
  /** Absolute paths of files to open, the last one in front. */
  files?: string[];
  /** Size of the window in CSS pixels; default 1280 × 800. */
  width?: number;
  height?: number;
  payload?: PagePayload;
  /** The browser's context to open the page in; omitted: a new one. */
  context?: BrowserContext;
}

/** A workbench in a browser page, driven as a writer would: by keys and by what is on the screen. */
export class Workbench {
  /** Requests that left for another machine; a quiet extension has none. */
  readonly foreignRequests: string[] = [];
  /** What the page wrote to its console. */
  readonly consoleLines: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, server: CodeServer, options: WorkbenchOptions): Promise<Workbench> {
    const context =
      options.context ?? (await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] }));
    const page = await context.newPage();
    const workbench = new Workbench(page);
    await workbench.resize(options.width, options.height);
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const local = hostname === '127.0.0.1' || hostname === 'localhost' || !/^(https?|wss?):$/.test(protocol);
      if (!local) workbench.foreignRequests.push(request.url());
    });
    page.on('console', (message) => workbench.consoleLines.push(firstLine(message)));
    await page.goto(server.url(options.folder, options.files, options.payload));
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    return workbench;
  }

  /** Changes the size of the window, in CSS pixels. */
  async resize(width = 1280, height = 800): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** The status-bar item whose text or accessible name matches. */
  statusItem(text: RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /**
   * Waits for a status-bar item: the sign that the extension runs. The editor is on the screen before
   * the extension host is, and a key typed too early reaches no provider.
   */
  async waitForStatusItem(text: RegExp, timeout = 60_000): Promise<void> {
    await this.statusItem(text).first().waitFor({ timeout });
  }

  editor(file: string): Locator {
    return this.page.locator(`.monaco-editor[data-uri$="${basename(file)}"]`).first();
  }

  /** Puts the focus into the editor of `file`, the cursor at the end of its text. */
  async focusEnd(file: string): Promise<void> {
    await this.editor(file).locator('.view-lines').click();
    await this.waitForFocus(file);
    await this.page.keyboard.press(process.platform === 'darwin' ? 'Meta+ArrowDown' : 'Control+End');
  }

  /** Types as a person would, `delay` milliseconds between the keys. */
  async type(text: string, delay = 30): Promise<void> {
    await this.page.keyboard.type(text, { delay });
  }

  /** The ghost text on the screen, its parts joined; empty when there is none. */
  async ghostText(): Promise<string> {
    const parts = await this.page.locator('.view-lines [class*="ghost-text"]').allInnerTexts();
    return parts.join('').replace(/\u00a0/g, ' ');
  }

  /**
   * Waits until ghost text is there and has stopped changing for 300 ms.
   *
   * @throws Error after `timeout` milliseconds without any.
   */
  async waitForGhostText(timeout = 20_000): Promise<string> {
    const deadline = Date.now() + timeout;
    let last = '';
    let since = Date.now();
    while (Date.now() < deadline) {
      const now = await this.ghostText();
      if (now !== last) [last, since] = [now, Date.now()];
      if (last.trim() && Date.now() - since >= 300) return last;
      await this.page.waitForTimeout(50);
    }
    throw new Error(`No ghost text appeared within ${timeout} ms.`);
  }

  /**
   * Looks for `ms` milliseconds whether ghost text appears. What is there may take a moment to go.
   *
   * @throws Error as soon as there is some.
   */
  async staysWithoutGhostText(ms: number): Promise<void> {
    for (const patience = Date.now() + 500; (await this.ghostText()) !== '' && Date.now() < patience;)
      await this.page.waitForTimeout(20);
    for (const deadline = Date.now() + ms; Date.now() < deadline; await this.page.waitForTimeout(50)) {
      const ghost = await this.ghostText();
      if (ghost !== '') throw new Error(`There is ghost text: ${JSON.stringify(ghost)}`);
    }
  }

  /** Waits until the ghost text is another than `ghost`, or gone. */
  async ghostTextOtherThan(ghost: string, timeout = 10_000): Promise<string> {
    for (const deadline = Date.now() + timeout; Date.now() < deadline; await this.page.waitForTimeout(20)) {
      const now = await this.ghostText();
      if (now !== ghost) return now;
    }
    throw new Error(`The ghost text is still ${JSON.stringify(ghost)}.`);
  }

  /** Waits until the editor of `file` has the focus. */
  async waitForFocus(file: string, timeout = 10_000): Promise<void> {
    await this.editor(file).and(this.page.locator('.focused')).waitFor({ timeout });
  }

  /**
   * Saves `file`, whose editor has the focus or is about to, and reads it from the disk: what the buffer really holds.
   * A key that comes while the workbench passes the focus on may be lost, so that it is pressed again.
   *
   * @throws Error when nothing was written within 10 s.
   */
  async savedText(file: string): Promise<string> {
    await this.waitForFocus(file);
    const before = statSync(file, { bigint: true }).mtimeNs;
    const written = (): boolean => statSync(file, { bigint: true }).mtimeNs !== before;
    for (const deadline = Date.now() + 10_000; !written();) {
      if (Date.now() > deadline) throw new Error(`${file} was not saved within 10 s; has its editor the focus?`);
      // An explicit save writes even when nothing changed.
      await this.page.keyboard.press(process.platform === 'darwin' ? 'Meta+S' : 'Control+S');
      for (const patience = Date.now() + 2_000; !written() && Date.now() < patience;)
        await this.page.waitForTimeout(30);
    }
    await this.page.waitForTimeout(100);
    return readFileSync(file, 'utf8');
  }

  /**
   * Runs a command by its title, through the palette. The palette fills its list in steps, and takes Enter for nothing
   * while no row has the focus; whatever takes the focus closes it. So it is asked again until it has gone.
   *
   * @throws Error when no such command could be run within a minute, with the rows that were there instead.
   */
  async runCommand(title: string): Promise<void> {
    await this.pick(`>${title}`, title);
  }

  /** Opens a file of the folder by its name, the cursor at the end of its text. */
  async openFile(file: string): Promise<void> {
    await this.pick(basename(file), basename(file));
    await this.focusEnd(file);
  }

  /** Picks the row that holds `title` from what Quick Open finds for `asked`. */
  private async pick(asked: string, title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    let seen: string[] = [];
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      await this.page.keyboard.press('F1');
      // A workbench that is still starting may not have heard the key.
      const open = input.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (!(await open)) continue;
      await input.fill(asked);
      const ready = rows.and(this.page.locator('.focused')).filter({ hasText: title });
      if (
        !(await ready.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        ))
      ) {
        seen = await rows.allInnerTexts();
        // The list is of the commands that were there when it was opened.
        await this.page.keyboard.press('Escape');
        continue;
      }
      await this.page.keyboard.press('Enter');
      for (const patience = Date.now() + 2_000; Date.now() < patience;) {
        if (!(await input.isVisible()) || (await input.inputValue()) !== asked) return;
        await this.page.waitForTimeout(20);
      }
    }
    throw new Error(`Quick Open did not pick "${title}". Its rows were:\n${seen.join('\n')}`);
  }

  /**
   * The document inside the webview that holds an element matching `selector`. VS Code nests a webview's
   * document in two frames.
   *
   * @throws Error after `timeout` milliseconds without any.
   */
  async webview(selector: string, timeout = 20_000): Promise<Frame> {
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No webview showed ${selector} within ${timeout} ms.`);
  }

  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  /** Closes the modal dialog, if there is one, without a choice. */
  async closeDialog(): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box');
    if (!(await dialog.first().isVisible())) return;
    await this.page.keyboard.press('Escape');
    await dialog.first().waitFor({ state: 'detached' });
  }

  /** Whether the window has been closed. */
  get closed(): boolean {
    return this.page.isClosed();
  }

  /** Closes the window; nothing happens if it has been closed. */
  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Stack traces of the server's missing optional modules would bury the rest. */
function firstLine(message: ConsoleMessage): string {
  return `${message.type()}: ${message
    .text()
    .replace(/%c|color: \S*/g, '')
    .trim()
    .split('\n')[0]!
    .slice(0, 300)}`;
}
