import * as vscode from 'vscode';

export interface PageSources {
  /** Fresh for each page. */
  nonce: string;
  /** Of the panel, from `media`. */
  style: string;
  script: string;
}

/**
 * A panel's page: whole in itself, it loads nothing from anywhere.
 * @param title escaped, as is `body`: HTML
 */
export function page({ nonce, style, script }: PageSources, title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
  <title>${title}</title>
  <style nonce="${nonce}">${style}</style>
</head>
<body>
${body}
  <script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

/** Texts as they may stand in HTML: a translation may hold any character. */
export function escapedTexts<Texts extends Record<string, string>>(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, escapeHtml(text)])) as Texts;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
