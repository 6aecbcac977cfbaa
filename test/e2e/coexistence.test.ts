import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodersBelow } from '../host/processes.js';
import { Desk } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
/** Longer than ghost text takes to come. */
const QUIET_MS = 1_500;

describe('ghost text beside what else the editor does', () => {
  const desk = Desk.inSuite(
    {
      // Whatever the model is sure of is told by the yardstick; here there must be a suggestion.
      '[markdown]': { 'biogpt.completion.caution': 0, 'editor.wordBasedSuggestions': 'currentDocument' },
      '[latex]': { 'biogpt.completion.enabled': false },
    },
    undefined,
    [join(__dirname, 'fixtures', 'neighbours')],
  );

  async function staysQuiet(): Promise<void> {
    await desk.workbench.staysWithoutGhostText(QUIET_MS);
  }

  it('is off in a language for which it is turned off: no decoder runs', async () => {
    await desk.open('off.tex', '\\documentclass{article}\n\\begin{document}\nThe patients were', { fresh: true });
    await desk.workbench.type(' randomly ');
    await staysQuiet();
    assert.deepEqual(decodersBelow(desk.server.pid), []);
  });

  it('waits until an input method has composed', async () => {
    const file = await desk.open('composed.md', MARKDOWN);
    const { workbench } = desk;
    await workbench.type('Patients were randomly ');
    await workbench.waitForGhostText();
    const devTools = await workbench.page.context().newCDPSession(workbench.page);
    for (const text of ['n', 'ni', 'niho', 'nihon']) {
      await devTools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      await workbench.staysWithoutGhostText(300);
    }
    await staysQuiet();
    await desk.picture('composing');
    await devTools.send('Input.insertText', { text: '日本' });
    await workbench.type(' and the patients were ');
    await workbench.waitForGhostText();
    await desk.picture('composed');
    assert.equal(await workbench.savedText(file), `${MARKDOWN}Patients were randomly 日本 and the patients were `);
  });

  it('is silent with several cursors and while text is selected', async () => {
    await desk.open('cursors.md', `${MARKDOWN}The first patient was\nThe second patient was`);
    const { workbench } = desk;
    await workbench.runCommand('Add Cursor Above');
    await workbench.type(' randomly ');
    assert.equal(await workbench.page.locator('.cursors-layer .cursor').count(), 2);
    await staysQuiet();
    await desk.picture('two-cursors');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Control+End');
    await workbench.type('. The patients were ');
    await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Control+Shift+ArrowLeft');
    await staysQuiet();
  });

  it('is silent after undoing and deleting', async () => {
    const file = await desk.open('undone.md', MARKDOWN);
    const { workbench } = desk;
    await workbench.type('The patients were ');
    await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Backspace');
    await workbench.page.keyboard.press('Backspace');
    await staysQuiet();
    await workbench.type('e ');
    await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Tab');
    await workbench.page.keyboard.press('Control+z');
    await staysQuiet();
    assert.equal(await workbench.savedText(file), `${MARKDOWN}The patients were `);
  });

  /** Inserts a snippet of the extension beside, once the window has read it. */
  async function insertSnippet(prefix: string): Promise<void> {
    const { workbench } = desk;
    const row = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: prefix }).first();
    for (let tries = 0; ; tries++) {
      await workbench.runCommand('Insert Snippet');
      // Rows out of sight are not in the page.
      await workbench.page.locator('.quick-input-widget input').first().fill(prefix);
      if (
        await row.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => tries >= 10,
        )
      )
        break;
      await workbench.page.keyboard.press('Escape');
    }
    await new Dialogs(workbench).pick(new RegExp(prefix));
  }

  it('leaves Tab to the tab stops of a snippet, also where ghost text is shown', async () => {
    const file = await desk.open('snippet.md', MARKDOWN);
    const { workbench } = desk;
    await insertSnippet('rct');
    await workbench.type('placebo');
    // Words follow the cursor: there is nothing that Tab could take for its own.
    await workbench.staysWithoutGhostText(QUIET_MS);
    await desk.picture('snippet');
    await workbench.page.keyboard.press('Tab');
    await workbench.type('many');
    await workbench.page.keyboard.press('Tab');
    await insertSnippet('finding');
    await workbench.type('The patients were ');
    await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Tab');
    await workbench.type('There was no significant ');
    const ghost = await workbench.waitForGhostText();
    await workbench.page.keyboard.press('Tab');
    const finding = '**The patients were ** There was no significant ';
    const saved = await workbench.savedText(file);
    assert.ok(saved.startsWith(`${MARKDOWN}The placebo group had many events. ${finding}${ghost.trim()}`), saved);
  });

  it('leaves Tab in an empty item of a list to what indents it', async () => {
    const file = await desk.open('items.md', `${MARKDOWN}- The patients were`);
    const { workbench } = desk;
    await workbench.type(' ');
    const ghost = (await workbench.waitForGhostText()).trim();
    await workbench.page.keyboard.press('Tab');
    await workbench.page.keyboard.press('Enter');
    await staysQuiet();
    await workbench.page.keyboard.press('Tab');
    await workbench.type('The cells were ');
    await workbench.waitForGhostText();
    const [, first, second] = /(- The patients were .*)\n(.*)$/.exec(await workbench.savedText(file))!;
    assert.ok(first!.startsWith(`- The patients were ${ghost}`), first);
    assert.match(second!, /^\s+- The cells were $/);
  });

  it('leaves the keys of the list of suggestions alone', async () => {
    const file = await desk.open('list.md', `${MARKDOWN}The immunohistochemistry. The `);
    const { workbench } = desk;
    await workbench.type('immuno');
    await workbench.page.keyboard.press('Control+Space');
    await workbench.page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
    await workbench.page.waitForTimeout(QUIET_MS);
    await desk.picture('list');
    await workbench.page.keyboard.press('Enter');
    assert.equal(await workbench.savedText(file), `${MARKDOWN}The immunohistochemistry. The immunohistochemistry`);
    await workbench.type(' of the patients was ');
    await workbench.waitForGhostText();
  });

  for (const vim of ['Neovim', 'Vim']) {
    it(`leaves Escape to ${vim}`, async () => {
      const file = await desk.open(`${vim}.md`, MARKDOWN);
      const { workbench } = desk;
      await workbench.runCommand(`Neighbors: Start ${vim}`);
      await workbench.waitForStatusItem(/-- INSERT --/);
      await workbench.focusEnd(file);
      await workbench.type('The patients were ');
      await workbench.waitForGhostText();
      await workbench.page.keyboard.press('Escape');
      await workbench.waitForStatusItem(/-- NORMAL --/);
      await workbench.staysWithoutGhostText(300);
      // It goes on binding keys.
      await workbench.close();
    });
  }
});
