// The view of a description: shows what the extension sends, sends back which button was pressed.
(() => {
  const editor = acquireVsCodeApi();
  const element = (id) => document.getElementById(id);
  const buttons = ['insert', 'copy', 'regenerate', 'stop'];

  for (const id of buttons) element(id).addEventListener('click', () => editor.postMessage(id));
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !element('stop').disabled) editor.postMessage('stop');
  });

  window.addEventListener('message', ({ data: view }) => {
    if (!view) return;
    const writing = view.phase === 'writing';
    document.body.dataset.phase = view.phase;
    element('term').textContent = view.term;
    element('text').textContent = view.text;
    element('text').setAttribute('aria-busy', String(writing));
    // Set only when it changes, or a screen reader would say it again with every word.
    if (element('message').textContent !== view.message) element('message').textContent = view.message;
    element('provenance').textContent = view.provenance;
    element('insert').disabled = writing || !view.text || !view.canInsert;
    element('copy').disabled = !view.text;
    element('regenerate').disabled = writing;
    element('stop').disabled = !writing;
  });

  editor.postMessage('ready');
})();
