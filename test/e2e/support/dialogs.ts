import type { Locator } from 'playwright-core';
import type { Workbench } from '../../host/workbench.js';

/** What the workbench asks and tells, as a person answers and reads it. */
export class Dialogs {
  constructor(private readonly workbench: Workbench) {}

  /** The rows of the list that is open, by the text in them. */
  row(text: string | RegExp): Locator {
    return this.workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Picks from the list that is open or about to be. */
  async pick(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor({ timeout: 20_000 });
    await row.click();
  }

  /** Presses a button of a row, by its tooltip. */
  async pressInRow(text: string | RegExp, button: string): Promise<void> {
    const row = this.row(text);
    await row.waitFor({ timeout: 20_000 });
    await row.hover();
    await row.locator(`.quick-input-list-entry-action-bar a[aria-label^="${button}"]`).click();
  }

  /** Types into the input that is open or about to be, and confirms. */
  async answer(title: string, text: string): Promise<void> {
    const { page } = this.workbench;
    await page.locator('.quick-input-title').filter({ hasText: title }).waitFor({ timeout: 20_000 });
    await page.locator('.quick-input-widget input').first().fill(text);
    await page.keyboard.press('Enter');
  }

  /** Lines of the list that is open. */
  async rows(): Promise<string[]> {
    const rows = await this.workbench.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    return rows.map((text) => text.replace(/\s+/g, ' ').trim());
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
    const { page } = this.workbench;
    for (;;) {
      const close = page.locator('.notification-toast .codicon-notifications-clear').first();
      if (!(await close.isVisible())) return;
      await close.click();
    }
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
