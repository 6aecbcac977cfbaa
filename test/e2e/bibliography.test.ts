import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk } from './support/desk.js';

const LATEX = readFileSync(join(__dirname, 'fixtures', 'asthma.tex'), 'utf8');

/** A bibliography with one work of that title. */
function bibTeX(title: string): string {
  return `@article{doe2024,\n  author = {Doe, Jane},\n  title = {{${title}}},\n  year = {2024},\n}\n`;
}

describe('the bibliography of a document', () => {
  const desk = Desk.inSuite({ '[latex]': { 'biogpt.completion.until': 'line' } });

  it('makes the words of its titles likelier, also once it has changed', async () => {
    const bibliography = join(desk.folder, 'refs.bib');
    writeFileSync(bibliography, bibTeX('Zanubrutinib in relapsed lymphoma'));
    const text = LATEX.replace('\\begin{document}', '\\addbibresource{refs.bib}\n\\begin{document}');
    assert.notEqual(text, LATEX);
    await desk.open('cited.tex', text);
    // The first question sets off the reading.
    await desk.workbench.type('Patients were randomly ');
    await desk.workbench.waitForGhostText();
    await desk.workbench.type('assigned to zanub');
    const ghost = (await desk.workbench.waitForGhostText()).trim();
    assert.match(ghost, /^rutinib\b/);
    await desk.picture('bibliography');

    await desk.workbench.page.keyboard.press('Tab');
    await desk.workbench.type('. ');
    writeFileSync(bibliography, bibTeX('Glofitamab in relapsed lymphoma'));
    // The file system's watcher tells of it when it likes; each question is about another text.
    let last = '';
    for (const dose of [
      'oral',
      'daily',
      'weekly',
      'monthly',
      'early',
      'late',
      'further',
      'repeated',
      'continued',
      'low-dose',
    ]) {
      await desk.workbench.type(`They received ${dose} glof`);
      last = (await desk.workbench.waitForGhostText(2_000).catch(() => '')).trim();
      if (last.startsWith('itamab')) return;
      // The text itself must not say the word.
      for (const _ of 'glof') await desk.workbench.page.keyboard.press('Backspace');
      await desk.workbench.type('placebo. ');
    }
    assert.fail(`the new title never counted: ${last}`);
  });
});
