import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { decodersBelow } from '../host/processes.js';
import { Workbench } from '../host/workbench.js';
import { Dialogs } from './support/dialogs.js';
import { startFilming, stopFilming } from './support/frames.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';

const pictures = join(__dirname, '..', '..', 'out', 'screenshots');
const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');

/** Whatever the model is sure of is told by the yardstick; here there must be a suggestion, and a long one. */
const LONG = {
  'biogpt.completion.caution': 0,
  'biogpt.completion.facts': 'allow',
  'biogpt.completion.until': 'line',
  'biogpt.completion.maxTokens': 90,
  'biogpt.completion.timeBudgetMs': 30_000,
};

describe('the moments of ghost text', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;
  let workbench: Workbench;

  before(async function () {
    requireChromium(this);
    mkdirSync(pictures, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-moments-'));
    browser = await launchChromium();
    server = await startCodeServer({
      extension: await packagedExtension(),
      settings: {
        'editor.minimap.enabled': false,
        'editor.wordWrap': 'on',
        'biogpt.completion.exclude': ['letters/**'],
        '[markdown]': LONG,
      },
    });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (workbench === undefined) return;
    if (this.currentTest?.state === 'failed') {
      await workbench.screenshot(join(pictures, `failed-${this.currentTest.title.replace(/\W+/g, '-')}.png`));
      console.log(workbench.consoleLines.filter((line) => !line.includes('bindings file')).join('\n'));
    }
    await workbench.close();
  });

  async function open(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    workbench = await Workbench.open(browser, server, { folder, files: [file] });
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(file);
    return file;
  }

  it('off is off: no decoder runs for a file that a glob excludes', async () => {
    await open(join('letters', 'editor.md'), MARKDOWN);
    await workbench.type('The primary outcome was the change in mortality. ');
    await workbench.page.waitForTimeout(2_000);
    assert.equal(await workbench.ghostText(), '');
    await workbench.page.keyboard.press('Control+ArrowRight');
    assert.deepEqual(decodersBelow(server.pid), []);
    await workbench.screenshot(join(pictures, 'excluded.png'));
  });

  it('accepts a word, and the rest stays on the screen', async () => {
    const text = `${MARKDOWN}The primary outcome was `;
    const file = await open('word.md', text.slice(0, -1));
    await workbench.type(' ');
    const ghost = await workbench.waitForGhostText();
    await startFilming(workbench.page);
    const word = /^\s*\S+/.exec(ghost)![0];
    await workbench.page.keyboard.press('Control+ArrowRight');
    await workbench.page.waitForTimeout(500);
    const { frames } = await stopFilming(workbench.page);
    assert.deepEqual(frames.filter((frame) => frame.ghost.trim() === ''), []);
    assert.equal(await workbench.ghostText(), ghost.slice(word.length));
    assert.equal(await workbench.savedText(file), text + word);

    const sentence = /^[^.]*\./.exec(ghost)![0];
    await workbench.page.keyboard.press('Control+ArrowDown');
    await workbench.page.waitForTimeout(500);
    assert.equal(await workbench.savedText(file), text + sentence);
    await workbench.screenshot(join(pictures, 'sentence.png'));
  });

  it('does not bring a dismissed suggestion back', async () => {
    await open('dismissed.md', MARKDOWN);
    await workbench.type('The primary outcome was ');
    const ghost = await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.waitForTimeout(300);
    assert.equal(await workbench.ghostText(), '');
    await workbench.type(ghost.slice(0, 6));
    await workbench.page.waitForTimeout(1_500);
    assert.equal(await workbench.ghostText(), '');
    // Another text, another suggestion.
    await workbench.type('. Written informed consent was ');
    assert.notEqual((await workbench.waitForGhostText()).trim(), '');
  });

  it('is snoozed, and woken, from the menu of the status item', async () => {
    const file = await open('snoozed.md', MARKDOWN);
    const dialogs = new Dialogs(workbench);
    await workbench.statusItem(/BioGPT/).first().click();
    await dialogs.pick(/Snooze/);
    await dialogs.list('Snooze Ghost Text');
    await workbench.screenshot(join(pictures, 'snooze.png'));
    await dialogs.pick(/^15 minutes/);
    await workbench.statusItem(/BioGPT/).locator('[aria-label*="snoozed"]').first().waitFor();
    await workbench.focusEnd(file);
    await workbench.type('The primary outcome was ');
    await workbench.page.waitForTimeout(1_500);
    assert.equal(await workbench.ghostText(), '');
    await workbench.screenshot(join(pictures, 'snoozed.png'));
    await workbench.statusItem(/BioGPT/).first().click();
    await dialogs.pick(/End Snooze/);
    await workbench.focusEnd(file);
    await workbench.type('the ');
    assert.notEqual((await workbench.waitForGhostText()).trim(), '');
  });
});
