import type { Page } from 'playwright-core';

/** How long the window takes from a key to the frame that shows it. Measured in the page. */
export class KeyTimes {
  private constructor(private readonly page: Page) {}

  static async in(page: Page): Promise<KeyTimes> {
    await page.evaluate(`(() => {
      const times = (window.keyTimes = []);
      window.addEventListener(
        'keydown',
        () => {
          const pressed = performance.now();
          requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - pressed)));
        },
        { capture: true },
      );
    })()`);
    return new KeyTimes(page);
  }

  /** The times since the last call; milliseconds. */
  take(): Promise<number[]> {
    return this.page.evaluate<number[]>('window.keyTimes.splice(0)');
  }
}
