import * as vscode from 'vscode';

export interface PanelSources {
  /** Fresh for each page. */
  nonce: string;
  /** Texts of `media/describe.css` and `media/describe.js`. */
  style: string;
  script: string;
}

/** The view's page: whole in itself, it loads nothing from anywhere. */
export function panelHtml({ nonce, style, script }: PanelSources): string {
  const text = {
    description: vscode.l10n.t('Description'),
    origin: vscode.l10n.t('Written by a language model.'),
    caution: vscode.l10n.t('Check every statement before you use it.'),
    insert: vscode.l10n.t('Insert'),
    insertWhere: vscode.l10n.t('Insert at the cursor in the document you started from'),
    copy: vscode.l10n.t('Copy'),
    regenerate: vscode.l10n.t('Regenerate'),
    regenerateWhat: vscode.l10n.t('Write another description'),
    stop: vscode.l10n.t('Stop'),
    stopHow: vscode.l10n.t('Stop Writing (Esc)'),
  };
  const t = Object.fromEntries(Object.entries(text).map(([key, value]) => [key, escapeHtml(value)])) as typeof text;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
  <title>${t.description}</title>
  <style nonce="${nonce}">${style}</style>
</head>
<body>
  <main>
    <h1 id="term"></h1>
    <p class="warning" role="note">
      <strong>${t.origin}</strong> ${t.caution}
    </p>
    <p id="text" aria-label="${t.description}" tabindex="0"></p>
    <p id="message" role="status" aria-live="polite"></p>
    <div role="toolbar" aria-label="${t.description}">
      <button id="insert" type="button" title="${t.insertWhere}">${t.insert}</button>
      <button id="copy" type="button" class="secondary">${t.copy}</button>
      <button id="regenerate" type="button" class="secondary" title="${t.regenerateWhat}">${t.regenerate}</button>
      <button id="stop" type="button" class="secondary" title="${t.stopHow}">${t.stop}</button>
    </div>
    <p id="provenance"></p>
  </main>
  <script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

/** A translation may hold any character. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
