export interface PanelSources {
  nonce: string;
  cspSource: string;
  style: string;
  script: string;
}

/** The view's page. Nothing is loaded from anywhere but the extension's own `media` folder. */
export function panelHtml({ nonce, cspSource, style, script }: PanelSources): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy"
    content="default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}';">
  <link rel="stylesheet" href="${style}">
  <title>Description</title>
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
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
