import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { Desk } from './support/desk.js';
import { THEMES } from './support/livingWindow.js';

const MARKDOWN = readFileSync(join(__dirname, 'fixtures', 'sepsis.md'), 'utf8');
const LATEX = readFileSync(join(__dirname, 'fixtures', 'asthma.tex'), 'utf8');

describe('definitions in VS Code', () => {
  const desk = Desk.inSuite({ 'editor.hover.delay': 100 });

  /** Describes the term at the cursor; the page of the panel. */
  async function describeTerm(): Promise<Frame> {
    await desk.workbench.runCommand('BioGPT: Describe Term');
    return desk.workbench.webview('#meanings .definition, #message:not(:empty)');
  }

  /** Clicks anew until `shown` is there: while the workbench passes the focus on, a webview may not hear a click. */
  async function pressUntil(pressed: Locator, shown: Locator): Promise<void> {
    for (const deadline = Date.now() + 40_000; Date.now() < deadline;) {
      await pressed.click({ timeout: 10_000 });
      const seen = await shown.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (seen) return;
    }
    throw new Error('What was clicked has shown nothing.');
  }

  /** What the screen reader says of the element with the focus: its tag and its name. */
  async function focused(panel: Frame): Promise<string> {
    return panel.evaluate<string>(`(() => {
      const at = document.activeElement;
      const name = at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? '';
      return at?.tagName.toLowerCase() + ': ' + (at?.id === 'form' ? 'form' : name);
    })()`);
  }

  /** Points at a word of the editor until the hover shows, at most for `patience` milliseconds. */
  async function hoverOver(word: string, patience = 10_000): Promise<string> {
    const { page } = desk.workbench;
    const place = await page.evaluate<{ x: number; y: number } | undefined>(`(() => {
      const walker = document.createTreeWalker(document.querySelector('.view-lines'), NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.textContent.replace(/\u00a0/g, ' ').indexOf(${JSON.stringify(word)});
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + ${word.length});
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
    })()`);
    assert.ok(place, `${word} is not on the screen`);
    await page.mouse.move(5, 5);
    await page.mouse.move(place.x - 2, place.y);
    await page.mouse.move(place.x, place.y);
    const hover = page.locator('.monaco-hover:not(.hidden) .hover-contents', { hasText: 'Describe Term' });
    await hover
      .first()
      .waitFor({ timeout: patience })
      .catch(() => undefined);
    return (await hover.allInnerTexts()).join('\n');
  }

  for (const theme of THEMES) {
    it(`are readable in the theme ${theme}`, async () => {
      await desk.open(`${theme}.md`, `${MARKDOWN}Nine had acute respiratory distress syndrome (ARDS) or a depression`, {
        width: 1440,
        height: 1000,
        theme,
      });
      const panel = await describeTerm();
      await panel.locator('#ask').waitFor();
      assert.equal(await panel.locator('.meaning').count(), 2);
      await panel.locator('summary').first().click();
      await desk.picture(`panel-${theme}`);
      await panel.locator('#ask').click();
      await panel.locator('body[data-phase="done"]').waitFor({ timeout: 60_000 });
      await desk.picture(`panel-model-${theme}`);
      assert.match(await hoverOver('ARDS'), /respiratory/);
      // It fades in.
      await desk.workbench.page.waitForTimeout(500);
      await desk.picture(`hover-${theme}`);
    });
  }

  it('are reached by the keyboard alone, in the order of the page', async () => {
    await desk.open('keys.md', `${MARKDOWN}The patients had cystic fibrosis`);
    const panel = await describeTerm();
    await panel.locator('#ask').waitFor();
    const { page } = desk.workbench;
    // The editor's own way into the group beside.
    await page.keyboard.press('Control+2');
    // Not `waitForFunction`: the page forbids what it evaluates when it has to look more than once.
    const deadline = Date.now() + 10_000;
    while (!(await panel.evaluate<boolean>('document.hasFocus()')) && Date.now() < deadline)
      await page.waitForTimeout(50);
    assert.ok(await panel.evaluate<boolean>('document.hasFocus()'), 'the panel has the focus');
    const stops: string[] = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      stops.push(await focused(panel));
    }
    assert.deepEqual(
      stops,
      [
        'a: MedQuAD:NHLBI-0000049',
        'button: Insert the NIH NHLBI definition',
        'button: Copy the NIH NHLBI definition',
        'summary: 4 more definitions',
        'select: form',
        'button: Sources and Licenses of the Glossary',
        'button: Choose Model…',
        'button: Ask the Model Anyway',
      ],
      stops.join('\n'),
    );
  });

  it('are inserted in LaTeX with a footnote', async () => {
    const text = '\\documentclass{article}\n\\begin{document}\nIt was sepsis.\n\n\\end{document}\n';
    const file = await desk.open('footnote.tex', text);
    await desk.workbench.page.keyboard.press('ArrowUp');
    await desk.workbench.page.keyboard.press('ArrowUp');
    const { page } = desk.workbench;
    await page.keyboard.type('Asthma: ');
    await page.keyboard.press('Escape');
    await desk.workbench.runCommand('BioGPT: Describe Term');
    // Behind a colon nothing is at the cursor: the word before is proposed.
    await page.waitForFunction(`document.querySelector('.quick-input-box input')?.value === 'Asthma'`);
    await page.keyboard.press('Enter');
    const panel = await desk.workbench.webview('#meanings .definition');
    await panel.locator('.best .insert').click();
    await panel.getByText('Inserted.').waitFor();
    assert.match(
      await desk.workbench.savedText(file),
      /^Asthma: .*\.\\footnote\{NIH GARD, MedQuAD:GARD-0000491, https:.*License: CC BY 4\.0\.\}$/m,
    );
  });

  it('are cited in the form of the document, and the entry is offered for its bibliography', async () => {
    writeFileSync(join(desk.folder, 'refs.bib'), '@article{reddel2021, title = {Mild asthma}}\n');
    const text = LATEX.replace('\\begin{document}', '\\bibliography{refs}\n\\begin{document}');
    const file = await desk.open('cited.tex', `${text}It was asthma`);
    const panel = await describeTerm();
    assert.equal(await panel.locator('#form').inputValue(), 'bibliography');
    await panel.locator('.best .insert').click();
    await panel.getByText('Inserted.').waitFor();
    assert.match(await desk.workbench.savedText(file), /It was asthma \(.*\\cite\{medquad-gard-0000491\}\)/);
    await desk.workbench.page.getByRole('button', { name: 'Add to refs.bib' }).click();
    const bibliography = (): string => readFileSync(join(desk.folder, 'refs.bib'), 'utf8');
    for (let i = 0; i < 50 && !bibliography().includes('@misc'); i++) await desk.workbench.page.waitForTimeout(100);
    assert.match(
      bibliography(),
      /^@article\{reddel2021.*\n\n@misc\{medquad-gard-0000491,\n {2}author = \{\{NIH GARD\}\},\n/,
    );
  });

  it('lead to their sources only when a link is clicked, and to the notice', async () => {
    await desk.open('sources.md', 'They had asthma');
    const panel = await describeTerm();
    const link = panel.locator('.best a.id');
    assert.match((await link.getAttribute('href')) ?? '', /^https:\/\/rarediseases\.info\.nih\.gov\//);
    // VS Code asks before it leaves; nothing has been requested by then.
    const question = desk.workbench.page.locator('.monaco-dialog-box');
    await pressUntil(link, question.getByText('rarediseases.info.nih.gov').first());
    await desk.workbench.page.keyboard.press('Escape');
    await question.first().waitFor({ state: 'hidden' });
    await pressUntil(panel.locator('#sources'), desk.workbench.page.locator('.tab', { hasText: 'NOTICE.md' }));
  });

  it('that are missing are said to be, and a model is offered', async () => {
    await desk.open('missing.md', 'They had glurbosis');
    const panel = await describeTerm();
    assert.equal(await panel.locator('#status').innerText(), 'The glossary has no definition of this term.');
    await panel.locator('#choose').waitFor();
    assert.match(await panel.locator('#message').innerText(), /Install a larger model/);
    assert.ok(!(await panel.locator('#glossary').isVisible()));
    await desk.picture('panel-none');
    await panel.locator('#choose').click();
    await desk.workbench.page.locator('.quick-input-title', { hasText: 'Choose a Model' }).waitFor();
  });

  it('show on hover in prose, and nowhere in code', async () => {
    await desk.open(
      'hover.md',
      'They had asthma before.\n\n    code with sepsis in it\n\nIn `fibrosis` there is none.\n',
    );
    assert.match(await hoverOver('asthma'), /^asthma .*\n.*Describe Term/is);
    assert.equal(await hoverOver('sepsis', 1_500), '');
    assert.equal(await hoverOver('fibrosis', 1_500), '');
    await hoverOver('asthma');
    await desk.workbench.page.locator('.monaco-hover a', { hasText: 'Describe Term' }).click();
    const panel = await desk.workbench.webview('#meanings .definition');
    assert.equal(await panel.locator('#term').innerText(), 'asthma');
  });

  it('are inserted in Markdown with a footnote, whose choice is remembered', async () => {
    const file = await desk.open('footnote.md', 'The patients had cystic fibrosis and were young.\n');
    await desk.workbench.page.keyboard.press('Control+Home');
    for (let i = 0; i < 'The patients had cystic fib'.length; i++)
      await desk.workbench.page.keyboard.press('ArrowRight');
    const panel = await describeTerm();
    assert.equal(await panel.locator('#form').inputValue(), 'footnote');
    await panel.locator('.best .insert').click();
    await panel.getByText('Inserted, with a footnote.').waitFor();
    const saved = await desk.workbench.savedText(file);
    assert.match(saved, /^The patients had cystic fibrosis \(.*\)\[\^medquad-nhlbi-0000049\] and were young\.\n\n/);
    assert.match(
      saved,
      /\n\[\^medquad-nhlbi-0000049\]: NIH NHLBI, MedQuAD:NHLBI-0000049, <http:.*>\. License: CC BY 4\.0\.\n$/,
    );
    await panel.locator('#form').selectOption('none');
    const again = await describeTerm();
    assert.equal(await again.locator('#form').inputValue(), 'none');
    await desk.workbench.close();
  });
});
