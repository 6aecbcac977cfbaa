import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, extension, openAt } from '../support/editor';

/** The definitions that a hover at `█` shows, and what is marked with them. */
async function hoverAt(language: string, marked: string): Promise<{ text: string; marks: string } | undefined> {
  const { document, selection } = await openAt(language, marked);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    selection.active,
  );
  for (const { contents, range } of hovers) {
    for (const content of contents) {
      const text = typeof content === 'string' ? content : content.value;
      if (text.includes('biogpt.describeTerm')) return { text, marks: range ? document.getText(range) : '' };
    }
  }
  return undefined;
}

describe('hover', () => {
  before(() => extension().activate());
  afterEach(closeAll);

  it('shows what the longest term at a place means, and its source', async () => {
    const found = await hoverAt('markdown', 'Patients with **cystic fi█brosis** were enrolled.');
    assert.match(
      found?.text ?? '',
      /^\*\*[Cc]ystic fibrosis\*\*.*\n\n\*.+\* · .*\[Describe Term\]\(command:biogpt\.describeTerm\?/,
    );
    assert.equal(found?.marks, 'cystic fibrosis');
  });

  it('knows an abbreviation by its document', async () => {
    const text = 'A visual analog scale (VAS) was used. The V█AS score';
    assert.match((await hoverAt('latex', text))?.text ?? '', /visual.analog/i);
  });

  it('follows an edit', async () => {
    const editor = await openAt('markdown', '█asthma and sepsis\n');
    const at = async (character: number): Promise<string> => {
      const position = new vscode.Position(0, character);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        editor.document.uri,
        position,
      );
      return hovers.map(({ range }) => (range ? editor.document.getText(range) : '')).join();
    };
    assert.equal(await at(2), 'asthma');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '`'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 7), '`'));
    assert.equal(await at(3), '');
    assert.equal(await at(14), 'sepsis');
  });

  for (const [language, text] of [
    ['markdown', 'In `asth█ma` code'],
    ['markdown', '```\nasth█ma\n```\n'],
    ['markdown', '---\ntitle: asth█ma\n---\n'],
    ['markdown', 'They were many pat█ients here'],
    ['latex', '\\cite{asth█ma}'],
    ['latex', '$asth█ma$'],
    ['plaintext', 'asth█ma'],
  ] as const)
    it(`is silent in ${JSON.stringify(text)}`, async () => assert.equal(await hoverAt(language, text), undefined));

  it('can be turned off', async () => {
    const settings = vscode.workspace.getConfiguration('biogpt', { languageId: 'markdown' });
    await settings.update('hover.enabled', false, vscode.ConfigurationTarget.Global, true);
    try {
      assert.equal(await hoverAt('markdown', 'Patients with asth█ma'), undefined);
      assert.ok(await hoverAt('latex', 'Patients with asth█ma'));
    } finally {
      await settings.update('hover.enabled', undefined, vscode.ConfigurationTarget.Global, true);
    }
  });
});
