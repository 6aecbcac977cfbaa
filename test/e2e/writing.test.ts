import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodersBelow, isAlive } from '../host/processes.js';
import { Desk } from './support/desk.js';

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
const LATEX = readFileSync(join(__dirname, 'fixtures', 'asthma.tex'), 'utf8');

describe('a writer in VS Code, with the packaged extension', () => {
  const desk = Desk.inSuite();

  for (const { language, name, text, typed } of [
    { language: 'Markdown', name: 'sepsis.md', text: MARKDOWN, typed: 'Patients were randomly ' },
    { language: 'LaTeX', name: 'asthma.tex', text: LATEX, typed: 'There was no significant ' },
  ]) {
    it(`sees ghost text in ${language} and accepts it with Tab`, async () => {
      const file = await desk.open(name, text);
      await desk.workbench.type(typed);
      const ghost = (await desk.workbench.waitForGhostText()).trim();
      assert.match(ghost, /\p{L}{2}/u);
      console.log(`      ${typed}[${ghost}]`);
      await desk.picture(`${language.toLowerCase()}`);

      await desk.workbench.page.keyboard.press('Tab');
      const saved = await desk.workbench.savedText(file);
      assert.ok(saved.startsWith(text + typed + ghost), `the text is now ${JSON.stringify(saved.slice(text.length))}`);
    });
  }

  it('keeps the ghost text while typing along it', async () => {
    await desk.open('along.md', MARKDOWN);
    await desk.workbench.type('Patients were randomly ');
    const ghost = (await desk.workbench.waitForGhostText()).trim();
    const along = ghost.slice(0, Math.min(ghost.length - 1, 6));
    for (const [index, character] of [...along].entries()) {
      await desk.workbench.page.keyboard.type(character);
      // Trailing blanks of the typed part belong to neither.
      assert.equal((await desk.workbench.waitForGhostText()).trim(), ghost.slice(index + 1).trim());
    }
  });

  it('has a half-typed term finished that the model does not know', async () => {
    const file = await desk.open('term.md', MARKDOWN);
    const typed = 'Patients with metastatic colorectal cancer were treated with bevaciz';
    await desk.workbench.type(typed);
    // The words of the field are read when a suggestion first asks for them; a key asks again.
    let ghost = '';
    for (let tries = 0; !ghost.startsWith('umab') && tries < 10; tries++) {
      if (tries > 0) {
        await desk.workbench.page.keyboard.press('Backspace');
        await desk.workbench.type(typed.slice(-1));
      }
      ghost = (await desk.workbench.waitForGhostText(5_000).catch(() => '')).trimEnd();
    }
    assert.match(ghost, /^umab(?!\p{L})/u);
    await desk.workbench.page.keyboard.press('Tab');
    const saved = await desk.workbench.savedText(file);
    assert.ok(saved.startsWith(`${MARKDOWN}${typed}umab`), JSON.stringify(saved.slice(MARKDOWN.length)));
  });

  it('sees no ghost text in code and math', async () => {
    await desk.open('quiet.md', `${MARKDOWN}\n\`\`\`\n`);
    await desk.workbench.type('the patients were ');
    await desk.workbench.staysWithoutGhostText(1_500);
    await desk.workbench.type('\n```\n\nThe value of $p ');
    await desk.workbench.staysWithoutGhostText(1_500);
    // The same place outside math: silence above was a decision.
    await desk.workbench.type('$ says that there was no significant ');
    assert.notEqual((await desk.workbench.waitForGhostText()).trim(), '');
  });

  it('describes a term and inserts the description', async () => {
    const term = 'asthma';
    const file = await desk.open('describe.md', `${MARKDOWN}The patients had ${term}`);
    await desk.workbench.runCommand('BioGPT: Describe Term');
    const panel = await desk.workbench.webview('#text');
    // The starter isn't asked by itself.
    await panel.locator('#ask').click();
    await panel.locator('body[data-phase="done"]').waitFor({ timeout: 60_000 });
    const described = (await panel.locator('#text').innerText()).trim();
    assert.match(described, new RegExp(`^${term} is \\p{L}`, 'u'));
    assert.match(await panel.locator('body').innerText(), /Description by a Language Model/);
    console.log(`      ${described}`);
    await desk.picture('describe');

    await panel.locator('#insert').click();
    // Inserting gives the focus back to the document.
    await panel.getByText('Inserted.').waitFor();
    const saved = await desk.workbench.savedText(file);
    // The term itself is there already: what follows it is inserted.
    assert.ok(
      saved.includes(described.slice(term.length).trim().slice(0, 20)),
      JSON.stringify(saved.slice(MARKDOWN.length)),
    );
  });

  it('gets ghost text again after the decoder was killed', async () => {
    await desk.open('killed.md', MARKDOWN);
    await desk.workbench.type('Patients were randomly ');
    await desk.workbench.waitForGhostText();
    const [decoder] = decodersBelow(desk.server.pid);
    assert.ok(decoder, 'no decoder process was found');
    process.kill(decoder.pid, 'SIGKILL');
    await desk.workbench.type('\n\nThere was no significant ');
    const typed = Date.now();
    await desk.workbench.waitForGhostText();
    console.log(`      ghost text ${Date.now() - typed} ms after the last key`);
    assert.ok((await desk.workbench.notifications()).length <= 1);
    assert.ok(!isAlive(decoder.pid));
  });

  it('leaves no decoder behind when the window closes', async () => {
    await desk.open('closed.md', MARKDOWN);
    await desk.workbench.type('Patients were randomly ');
    await desk.workbench.waitForGhostText();
    const decoders = decodersBelow(desk.server.pid);
    assert.ok(decoders.length > 0);
    const closed = Date.now();
    await desk.workbench.close();
    // The server runs on: the extension host has to end the decoder by itself.
    while (decoders.some(({ pid }) => isAlive(pid))) {
      assert.ok(Date.now() - closed < 15_000, 'the decoder outlived its window');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    console.log(`      the decoder was gone ${Date.now() - closed} ms after the window`);
  });
});
