import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodersBelow } from '../host/processes.js';
import { Desk } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';
import { startFilming, stopFilming } from './support/frames.js';

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
const LATEX = readFileSync(join(__dirname, 'fixtures', 'asthma.tex'), 'utf8');

/** Whatever the model is sure of is told by the yardstick; here there must be a suggestion, and a long one. */
const LONG = {
  'biogpt.completion.caution': 0,
  'biogpt.completion.facts': 'allow',
  'biogpt.completion.until': 'line',
  'biogpt.completion.maxTokens': 90,
  'biogpt.completion.timeBudgetMs': 30_000,
};
const ALONG = 200;
/** A fast typist: 120 words a minute. */
const KEY_MS = 100;
/**
 * Faster than anyone types. Not in Markdown: VS Code asks its path suggestions at each full stop there, and if their
 * answer comes when a word has begun behind it, shows a list of the document's words, with ghost text or without any
 * extension that writes it. The ghost text waits four to thirteen frames until it is known to go on from the list.
 */
const FAST_KEY_MS = 30;
const ALONG_FAST = 60;
/** The writer's pause before accepting. */
const PAUSE_MS = 500;
const BEGINNINGS = [
  'The primary outcome was ',
  '. Patients were ',
  '. The mean age of ',
  '. Children with asthma ',
  '. We measured the ',
  '. The treatment was ',
  '. In addition, ',
  '. The results of ',
];
/**
 * How soon the next suggestion is on the screen, the median of several: after the frame that shows the accepted one as
 * text, and after the key itself. Measured on two cores without a graphics card: medians of 25 to 40 ms after the
 * text, of 52 to 75 ms after the key; beside other work 55 and 107 ms. Of the latter this extension takes 2 ms. VS Code
 * takes about 14 ms for the edit, 11 ms for the frame that shows it (the question leaves behind it), 12 ms for the way to
 * the extension host and back through the browser's socket, and 12 ms for the next frame, for which it waits up to
 * 17 ms. So 50 ms hold from the text, and from the key only now and then.
 *
 * The limit leaves room for a busy machine. Asked anew, the decoder would answer after the longest debounce and several
 * passes: later than this.
 */
const FROM_MEMORY_MS = 100;

