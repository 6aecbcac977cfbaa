import * as vscode from 'vscode';
import { escapedTexts, page, type PageSources } from '../panel/page';

/** The panel's page: whole in itself, it loads nothing from anywhere. Its script fills it with what the host sends. */
export function panelHtml(sources: PageSources): string {
  const t = escapedTexts({
    title: vscode.l10n.t('Describe Term'),
    insert: vscode.l10n.t('Insert'),
    insertWhere: vscode.l10n.t('Insert at the cursor in the document where you ran Describe Term'),
    copy: vscode.l10n.t('Copy'),
    cite: vscode.l10n.t('Cite inserted definitions with'),
    sources: vscode.l10n.t('Sources and Licenses of the Glossary'),
    caution: vscode.l10n.t('Check every statement before you use it.'),
    modelText: vscode.l10n.t('Description by the model'),
    modelActions: vscode.l10n.t('Actions for the description'),
    ask: vscode.l10n.t('Ask the Model Anyway'),
    choose: vscode.l10n.t('Choose Model…'),
    regenerate: vscode.l10n.t('Regenerate'),
    regenerateWhat: vscode.l10n.t('Write another description'),
    stop: vscode.l10n.t('Stop'),
    stopHow: vscode.l10n.t('Stop Writing (Esc)'),
    opens: vscode.l10n.t('Opens in your browser'),
  });
  return page(
    sources,
    t.title,
    `  <main>
    <header>
      <h1 id="term"></h1>
      <p id="status" role="status" aria-live="polite"></p>
    </header>
    <section id="glossary" aria-labelledby="glossary-heading" hidden>
      <h2 id="glossary-heading"></h2>
      <ul id="meanings"></ul>
      <p id="citation" hidden><label for="form">${t.cite}</label> <select id="form"></select></p>
      <p><button id="sources" type="button" class="link">${t.sources}</button></p>
    </section>
    <section id="model" aria-labelledby="model-heading" hidden>
      <h2 id="model-heading"></h2>
      <p id="caution" class="warning" role="note">${t.caution}</p>
      <p id="text" aria-label="${t.modelText}" tabindex="0"></p>
      <p id="message" role="status" aria-live="polite"></p>
      <div class="buttons" role="group" aria-label="${t.modelActions}">
        <button id="choose" type="button">${t.choose}</button>
        <button id="ask" type="button" class="secondary">${t.ask}</button>
        <button id="insert" type="button" class="secondary" title="${t.insertWhere}">${t.insert}</button>
        <button id="copy" type="button" class="secondary">${t.copy}</button>
        <button id="regenerate" type="button" class="secondary" title="${t.regenerateWhat}">${t.regenerate}</button>
        <button id="stop" type="button" class="secondary" title="${t.stopHow}">${t.stop}</button>
      </div>
      <p id="provenance"></p>
    </section>
  </main>
  <template id="meaning-template">
    <li class="meaning">
      <h3 class="name"></h3>
      <p class="relation"></p>
      <div class="best"></div>
      <details><summary></summary><ul class="further"></ul></details>
    </li>
  </template>
  <template id="definition-template">
    <p class="definition"></p>
    <p class="synonyms"></p>
    <p class="source"><span class="source-name"></span>, <a class="id" title="${t.opens}"></a><span class="plain-id"></span>, <span class="licence"></span></p>
    <div class="buttons">
      <button type="button" class="insert" title="${t.insertWhere}">${t.insert}</button>
      <button type="button" class="copy secondary">${t.copy}</button>
    </div>
  </template>`,
  );
}
