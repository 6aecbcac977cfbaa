import { basename } from 'node:path';
import type { Locator } from 'playwright-core';
import type { Workbench } from '../../host/workbench.js';

const yes = (): boolean => true;
const no = (): boolean => false;

/** What the workbench asks and tells, as a person answers and reads it. */
export class Dialogs {
  constructor(private readonly workbench: Workbench) {}

  /**
   * Waits for a row of the list that is open or about to be, and scrolls to it.
   * @param says what a screen reader says of it: its label, description and detail
   * @throws Error with the rows that are there instead
   */
  async row(says: RegExp, timeout = 20_000): Promise<{ row: Locator; label: string }> {
    const { page } = this.workbench;
    const rows = page.locator('.quick-input-list .monaco-list-row');
    const seen = new Set<string>();
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      const labels = await this.rows();
      const at = labels.findIndex((label) => says.test(label));
      // Rows out of sight are not in the page, or there but covered.
      const more = labels.some((label) => !seen.has(label));
      for (const label of labels) seen.add(label);
      const list = await page.locator('.quick-input-list').boundingBox();
      // By its label: rows change places in the page as the list scrolls.
      const row = rows.and(page.locator(`[aria-label=${JSON.stringify(labels[at])}]`)).first();
      const found = at >= 0 ? await row.boundingBox() : null;
      if (list && found) {
        const [above, below] = [list.y - found.y, found.y + found.height - (list.y + list.height)];
        if (above <= 0 && below <= 0) return { row, label: labels[at]! };
        await this.scroll(list, above > 0 ? -above : below);
      } else if (list && labels.length > 0) {
        await this.scroll(list, more ? 120 : -5000);
      }
      await page.waitForTimeout(100);
    }
    throw new Error(`No row says ${says}. There are:\n${[...seen].join('\n')}`);
  }

  private async scroll(list: { x: number; y: number; width: number; height: number }, by: number): Promise<void> {
    const { mouse } = this.workbench.page;
    await mouse.move(list.x + list.width / 2, list.y + list.height / 2);
    await mouse.wheel(0, by);
  }

  /** Picks from the list that is open or about to be. */
  async pick(says: RegExp): Promise<void> {
    const { row } = await this.row(says);
    await row.click();
  }

  /** Waits until the list with this title is open. */
  async list(title: string): Promise<void> {
    await this.workbench.page.locator('.quick-input-title').filter({ hasText: title }).waitFor({ timeout: 20_000 });
  }

  /** Presses a button of a row, by its tooltip. */
  async pressInRow(says: RegExp, button: string): Promise<void> {
    const { row } = await this.row(says);
    await row.hover();
    await row.locator(`.quick-input-list-entry-action-bar a[aria-label^="${button}"]`).click();
  }

  /** Types into the input that is open or about to be, and confirms. */
  async answer(title: string, text: string): Promise<void> {
    const { page } = this.workbench;
    await this.list(title);
    await page.locator('.quick-input-widget input').first().fill(text);
    await page.keyboard.press('Enter');
  }

  /**
   * Chooses a file in the editor's own dialog, which fills its box with a folder and its list a moment after it opens, and
   * takes Enter for nothing until then.
   * @param picture where to keep what the dialog looks like
   * @throws Error when the dialog is still there after a minute
   */
  async file(path: string, picture: string): Promise<void> {
    const { page } = this.workbench;
    const box = page.locator('.quick-input-widget input').first();
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: basename(path) });
    await box.waitFor();
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      await box.fill(path);
      if (!(await row.first().waitFor({ timeout: 5_000 }).then(yes, no))) continue;
      await page.screenshot({ path: picture });
      await page.keyboard.press('Enter');
      if (await box.waitFor({ state: 'hidden', timeout: 5_000 }).then(yes, no)) return;
    }
    throw new Error(`The dialog did not take ${path}.`);
  }

  /** What a screen reader says of each row in sight of the list that is open. */
  async rows(): Promise<string[]> {
    const rows = this.workbench.page.locator('.quick-input-list .monaco-list-row');
    return rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  notification(text: string | RegExp): Locator {
    return this.workbench.page.locator('.notification-toast').filter({ hasText: text }).first();
  }

  /** Waits for a notification. @returns what it says */
  async told(text: string | RegExp, timeout = 60_000): Promise<string> {
    const notification = this.notification(text);
    await notification.waitFor({ timeout });
    return notification.locator('.notification-list-item-message').innerText();
  }

  /** Presses a button of a notification. */
  async press(text: string | RegExp, button: string): Promise<void> {
    await this.notification(text).locator('.monaco-button').filter({ hasText: button }).first().click();
  }

  /** Closes all notifications. */
  async dismissAll(): Promise<void> {
    await this.workbench.runCommand('Notifications: Clear All Notifications');
    await this.workbench.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
  }

  /** Waits for a modal dialog and presses one of its buttons. @returns what it says */
  async decide(text: string | RegExp, button: string): Promise<string> {
    const dialog = this.workbench.page.locator('.monaco-dialog-box').filter({ hasText: text });
    await dialog.waitFor({ timeout: 20_000 });
    const said = await dialog.innerText();
    await dialog.locator('.monaco-button').filter({ hasText: button }).first().click();
    return said;
  }
}
