import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import type { Definition } from '../../glossary/entry';
import { meaningsOf } from '../../glossary/meanings';
import { isHoverOn } from '../settings';
import { worded } from '../wording';
import type { ShippedGlossary } from './shippedGlossary';
import { termAtPlace } from './termAtPlace';

/** About two lines of the hover, characters. */
const TWO_LINES = 170;
const COMMAND = 'biogpt.describeTerm';

/** Shows what a term in prose means when the mouse, or the cursor with *Show Hover*, is at it. */
export class TermHover implements vscode.HoverProvider {
  /** A glossary that can't be used is told of once. */
  private told = false;

  constructor(
    private readonly glossary: ShippedGlossary,
    private readonly documents: ProseDocuments,
    private readonly log: (line: string) => void,
  ) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!isHoverOn(document)) return undefined;
    try {
      const found = termAtPlace(this.glossary, this.documents, document, position);
      return found && new vscode.Hover(hoverText(found.term, found.definitions), found.range);
    } catch (error) {
      if (!this.told) this.log(`Hover: ${worded(error)}`);
      this.told = true;
      return undefined;
    }
  }
}

/** The best definition in two lines, its source, and the way to all of them. */
export function hoverText(term: string, definitions: readonly Definition[]): vscode.MarkdownString {
  const { term: name, definition, source } = definitions[0]!.entry;
  const others = meaningsOf(definitions, term).length - 1;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: [COMMAND] };
  text.appendMarkdown(`**${plain(name)}** — ${plain(shortened(definition))}`);
  text.appendMarkdown(`\n\n*${plain(source)}*`);
  if (others > 0) {
    const more = others === 1 ? vscode.l10n.t('1 other meaning') : vscode.l10n.t('{0} other meanings', others);
    text.appendMarkdown(` · ${plain(more)}`);
  }
  const link = `command:${COMMAND}?${encodeURIComponent(JSON.stringify([term]))}`;
  return text.appendMarkdown(` · [${vscode.l10n.t('Describe Term')}](${link})`);
}

/** Text as Markdown. `appendText` would do the same but make each space one that no line breaks at. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~<>&|$]/g, '\\$&');
}

/** The first sentences of a definition, as many as fit, else the words that do. */
export function shortened(definition: string): string {
  if (definition.length <= TWO_LINES) return definition;
  const sentences = /^.*[.!?](?=\s)/u.exec(definition.slice(0, TWO_LINES));
  if (sentences && sentences[0].length > TWO_LINES / 2) return sentences[0];
  return `${definition.slice(0, definition.lastIndexOf(' ', TWO_LINES)).replace(/[\s,;:(–-]+$/u, '')} …`;
}
