import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodersBelow } from '../host/processes.js';
import { Desk } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
/** Longer than ghost text takes to come. */
const QUIET_MS = 2_000;

describe('ghost text beside what else the editor does', () => {
  const desk = Desk.inSuite({
    // Whatever the model is sure of is told by the yardstick; here there must be a suggestion.
    '[markdown]': { 'biogpt.completion.caution': 0, 'editor.wordBasedSuggestions': 'currentDocument' },
    '[latex]': { 'biogpt.completion.enabled': false },
  });

  async function staysQuiet(): Promise<void> {
    await desk.workbench.staysWithoutGhostText(QUIET_MS);
  }

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

  it('leaves the tab stops of a snippet alone', async () => {
    mkdirSync(join(desk.folder, '.vscode'), { recursive: true });
    const snippet = { scope: 'markdown', prefix: 'rct', body: ['The ${1:drug} group had ${2:no} events. $0'] };
    writeFileSync(join(desk.folder, '.vscode', 'words.code-snippets'), JSON.stringify({ rct: snippet }));
    const file = await desk.open('snippet.md', MARKDOWN);
    const { workbench } = desk;
    // The window reads the workspace's snippets when it likes: the list is asked for again until it has them.
    const row = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'rct' });
    for (let tries = 0; ; tries++) {
      await workbench.runCommand('Insert Snippet');
      if (
        await row.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => tries >= 10,
        )
      )
        break;
      await workbench.page.keyboard.press('Escape');
    }
    await new Dialogs(workbench).pick(/rct/);
    await workbench.type('placebo');
    // Words follow the cursor: there is nothing that Tab could take for its own.
    await workbench.staysWithoutGhostText(QUIET_MS);
    await desk.picture('snippet');
    await workbench.page.keyboard.press('Tab');
    await workbench.type('many');
    await workbench.page.keyboard.press('Tab');
    await workbench.type('The patients were ');
    await workbench.waitForGhostText();
    assert.equal(await workbench.savedText(file), `${MARKDOWN}The placebo group had many events. The patients were `);
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

  it('is off in a language for which it is turned off: no decoder runs', async () => {
    await desk.open('off.tex', '\\documentclass{article}\n\\begin{document}\nThe patients were');
    await desk.workbench.type(' randomly ');
    await staysQuiet();
    assert.deepEqual(decodersBelow(desk.server.pid), []);
  });
});
