import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { closeAll } from '../support/editor';

/** What the starter makes of a half-typed word; it knows none of these drugs. */
const DRUGS = { nafam: 'nafamostat', ulinas: 'ulinastatin', tirof: 'tirofiban' } as const;
type Half = keyof typeof DRUGS;

/** Types a half word at the end of a file and waits until ghost text finishes it. */
async function finishes(path: string, half: Half, timeout = 20_000): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(path);
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  await editor.edit((edit) => edit.insert(end, ` In the intervention group, patients received ${half}`));
  const typed = document.getText();
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    for (let i = 0; i < 10; i++) {
      await new Promise((done) => setTimeout(done, 50));
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      if (document.getText() === typed) continue;
      if (document.getText().startsWith(typed + DRUGS[half].slice(half.length))) return true;
      // Something else, from before the other files were read.
      await vscode.commands.executeCommand('undo');
      await new Promise((done) => setTimeout(done, 100));
      break;
    }
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  }
  return false;
}

const about = (drug: string): string =>
  `Many patients were treated with ${drug} in this trial. The use of ${drug} was common.`;

describe('a manuscript of several files', () => {
  let folder: string;
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };

  beforeEach(() => {
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace, 'no folder is open');
    folder = mkdtempSync(join(workspace.uri.fsPath, 'manuscript-'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.saveAll');
    await closeAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lends its words to a chapter, and what changes in another chapter is seen (LaTeX)', async () => {
    const chapters = Array.from({ length: 12 }, (_, i) => `chapters/chapter${i + 1}`);
    write(
      'thesis.tex',
      `\\documentclass{book}\n\\begin{document}\n${chapters.map((name) => `\\include{${name}}`).join('\n')}\n\\include{missing}\n\\include{thesis}\n\\end{document}\n`,
    );
    for (const name of chapters) write(`${name}.tex`, `\\chapter{One}\n\nThe patients were followed.\n`);
    write('chapters/chapter1.tex', `\\chapter{Introduction}\n\n${about('nafamostat')}\n`);
    const results = write('chapters/chapter9.tex', '\\chapter{Results}\n\nThe trial ended early.');
    assert.ok(await finishes(results, 'nafam'), 'a word of the introduction');

    const introduction = await vscode.workspace.openTextDocument(join(folder, 'chapters/chapter1.tex'));
    const editor = await vscode.window.showTextDocument(introduction);
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), `${about('ulinastatin')}\n\n`));
    assert.ok(await finishes(results, 'ulinas'), 'a word that was just written into the introduction');
  });

  it('is a Quarto book too', async () => {
    write(
      '_quarto.yml',
      'project:\n  type: book\nbook:\n  chapters:\n    - index.qmd\n    - methods.md\n    - results.md\n',
    );
    write('index.qmd', `# Preface\n\n{{< include _drugs.qmd >}}\n`);
    write('_drugs.qmd', about('tirofiban'));
    write('methods.md', '# Methods\n\nThe trial was short.\n');
    assert.ok(await finishes(write('results.md', '# Results\n\nThe trial ended early.'), 'tirof'));
  });

  it('reads nothing outside of the workspace', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'biogpt-outside-'));
    try {
      writeFileSync(join(outside, 'secret.tex'), about('nafamostat'));
      symlinkSync(join(outside, 'secret.tex'), join(folder, 'link.tex'));
      symlinkSync('loop.tex', join(folder, 'loop.tex'));
      const far = join(outside, 'secret.tex');
      write(
        'main.tex',
        `\\documentclass{article}\n\\begin{document}\n\\input{${far}}\\input{link}\\input{loop}\\input{/dev/zero}\\input{../../../../../../../..${far}}\\input{inside}\\input{part}\n\\end{document}\n`,
      );
      write('inside.tex', about('tirofiban'));
      const part = write('part.tex', 'The trial ended early.');
      assert.ok(await finishes(part, 'tirof'), 'a word of a file inside');
      assert.ok(!(await finishes(part, 'nafam', 3_000)), 'a word of a file outside');
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});
