import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer, type CodeServer } from '../host/codeServer.js';
import { decodersBelow, isAlive } from '../host/processes.js';
import { Workbench } from '../host/workbench.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';

const root = join(__dirname, '..', '..');
const pictures = join(root, 'out', 'screenshots');
/** The status-bar item: on the screen once the extension runs. */
const STATUS_ITEM = /BioGPT/;

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
const LATEX = readFileSync(join(__dirname, 'fixtures', 'asthma.tex'), 'utf8');

describe('a writer in VS Code, with the packaged extension', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;
  let workbench: Workbench;

  before(async function () {
    requireChromium(this);
    mkdirSync(pictures, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-'));
    browser = await launchChromium();
    server = await startCodeServer({
      extension: await packagedExtension(),
      settings: { 'editor.minimap.enabled': false, 'editor.wordWrap': 'on' },
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
      const name = this.currentTest.title.replace(/\W+/g, '-');
      await workbench.screenshot(join(pictures, `failed-${name}.png`));
      console.log(workbench.consoleLines.filter((line) => !line.includes('bindings file')).join('\n'));
      console.log(server.output());
    }
    assert.deepEqual(workbench.foreignRequests, [], 'the page asked another machine');
    await workbench.close();
  });

  async function open(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    writeFileSync(file, text);
    workbench = await Workbench.open(browser, server, { folder, files: [file] });
    await workbench.waitForStatusItem(STATUS_ITEM);
    await workbench.focusEnd(file);
    return file;
  }

  for (const { language, name, text, typed } of [
    { language: 'Markdown', name: 'sepsis.md', text: MARKDOWN, typed: 'Patients were randomly ' },
    { language: 'LaTeX', name: 'asthma.tex', text: LATEX, typed: 'There was no significant ' },
  ]) {
    it(`sees ghost text in ${language} and accepts it with Tab`, async () => {
      const file = await open(name, text);
      await workbench.type(typed);
      const ghost = (await workbench.waitForGhostText()).trim();
      assert.match(ghost, /\p{L}{2}/u);
      console.log(`      ${typed}[${ghost}]`);
      await workbench.screenshot(join(pictures, `${language.toLowerCase()}.png`));
      if (process.env['BIOGPT_UPDATE_PICTURE'] && language === 'Markdown') {
        copyFileSync(join(pictures, 'markdown.png'), join(root, 'media', 'screenshot.png'));
      }

      await workbench.page.keyboard.press('Tab');
      const saved = await workbench.savedText(file);
      assert.ok(saved.startsWith(text + typed + ghost), `the text is now ${JSON.stringify(saved.slice(text.length))}`);
    });
  }

  it('keeps the ghost text while typing along it', async () => {
    await open('along.md', MARKDOWN);
    await workbench.type('Patients were randomly ');
    const ghost = (await workbench.waitForGhostText()).trim();
    const along = ghost.slice(0, Math.min(ghost.length - 1, 6));
    for (const [index, character] of [...along].entries()) {
      await workbench.page.keyboard.type(character);
      await workbench.page.waitForTimeout(80);
      // Trailing blanks of the typed part belong to neither.
      assert.equal((await workbench.waitForGhostText()).trim(), ghost.slice(index + 1).trim());
    }
  });

  it('sees no ghost text in code and math', async () => {
    await open('quiet.md', `${MARKDOWN}\n\`\`\`\n`);
    await workbench.type('the patients were ');
    await workbench.page.waitForTimeout(3000);
    assert.equal(await workbench.ghostText(), '');
    await workbench.type('\n```\n\nThe value of $p ');
    await workbench.page.waitForTimeout(3000);
    assert.equal(await workbench.ghostText(), '');
    // The same place outside math: silence above was a decision.
    await workbench.type('$ says that there was no significant ');
    assert.notEqual((await workbench.waitForGhostText()).trim(), '');
  });

  it('describes a term and inserts the description', async () => {
    const term = 'asthma';
    const file = await open('describe.md', `${MARKDOWN}The patients had ${term}`);
    await workbench.runCommand('BioGPT: Describe Term');
    const panel = await workbench.webview('#text');
    await panel.locator('body[data-phase="done"]').waitFor({ timeout: 60_000 });
    const described = (await panel.locator('#text').innerText()).trim();
    assert.match(described, new RegExp(`^${term} is \\p{L}`, 'u'));
    assert.match(await panel.locator('body').innerText(), /Written by a language model/);
    console.log(`      ${described}`);
    await workbench.screenshot(join(pictures, 'describe.png'));

    await panel.locator('#insert').click();
    await workbench.editor(file).locator('.view-lines').click();
    const saved = await workbench.savedText(file);
    // The term itself is there already: what follows it is inserted.
    assert.ok(saved.includes(described.slice(term.length).trim().slice(0, 20)), JSON.stringify(saved.slice(MARKDOWN.length)));
  });

  it('gets ghost text again after the decoder was killed', async () => {
    await open('killed.md', MARKDOWN);
    await workbench.type('Patients were randomly ');
    await workbench.waitForGhostText();
    const [decoder] = decodersBelow(server.pid);
    assert.ok(decoder, 'no decoder process was found');
    process.kill(decoder.pid, 'SIGKILL');
    await workbench.type('\n\nThere was no significant ');
    const typed = Date.now();
    await workbench.waitForGhostText();
    console.log(`      ghost text ${Date.now() - typed} ms after the last key`);
    assert.ok((await workbench.notifications()).length <= 1);
    assert.ok(!isAlive(decoder.pid));
  });

  it('leaves no decoder behind when the window closes', async () => {
    await open('closed.md', MARKDOWN);
    await workbench.type('Patients were randomly ');
    await workbench.waitForGhostText();
    const decoders = decodersBelow(server.pid);
    assert.ok(decoders.length > 0);
    const closed = Date.now();
    await workbench.close();
    // The server runs on: the extension host has to end the decoder by itself.
    while (decoders.some(({ pid }) => isAlive(pid))) {
      assert.ok(Date.now() - closed < 15_000, 'the decoder outlived its window');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    console.log(`      the decoder was gone ${Date.now() - closed} ms after the window`);
  });
});
