export interface PanelSources {
  /** Fresh for each page. */
  nonce: string;
  /** Texts of `media/describe.css` and `media/describe.js`. */
  style: string;
  script: string;
}

/** The view's page: whole in itself, it loads nothing from anywhere. */
export function panelHtml({ nonce, style, script }: PanelSources): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
  <title>Description</title>
  <style nonce="${nonce}">${style}</style>
</head>
<body>
  <main>
    <h1 id="term"></h1>
    <p class="warning" role="note">
      <strong>Written by a language model.</strong> Check every statement before you use it.
    </p>
    <p id="text" aria-label="Description" tabindex="0"></p>
    <p id="message" role="status" aria-live="polite"></p>
    <div role="toolbar" aria-label="Description">
      <button id="insert" type="button" title="Insert at the cursor of the document it was asked from">Insert</button>
      <button id="copy" type="button" class="secondary">Copy</button>
      <button id="regenerate" type="button" class="secondary" title="Write another description">Regenerate</button>
      <button id="stop" type="button" class="secondary" title="Stop writing (Escape)">Stop</button>
    </div>
    <p id="provenance"></p>
  </main>
  <script nonce="${nonce}">${script}</script>
</body>
</html>`;
}
