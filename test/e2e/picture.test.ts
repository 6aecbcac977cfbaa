import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Animation } from './support/animation.js';
import { Desk } from './support/desk.js';

const PICTURE = join(__dirname, '..', '..', 'media', 'ghost-text.gif');

const MANUSCRIPT = `# Interleukin-6 in early septic shock

## Methods

We enrolled 80 adults with septic shock who were admitted to the intensive
care unit [@singer2016]. Plasma levels of IL-6 and TNF-α were measured by
enzyme-linked immunosorbent assay (ELISA).

`;
/** What the writer and the model have written together in the end. */
const WRITTEN =
  /^Patients were randomly assigned to (receive |receive either )?hydrocortisone or placebo\. Mortality was associated with higher levels of IL-6 and TNF-α\.$/;

/** Between two keys, about 120 words a minute; the screen is looked at as it is by then. */
const KEY_MS = 80;
/** To read what has appeared. */
const READ_MS = 1300;
const END_MS = 2500;

/** The README's picture is made when it is asked for: what the model writes is tested elsewhere. */
(process.env['BIOGPT_UPDATE_PICTURE'] ? describe : describe.skip)("the README's picture", () => {
  const desk = Desk.inSuite({
    'breadcrumbs.enabled': false,
    'editor.cursorBlinking': 'solid',
    'editor.fontSize': 15,
    'editor.lineHeight': 24,
    'editor.occurrencesHighlight': 'off',
    'editor.scrollbar.vertical': 'hidden',
    'editor.hideCursorInOverviewRuler': true,
    'editor.overviewRulerBorder': false,
    'editor.guides.indentation': false,
    'editor.stickyScroll.enabled': false,
    'workbench.activityBar.location': 'hidden',
    'workbench.editor.showTabs': 'none',
    'workbench.layoutControl.enabled': false,
  });

  it('shows ghost text, accepted as a whole and word by word', async () => {
    const file = await desk.open('sepsis.md', MANUSCRIPT, { width: 800, height: 420, scale: 1.5 });
    const { page } = desk.workbench;
    await desk.workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await desk.workbench.focusEnd(file);
    const box = await desk.workbench.editor(file).boundingBox();
    const clip = { x: box!.x, y: box!.y, width: box!.width, height: 24 * 11.5 };

    const animation = new Animation();
    const show = async (ms: number): Promise<void> => animation.add(await page.screenshot({ clip }), ms);
    const type = async (text: string): Promise<void> => {
      for (const key of text) {
        await page.keyboard.type(key);
        await page.waitForTimeout(KEY_MS);
        await show(KEY_MS);
      }
    };
    const press = async (key: string, caption: string, ms: number): Promise<void> => {
      await page.evaluate(captioned(caption, clip.y));
      await page.keyboard.press(key);
      await page.waitForTimeout(KEY_MS);
      await show(ms);
      await page.evaluate(captioned('', clip.y));
    };
    const wait = async (): Promise<void> => {
      await desk.workbench.waitForGhostText();
      await show(READ_MS);
    };

    await show(600);
    await type('Patients were randomly ');
    await wait();
    await press('Tab', 'Tab', READ_MS);
    await type(' hydrocortisone or placebo. Mortality was associated with higher levels of ');
    await wait();
    for (let words = 0; words < 3; words++) await press('Control+ArrowRight', 'Ctrl + →', 800);
    await page.keyboard.press('Escape');
    await type('.');
    await show(END_MS);

    assert.deepEqual(await desk.workbench.notifications(), []);
    assert.match((await desk.workbench.savedText(file)).slice(MANUSCRIPT.length), WRITTEN);
    const gif = animation.toGif();
    writeFileSync(PICTURE, gif);
    console.log(`      ${animation.frames} frames, ${animation.duration / 1000} s, ${gif.length} bytes`);
  });
});

/** A script that shows the name of a key at the right, under `top`; an empty one clears it. */
function captioned(key: string, top: number): string {
  return `(() => {
    let caption = document.getElementById('caption');
    if (!caption) {
      caption = document.createElement('div');
      caption.id = 'caption';
      caption.style.cssText =
        'position:fixed;right:20px;top:${top + 12}px;z-index:9999;padding:5px 14px;border-radius:6px;' +
        'background:#12343b;color:#fff;font:600 16px DejaVu Sans,sans-serif';
      document.body.append(caption);
    }
    caption.textContent = ${JSON.stringify(key)};
    caption.style.visibility = caption.textContent ? 'visible' : 'hidden';
  })()`;
}