describe('the moments of ghost text', () => {
  const desk = Desk.inSuite({
    'biogpt.completion.exclude': ['letters/**'],
    '[markdown]': LONG,
    '[latex]': { ...LONG, 'biogpt.completion.maxTokens': 40 },
  });

  /** How many requests the decoder has had, as *Show Model Information* tells. */
  async function requests(): Promise<number> {
    await desk.workbench.runCommand('BioGPT: Show Model Information');
    const dialog = desk.workbench.page.locator('.monaco-dialog-box');
    await dialog.filter({ hasText: /Requests so far/ }).waitFor({ timeout: 20_000 });
    const said = await dialog.innerText();
    await desk.workbench.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    return Number(/Requests so far: (\d+)/.exec(said)![1]);
  }

  /** The ghost text, once it is another one. */
  async function otherThan(ghost: string): Promise<string> {
    for (let tries = 0; tries < 100; tries++) {
      const now = await desk.workbench.waitForGhostText();
      if (now !== ghost) return now;
    }
    throw new Error(`The ghost text is still ${JSON.stringify(ghost)}.`);
  }

  it('off is off: no decoder runs for a file that a glob excludes', async () => {
    await desk.open(join('letters', 'editor.md'), MARKDOWN, { fresh: true });
    await desk.workbench.type('The primary outcome was the change in mortality. ');
    await desk.workbench.staysWithoutGhostText(1_500);
    await desk.workbench.page.keyboard.press('Control+ArrowRight');
    assert.deepEqual(decodersBelow(desk.server.pid), []);
    await desk.picture('excluded');
  });

  /** Types `text` along the ghost text; fails if a frame was without any. */
  async function typeAlong(text: string, delay: number): Promise<void> {
    await startFilming(desk.workbench.page);
    await desk.workbench.type(text, delay);
    const { frames, keys } = await stopFilming(desk.workbench.page);
    const without = frames.filter((frame) => frame.ghost.trim() === '');
    console.log(`      ${keys.length} keys, ${frames.length} frames, ${without.length} of them without ghost text`);
    assert.ok(frames.length >= text.length, `only ${frames.length} frames were seen`);
    const lost = frames.findIndex((frame) => without.includes(frame));
    const keysThen = keys.filter(({ at }) => at < (frames[lost]?.at ?? 0)).length;
    assert.equal(without.length, 0, `lost behind ${JSON.stringify(text.slice(0, keysThen))}`);
  }

  it(`types ${ALONG} characters along a suggestion: ghost text in every frame, nothing for the decoder`, async () => {
    await desk.open('along.md', MARKDOWN);
    await desk.workbench.type('The primary outcome was ');
    const ghost = await desk.workbench.waitForGhostText();
    assert.ok(ghost.length > ALONG + 20, `the suggestion is too short: ${JSON.stringify(ghost)}`);
    // What would follow it is written meanwhile.
    await desk.workbench.page.waitForTimeout(4_000);
    const before = await requests();

    await desk.workbench.type(ghost.slice(0, 5));
    await desk.workbench.waitForGhostText();
    await typeAlong(ghost.slice(5, 5 + ALONG), KEY_MS);
    assert.equal(await desk.workbench.waitForGhostText(), ghost.slice(5 + ALONG));
    assert.equal(await requests(), before, 'the decoder was asked');
  });

  it(`keeps up with keys ${FAST_KEY_MS} ms apart, over the end of a sentence`, async () => {
    await desk.open('fast.tex', LATEX);
    await desk.workbench.type('The primary outcome was ');
    const ghost = await desk.workbench.waitForGhostText();
    const text = ghost.slice(0, ALONG_FAST);
    assert.ok(ghost.length > ALONG_FAST + 5, `the suggestion is too short: ${JSON.stringify(ghost)}`);
    assert.match(text, /\. \w/);
    await typeAlong(text, FAST_KEY_MS);
    assert.equal(await desk.workbench.waitForGhostText(), ghost.slice(ALONG_FAST));
  });

  it('has the next suggestion at once when one is accepted after a pause', async () => {
    const times: { key: number; text: number }[] = [];
    // What earlier tests have read ahead would be there sooner.
    await desk.open('next.tex', LATEX, { fresh: true });
    for (const beginning of BEGINNINGS) {
      await desk.workbench.type(beginning);
      const ghost = await desk.workbench.waitForGhostText();
      await desk.workbench.page.waitForTimeout(PAUSE_MS - 300);
      await startFilming(desk.workbench.page);
      await desk.workbench.page.keyboard.press('Tab');
      await desk.workbench.ghostTextOtherThan(ghost);
      await desk.workbench.waitForGhostText(1_000).catch(() => '');
      const { frames, keys } = await stopFilming(desk.workbench.page);
      const pressed = keys.find(({ key }) => key === 'Tab')!.at;
      const accepted = frames.find((frame) => frame.at > pressed && frame.ghost !== ghost)!;
      const next = frames.find((frame) => frame.at >= accepted.at && frame.ghost.trim() !== '');
      // Where the model would only say the same again, nothing follows.
      if (next) times.push({ key: next.at - pressed, text: next.at - accepted.at });
    }
    assert.ok(times.length >= 4, 'too seldom did anything follow');
    const median = (of: 'key' | 'text'): number => {
      const sorted = times.map((time) => time[of]).sort((a, b) => a - b);
      console.log(`      next suggestion after the ${of}: ${sorted.map((time) => time.toFixed(0)).join(', ')} ms`);
      return sorted[sorted.length >> 1]!;
    };
    median('key');
    const afterText = median('text');
    assert.ok(afterText <= FROM_MEMORY_MS, `the median after the text is ${afterText.toFixed(0)} ms`);
  });

  it('accepts a word, and the rest stays on the screen', async () => {
    const text = `${MARKDOWN}The primary outcome was `;
    const file = await desk.open('word.md', text.slice(0, -1));
    await desk.workbench.type(' ');
    const ghost = await desk.workbench.waitForGhostText();
    await startFilming(desk.workbench.page);
    const word = /^\s*\S+/.exec(ghost)![0];
    await desk.workbench.page.keyboard.press('Control+ArrowRight');
    await desk.workbench.ghostTextOtherThan(ghost);
    const { frames } = await stopFilming(desk.workbench.page);
    assert.deepEqual(
      frames.filter((frame) => frame.ghost.trim() === ''),
      [],
    );
    assert.equal(await desk.workbench.ghostText(), ghost.slice(word.length));
    assert.equal(await desk.workbench.savedText(file), text + word);

    const sentence = /^[^.]*\./.exec(ghost)![0];
    await desk.workbench.page.keyboard.press('Control+ArrowDown');
    await desk.workbench.ghostTextOtherThan(ghost.slice(word.length));
    assert.equal(await desk.workbench.savedText(file), text + sentence);
    await desk.picture('sentence');
  });

  it('cycles through three alternatives when asked, and accepts the one on the screen', async () => {
    const text = `${MARKDOWN}The patients were `;
    const file = await desk.open('alternatives.md', text.slice(0, -1));
    await desk.workbench.type(' ');
    const shown = [await desk.workbench.waitForGhostText()];
    for (let round = 0; round < 3; round++) {
      await desk.workbench.page.keyboard.press('Alt+]');
      shown.push(await otherThan(shown.at(-1)!));
    }
    assert.equal(new Set(shown).size, 3, shown.join('\n'));
    assert.equal(shown[3], shown[0]);
    await desk.workbench.page.keyboard.press('Alt+[');
    assert.equal(await otherThan(shown[0]!), shown[2]);
    await desk.picture('alternative');
    await desk.workbench.page.keyboard.press('Tab');
    assert.equal(await desk.workbench.savedText(file), text + shown[2]);
  });

  it('is snoozed, and woken, from the menu of the status item', async () => {
    const file = await desk.open('snoozed.md', MARKDOWN);
    const dialogs = new Dialogs(desk.workbench);
    await desk.workbench
      .statusItem(/BioGPT/)
      .first()
      .click();
    await dialogs.pick(/Snooze/);
    await dialogs.list('Snooze Ghost Text');
    await desk.picture('snooze');
    await dialogs.pick(/^15 minutes/);
    await desk.workbench
      .statusItem(/BioGPT/)
      .locator('[aria-label*="snoozed"]')
      .first()
      .waitFor();
    await desk.workbench.focusEnd(file);
    await desk.workbench.type('The primary outcome was ');
    await desk.workbench.staysWithoutGhostText(1_500);
    await desk.picture('snoozed');
    await desk.workbench
      .statusItem(/BioGPT/)
      .first()
      .click();
    await dialogs.pick(/End Ghost Text Snooze/);
    await desk.workbench.focusEnd(file);
    await desk.workbench.type('the ');
    assert.notEqual((await desk.workbench.waitForGhostText()).trim(), '');
  });

  it('does not bring a dismissed suggestion back', async () => {
    await desk.open('dismissed.md', MARKDOWN);
    await desk.workbench.type('The primary outcome was ');
    const ghost = await desk.workbench.waitForGhostText();
    await desk.workbench.page.keyboard.press('Escape');
    // A slow machine may have been about to show more of it.
    await desk.workbench.staysWithoutGhostText(500);
    await desk.workbench.type(ghost.slice(0, 6));
    await desk.workbench.staysWithoutGhostText(1_500);
    // Another text, another suggestion.
    await desk.workbench.type('. Written informed consent was ');
    assert.notEqual((await desk.workbench.waitForGhostText()).trim(), '');
    // It remembers what was dismissed.
    await desk.workbench.close();
  });
});
