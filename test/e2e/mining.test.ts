import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { Desk } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';
import { THEMES } from './support/livingWindow.js';
import { makeTaskModels, type TaskModels } from './support/taskModels.js';

const SENTENCES = [
  'Drugs harm kidneys.',
  'In *twelve* patients **cisplatin** led to nephrotoxicity [@smith2020].',
  'Amphotericin did not cause hypokalemia in the others, who had taken aspirin.',
];
const MARKDOWN = `# A trial\n\n## Abstract\n\n${SENTENCES.join('\n')}\n\n## Methods\n\nWe counted them.\n`;
const LATEX = [
  '\\documentclass{article}',
  '\\usepackage{booktabs}',
  '\\begin{document}',
  '\\begin{abstract}',
  'In \\emph{twelve} patients cisplatin led to nephrotoxicity~\\cite{smith2020}.',
  'Amphotericin did not cause hypokalemia. % TODO cisplatin',
  '\\end{abstract}',
  '\\section{Methods}',
  'We counted them.',
  '\\end{document}',
  '',
].join('\n');

describe('text mining in VS Code', () => {
  let models: TaskModels;
  const desk = Desk.inSuite({}, async () => {
    models = await makeTaskModels();
    return {
      'biogpt.mining.relationModel': models.relations,
      'biogpt.mining.answerModel': models.answer,
      'biogpt.mining.classModel': models.classes,
    };
  });
  after(() => models?.remove());

  /** Puts the cursor into a line of the editor that has the focus, the first being 0. */
  async function goTo(line: number): Promise<void> {
    const { keyboard } = desk.workbench.page;
    await keyboard.press('Control+Home');
    for (let i = 0; i < line; i++) await keyboard.press('ArrowDown');
  }

  /** Extracts relations at the cursor; the page of the panel, once it is done. */
  async function extract(): Promise<Frame> {
    await desk.workbench.runCommand('BioGPT: Extract Relations');
    return desk.workbench.webview('body[data-phase="done"] tr[data-row]', 60_000);
  }

  async function texts(panel: Frame, selector: string): Promise<string[]> {
    const all = await panel.locator(selector).allInnerTexts();
    return all.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  for (const theme of THEMES) {
    it(`shows relations with their evidence in the theme ${theme}`, async () => {
      await desk.open(`${theme}.md`, MARKDOWN, { width: 1500, height: 1000, theme });
      await goTo(5);
      const panel = await extract();
      assert.equal(await panel.locator('#status').innerText(), '3 relations found (1 not in the text).');
      assert.match(await panel.locator('#source').innerText(), /^Abstract of /);
      const rows = await texts(panel, '#table tbody tr');
      assert.equal(rows.length, 2, rows.join('\n'));
      assert.match(
        rows[0]!,
        /^cisplatin \(CHEBI:27899\) nephrotoxicity .*\d.*% In twelve patients cisplatin led to nephrotoxicity\./,
      );
      assert.match(rows[1]!, /^Amphotericin hypokalemia \(NCIT:C37974\) .*The sentence may negate this relation\./);
      assert.match(
        (await texts(panel, '#apart-table tbody tr'))[0]!,
        /aspirin .*glurbosis .*Not in the text: "glurbosis"/,
      );
      assert.equal(await panel.locator('#graph .edge').count(), 2);
      assert.match(await panel.locator('#notices').innerText(), /Check them against the text/);
      await panel.locator('#table tbody tr').first().click();
      await desk.workbench.page.locator('.view-overlays [class*="ced-"]').first().waitFor();
      await panel.locator('#table tbody tr').nth(1).locator('.accept').click();
      await panel.getByText('1 of 3 rows will be inserted, copied, or exported.').waitFor();
      await desk.workbench.page.mouse.move(5, 5);
      await desk.picture(`mining-${theme}`);
    });
  }

  it('inserts the table in Markdown, below what was read', async () => {
    const file = await desk.open('insert.md', MARKDOWN);
    await goTo(5);
    const panel = await extract();
    await panel.locator('#insert').click();
    await panel.getByText('Inserted.').waitFor();
    await desk.workbench.focusEnd(file);
    const saved = await desk.workbench.savedText(file);
    const rows = saved.slice(saved.indexOf(SENTENCES[2]!) + SENTENCES[2]!.length, saved.indexOf('\n## Methods'));
    assert.match(
      rows,
      /^\n\n\| Chemical +\| Disease +\| Probability \|\n\|[-| :]+\|\n\| cisplatin +\| nephrotoxicity \| +\d+% \|\n\| Amphotericin \| hypokalemia .*\|\n\nTable: Relations extracted by the language model Tiny relations\.\n$/,
      rows,
    );
  });

  it('inserts the table in LaTeX, behind the abstract', async () => {
    const file = await desk.open('insert.tex', LATEX);
    await goTo(4);
    const panel = await extract();
    assert.equal((await texts(panel, '#table tbody tr')).length, 2);
    await panel.locator('#insert').click();
    await panel.getByText('Inserted.').waitFor();
    await desk.workbench.focusEnd(file);
    const saved = await desk.workbench.savedText(file);
    assert.match(saved, /\\end\{abstract\}\n\n\\begin\{table\}\[htbp\]/);
    assert.match(
      saved,
      /\\toprule\n +Chemical & Disease & Probability \\\\\n +\\midrule\n +cisplatin & nephrotoxicity & \d+\\%/,
    );
    // Where LaTeX is installed, it says for certain.
    const run = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', file], {
      cwd: desk.folder,
      encoding: 'utf8',
    });
    if (run.error === undefined) assert.equal(run.status, 0, run.stdout);
  });

  it('exports what is kept as TSV and as brat', async () => {
    await desk.open('export.md', MARKDOWN);
    await goTo(5);
    const panel = await extract();
    const written = async (format: string, name: string): Promise<string> => {
      await panel.locator('#format').selectOption(format);
      await panel.locator('#export').click();
      const { page } = desk.workbench;
      await page.locator('.quick-input-title', { hasText: 'Export Results' }).waitFor();
      const box = page.locator('.quick-input-widget input').first();
      // The dialog proposes a name a moment after it opens, over whatever is there by then.
      for (const patience = Date.now() + 20_000; (await box.inputValue()) === '' && Date.now() < patience;)
        await page.waitForTimeout(50);
      await page.waitForTimeout(500);
      await box.fill(join(desk.folder, name));
      await page.keyboard.press('Enter');
      await panel.getByText(`Exported to ${name}`).waitFor();
      return readFileSync(join(desk.folder, name), 'utf8');
    };
    const tsv = (await written('tsv', 'relations.tsv')).trim().split('\n');
    assert.equal(tsv.length, 3, 'a head and two relations: what the text does not hold stays out');
    assert.match(tsv[1]!, /^export\tcisplatin\tChemical\tCHEBI:27899\t\d+-\d+\tcauses\tnephrotoxicity\t/);
    const annotations = await written('brat', 'relations.ann');
    assert.match(annotations, /^T1\tChemical \d+ \d+\tcisplatin\n/);
    assert.match(annotations, /^R1\tcauses Arg1:T\d Arg2:T\d$/m);
    assert.match(readFileSync(join(desk.folder, 'relations.txt'), 'utf8'), /In twelve patients cisplatin/);
  });

  it('is worked with the keyboard alone: sort, filter, review, evidence', async () => {
    await desk.open('keys.md', MARKDOWN);
    await goTo(5);
    const panel = await extract();
    const { page } = desk.workbench;
    await panel.locator('#table button.sort').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await panel.locator('#table th').first().getAttribute('aria-sort'), 'ascending');
    assert.match((await texts(panel, '#table tbody tr'))[0]!, /^Amphotericin/);
    await panel.locator('#table tbody tr').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('r');
    await panel.locator('#table tr.rejected').waitFor();
    await panel.getByText('1 of 3 rows will be inserted, copied, or exported.').waitFor();
    const focused = await panel.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    assert.match(focused, /^cisplatin, causes, nephrotoxicity/);
    await page.keyboard.press('Enter');
    await page.locator('.view-overlays [class*="ced-"]').first().waitFor();
    await panel.locator('#filter').fill('hypokal');
    assert.equal((await texts(panel, '#table tbody tr')).length, 1);
    await panel.locator('#filter').fill('nothing like it');
    await panel.locator('#none').waitFor();
  });

  it('answers a question and classifies sentences', async () => {
    await desk.open('answer.md', MARKDOWN, { width: 1500, height: 1000 });
    await goTo(5);
    await desk.workbench.runCommand('BioGPT: Ask About This Text');
    await new Dialogs(desk.workbench).answer('Ask About This Text', 'Does cisplatin harm kidneys?');
    const panel = await desk.workbench.webview('body[data-phase="done"] #bars tr', 60_000);
    assert.equal(await panel.locator('#question').innerText(), 'Does cisplatin harm kidneys?');
    const bars = await texts(panel, '#bars tr');
    assert.deepEqual(
      bars.map((bar) => bar.split(' ')[0]),
      ['yes', 'no', 'maybe'],
    );
    await desk.picture('mining-answer');
    await desk.workbench.focusEnd('answer.md');
    await goTo(5);
    await desk.workbench.runCommand('BioGPT: Classify Sentences');
    const classes = await desk.workbench.webview('body[data-phase="done"] tr[data-row]', 60_000);
    assert.equal(await classes.locator('#status').innerText(), '3 sentences classified.');
    assert.equal((await texts(classes, '#table tbody tr')).length, 3);
    await desk.picture('mining-classes');
  });

  it('says what is wrong with what it is asked to read', async () => {
    await desk.open('code.md', '```python\nprint("cisplatin")\n```\n');
    await desk.workbench.page.keyboard.press('Control+A');
    await desk.workbench.runCommand('BioGPT: Extract Relations');
    const dialogs = new Dialogs(desk.workbench);
    await dialogs.told('The selection contains no running text.');
    await desk.open('long.md', 'Cisplatin harms kidneys.\n\n'.repeat(9000));
    await desk.workbench.page.keyboard.press('Control+A');
    await desk.workbench.runCommand('BioGPT: Extract Relations');
    await new Dialogs(desk.workbench).told(/The text is too long \(234,000 characters\)/);
  });
});

describe('text mining in VS Code without models for it', () => {
  const desk = Desk.inSuite({}, async () => ({
    'biogpt.mining.classModel': join(__dirname, '..', '..', 'models', 'starter'),
  }));

  it('says what each command needs, and offers what can be downloaded', async () => {
    await desk.open('none.md', MARKDOWN);
    const dialogs = new Dialogs(desk.workbench);
    await desk.workbench.runCommand('BioGPT: Extract Relations');
    await dialogs.told('none is installed');
    await dialogs.dismissAll();
    await desk.workbench.runCommand('BioGPT: Classify Sentences');
    await dialogs.told('is not fine-tuned for text mining');
    await dialogs.dismissAll();
    await desk.workbench.runCommand('BioGPT: Ask About This Text');
    await dialogs.press('You can download BioGPT-Large-PubMedQA', 'Download');
    await dialogs.list('Install BioGPT-Large-PubMedQA');
  });
});
