import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, isQuiet, openAt, until } from '../support/editor';

const PROSE: [language: string, name: string, text: string][] = [
  ['markdown', 'a paragraph', '# Methods\n\nPatients were randomly █'],
  ['markdown', 'a list', '- Patients were randomly assigned to receive █\n- Another'],
  ['markdown', 'the text before a full stop', 'The primary outcome was the change █.'],
  ['markdown', 'the middle of a word', 'There was no signific█'],
  ['latex', 'a paragraph', '\\section{Results}\n\nPatients were randomly █'],
  ['latex', 'a caption', '\\caption{The patients were randomly █}'],
];

const QUIET: [language: string, name: string, text: string][] = [
  ['markdown', 'a fenced block', '```r\npatients were randomly █\n```'],
  ['markdown', 'inline code', 'The function `patients were █` is'],
  ['markdown', 'math', 'The value $x + █$ is'],
  ['markdown', 'display math', '$$\nx + █\n$$'],
  ['markdown', 'front matter', '---\ntitle: The patients were █\n---\n'],
  ['markdown', 'a comment', '<!-- patients were randomly █ -->'],
  ['markdown', 'a link address', '[the trial](https://example.org/patients█)'],
  ['markdown', 'a bare address', 'See https://example.org/patients█'],
  ['markdown', 'a citation', 'as shown before [@smith█]'],
  ['latex', 'math', 'The value $x + █$ is'],
  ['latex', 'an equation', '\\begin{equation}\nx + █\n\\end{equation}'],
  ['latex', 'a label', '\\label{sec:patients█}'],
  ['latex', 'a citation', 'as shown before \\cite{smith█}'],
  ['latex', 'a reference', 'see \\ref{sec:patients█}'],
  ['latex', 'a comment', 'Text. % patients were randomly █'],
  ['latex', 'verbatim text', '\\begin{verbatim}\npatients were randomly █\n\\end{verbatim}'],
  [
    'latex',
    'the preamble',
    '\\documentclass{article}\n\\usepackage{graphicx} █\n\\begin{document}\n\nPatients were randomly \n\n\\end{document}',
  ],
];

describe('ghost text', () => {
  afterEach(closeAll);

  for (const [language, name, text] of PROSE) {
    it(`continues ${name} (${language})`, async () => {
      const inserted = await accept(await openAt(language, text));
      assert.match(inserted, /[\p{L}\p{N}]/u);
      assert.doesNotMatch(inserted, /\n|  /);
    });
  }

  for (const [language, name, text] of QUIET) {
    it(`keeps out of ${name} (${language})`, async () => {
      const prose = 'Patients were randomly ';
      const whole = text.includes(prose) ? text : `${text}\n\n${prose}`;
      assert.ok(await isQuiet(await openAt(language, whole), prose));
    });
  }

  it('is one step to undo', async () => {
    const editor = await openAt('markdown', 'Patients were randomly █');
    const before = editor.document.getText();
    await accept(editor);
    await vscode.commands.executeCommand('undo');
    await until('the text is as before', () => editor.document.getText() === before);
  });

  it('is shown for what is typed', async () => {
    const editor = await openAt('markdown', 'Patients were █');
    await vscode.commands.executeCommand('type', { text: 'randomly ' });
    const typed = editor.document.getText();
    await until('ghost text that can be accepted', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText() !== typed;
    });
    assert.ok(editor.document.getText().startsWith(typed));
  });
});
