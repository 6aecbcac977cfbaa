// The page of Describe Term: shows what the extension sends, sends back what was pressed.
(() => {
  const editor = acquireVsCodeApi();
  const element = (id) => document.getElementById(id);
  const send = (action, entry) => editor.postMessage({ do: action, ...(entry !== undefined && { entry }) });
  const modelButtons = ['choose', 'ask', 'insert', 'copy', 'regenerate', 'stop'];

  for (const id of [...modelButtons, 'sources']) element(id).addEventListener('click', () => send(id));
  element('form').addEventListener('change', ({ target }) => editor.postMessage({ do: 'cite', form: target.value }));
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !element('stop').hidden) send('stop');
  });

  /** Sets a text only when it changes, or a screen reader would say it again with every word of the model. */
  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function definition(view, canInsert) {
    const part = element('definition-template').content.cloneNode(true);
    const find = (selector) => part.querySelector(selector);
    find('.definition').textContent = view.text;
    find('.source-name').textContent = view.source;
    find('.licence').textContent = view.licence;
    if (view.url) {
      const link = find('.id');
      link.textContent = view.id;
      link.href = view.url;
      link.title = `${view.url}\n${link.title}`;
      link.addEventListener('click', (event) => {
        // The extension opens it, which knows the address itself.
        event.preventDefault();
        event.stopPropagation();
        send('open', view.entry);
      });
      find('.plain-id').remove();
    } else {
      find('.plain-id').textContent = view.id;
      find('.id').remove();
    }
    if (view.synonyms) find('.synonyms').textContent = view.synonyms;
    else find('.synonyms').remove();
    const insert = find('.insert');
    insert.disabled = !canInsert;
    insert.setAttribute('aria-label', view.insertLabel);
    insert.addEventListener('click', () => send('insert', view.entry));
    const copy = find('.copy');
    copy.setAttribute('aria-label', view.copyLabel);
    copy.addEventListener('click', () => send('copy', view.entry));
    return part;
  }

  function meaning(view, canInsert) {
    const part = element('meaning-template').content.cloneNode(true);
    const find = (selector) => part.querySelector(selector);
    if (view.name) find('.name').textContent = view.name;
    else find('.name').remove();
    if (view.relation) find('.relation').textContent = view.relation;
    else find('.relation').remove();
    find('.best').append(definition(view.best, canInsert));
    find('summary').textContent = view.furtherLabel;
    for (const further of view.further) {
      const item = document.createElement('li');
      item.append(definition(further, canInsert));
      find('.further').append(item);
    }
    if (view.further.length === 0) find('details').remove();
    return part;
  }

  /** What is shown of the glossary: drawn anew only when it changes, so that the focus stays and nothing folds up. */
  let shown = '';

  function showGlossary({ heading, meanings, citation }, canInsert) {
    element('glossary').hidden = meanings.length === 0;
    element('citation').hidden = !citation;
    const now = JSON.stringify([heading, meanings, canInsert]);
    if (now !== shown) {
      element('glossary-heading').textContent = heading;
      element('meanings').replaceChildren(...meanings.map((view) => meaning(view, canInsert)));
      shown = now;
    }
    if (!citation) return;
    const select = element('form');
    const forms = citation.forms.map(({ form, label }) => new Option(label, form));
    if (forms.map(({ text }) => text).join() !== [...select.options].map(({ text }) => text).join())
      select.replaceChildren(...forms);
    select.value = citation.chosen;
  }

  function showModel(model, defined) {
    element('model').hidden = !model;
    document.body.dataset.phase = model?.phase ?? 'none';
    if (!model) return;
    setText(element('model-heading'), model.heading);
    const asked = model.phase !== 'notAsked';
    const writing = model.phase === 'writing';
    element('caution').hidden = !model.text;
    element('text').hidden = !asked || (!model.text && !writing);
    setText(element('text'), model.text);
    element('text').setAttribute('aria-busy', String(writing));
    setText(element('message'), model.message);
    element('provenance').textContent = model.provenance;
    // Where the glossary has nothing, another model is what helps.
    element('choose').classList.toggle('secondary', defined);
    const focused = document.activeElement;
    for (const id of modelButtons) {
      element(id).hidden = !(id in model.buttons);
      element(id).disabled = !model.buttons[id];
    }
    // A button that was pressed and goes hands the focus on, or the keyboard would start at the top.
    if (focused instanceof HTMLElement && modelButtons.includes(focused.id) && (focused.hidden || focused.disabled))
      modelButtons
        .map(element)
        .find((button) => !button.hidden && !button.disabled)
        ?.focus();
  }

  window.addEventListener('message', ({ data: view }) => {
    if (!view) return;
    setText(element('term'), view.term);
    setText(element('status'), view.status);
    showGlossary(view.glossary, view.canInsert);
    showModel(view.model, view.glossary.meanings.length > 0);
  });

  editor.postMessage('ready');
})();
