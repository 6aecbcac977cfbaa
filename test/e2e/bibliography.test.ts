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

    writeFileSync(bibliography, bibTeX('Zanubatinib in relapsed lymphoma'));
    // The file system's watcher tells of it when it likes.
    for (let tries = 0; ; tries++) {
      await desk.workbench.type('. They received zanub');
      if (/^atinib\b/.test((await desk.workbench.waitForGhostText()).trim())) break;
      assert.ok(tries < 20, 'the new title never counted');
    }
  });
});
