import type { Page } from 'playwright-core';

export interface Frame {
  /** When it was drawn, milliseconds on the page's clock. */
  at: number;
  /** The ghost text that is drawn; empty when there is none. */
  ghost: string;
}

export interface Film {
  frames: Frame[];
  keys: { at: number; key: string }[];
}

/**
 * Looks at the ghost text in every frame the page draws, and at every key it gets, until `stopFilming`. A look before a
 * frame would see what the frame before it drew: the workbench writes its changes in a callback of the same frame that
 * runs later. A message sent meanwhile arrives when the frame is drawn.
 */
export async function startFilming(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const film = { frames: [], keys: [], on: true };
    window.film = film;
    addEventListener('keydown', ({ key }) => film.keys.push({ at: performance.now(), key }), true);
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      const parts = [...document.querySelectorAll('.view-lines [class*="ghost-text"]')];
      film.frames.push({
        at: performance.now(),
        ghost: parts.map((part) => part.textContent).join('').replace(/\\u00a0/g, ' '),
      });
    };
    const look = () => {
      drawn.port2.postMessage(null);
      if (film.on) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })()`);
}

export async function stopFilming(page: Page): Promise<Film> {
  return page.evaluate<Film>(`(() => {
    window.film.on = false;
    return { frames: window.film.frames, keys: window.film.keys };
  })()`);
}
