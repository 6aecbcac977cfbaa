import assert from 'node:assert/strict';
import { Linter } from 'eslint';
import userText from '../../../scripts/lint/userText.mjs';

/** The lines of a source that the rule finds fault with. */
function faults(source: string): number[] {
  const messages = new Linter().verify(source, {
    plugins: { strings: userText },
    rules: { 'strings/user-text': 'error' },
  });
  assert.deepEqual(
    messages.filter(({ fatal }) => fatal),
    [],
  );
  return messages.map(({ line }) => line);
}

describe('the rule for strings that a person reads', () => {
  const wrong = [
    "vscode.window.showErrorMessage('failed');",
    'vscode.window.showInformationMessage(`Deleted ${name}`);',
    "const again = 'Try Again';",
    "const item = { label: 'copy' };",
    "const item = { description: [size, shared && 'shared'].join(' · ') };",
    "panel.title = 'description';",
    "return ok ? 'It is ready.' : reason;",
    'panel.webview.html = `<p title="why">${text}</p>`;',
    'panel.webview.html = `<p><b>${name}</b> is a gene</p>`;',
    'vscode.l10n.t(`Deleted ${name}`);',
    "vscode.l10n.t(ok ? 'Yes' : 'No');",
    'vscode.l10n.t(text);',
    "const label = '$(gear) Settings';",
  ];
  for (const source of wrong) {
    it(`finds ${source}`, () => assert.deepEqual(faults(`function f() { ${source} }`), [1]));
  }

  const right = [
    "vscode.window.showErrorMessage(vscode.l10n.t('It failed: {0}', reason));",
    "this.log(`Installing ${label} failed.`); log.info('The model was loaded.');",
    "vscode.commands.executeCommand('setContext', 'biogpt.snoozed', true);",
    "if (kind === 'Some thing') return { kind: 'installed', icon: '$(gear~spin)' };",
    "const item = { label: 'BioGPT Writer', description: size + ' · ' + licence };",
    'panel.webview.html = `<style>a b { color: red }</style><p id="two words">${text}</p>`;',
    "const names = { 'Two Words': 1 };",
  ];
  for (const source of right) {
    it(`lets pass ${source}`, () => assert.deepEqual(faults(`function f() { ${source} }`), []));
  }
});
