import * as vscode from 'vscode';
import { escapedTexts, page, type PageSources } from '../panel/page';

/** The panel's page: whole in itself, it loads nothing from anywhere. Its script fills it with what the host sends. */
export function miningHtml(sources: PageSources): string {
  const t = escapedTexts({
    relations: vscode.l10n.t('Relations'),
    progress: vscode.l10n.t('Progress'),
    notes: vscode.l10n.t('About these results'),
    filter: vscode.l10n.t('Filter'),
    filterWhat: vscode.l10n.t('Show only rows that contain this text'),
    least: vscode.l10n.t('Minimum probability'),
    none: vscode.l10n.t('No rows match the filter.'),
    apart: vscode.l10n.t('Not in the Text'),
    apartWhy: vscode.l10n.t(
      'At least one name in each of these relations does not occur in the text. They are not inserted, copied, or exported unless you accept them.',
    ),
    review: vscode.l10n.t('Review'),
    accept: vscode.l10n.t('Accept'),
    reject: vscode.l10n.t('Reject'),
    acceptKey: vscode.l10n.t('Accept (A)'),
    rejectKey: vscode.l10n.t('Reject (R)'),
    keys: vscode.l10n.t(
      'Press the Up and Down arrow keys to move between rows, Enter to show the evidence in your document, A to accept a row, and R to reject it.',
    ),
    graph: vscode.l10n.t('Graph of relations'),
    actions: vscode.l10n.t('Actions'),
    insert: vscode.l10n.t('Insert Table'),
    insertWhere: vscode.l10n.t('Insert the table below the analyzed text'),
    copy: vscode.l10n.t('Copy Table'),
    exportAs: vscode.l10n.t('Export format'),
    export: vscode.l10n.t('Export…'),
    again: vscode.l10n.t('Run Again'),
    stop: vscode.l10n.t('Stop'),
    stopHow: vscode.l10n.t('Stop (Esc)'),
  });
  return page(
    sources,
    t.relations,
    `  <main>
    <header>
      <h1 id="title"></h1>
      <p id="source"></p>
      <p id="status" role="status" aria-live="polite"></p>
      <progress id="progress" aria-label="${t.progress}" hidden></progress>
      <div class="buttons" role="group" aria-label="${t.actions}">
        <button id="insert" type="button" title="${t.insertWhere}">${t.insert}</button>
        <button id="copy" type="button" class="secondary">${t.copy}</button>
        <span class="together">
          <label for="format">${t.exportAs}</label>
          <select id="format"></select>
          <button id="export" type="button" class="secondary">${t.export}</button>
        </span>
        <button id="again" type="button" class="secondary">${t.again}</button>
        <button id="stop" type="button" class="secondary" title="${t.stopHow}">${t.stop}</button>
      </div>
      <p id="kept"></p>
    </header>
    <ul id="notices" class="warning" role="note" aria-label="${t.notes}" hidden></ul>
    <section id="answer" aria-labelledby="question" hidden>
      <h2 id="question"></h2>
      <table><tbody id="bars"></tbody></table>
    </section>
    <section id="rows" hidden>
      <div class="filters">
        <label for="filter">${t.filter}</label>
        <input id="filter" type="search" title="${t.filterWhat}">
        <label for="least">${t.least}</label>
        <input id="least" type="range" min="0" max="100" step="5" value="0">
        <output id="least-value" for="least">0%</output>
      </div>
      <p id="keys" class="quiet">${t.keys}</p>
      <div id="table"></div>
      <p id="none" hidden>${t.none}</p>
    </section>
    <section id="graph" aria-label="${t.graph}" hidden></section>
    <section id="apart" aria-labelledby="apart-heading" hidden>
      <h2 id="apart-heading">${t.apart}</h2>
      <p class="quiet">${t.apartWhy}</p>
      <div id="apart-table"></div>
    </section>
    <p id="provenance" class="quiet"></p>
  </main>
  <template id="judge-template">
    <td class="judge">
      <button type="button" class="accept" aria-pressed="false" title="${t.acceptKey}" aria-label="${t.accept}">✓</button>
      <button type="button" class="reject" aria-pressed="false" title="${t.rejectKey}" aria-label="${t.reject}">✕</button>
    </td>
  </template>
  <template id="review-template"><th scope="col">${t.review}</th></template>`,
  );
}
