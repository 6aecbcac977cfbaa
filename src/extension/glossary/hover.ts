import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import type { Definition, Entry } from '../../glossary/entry';
import { meaningsOf } from '../../glossary/meanings';
import { isHoverOn } from '../settings';
import { worded } from '../wording';
import type { ShippedGlossary } from './shippedGlossary';
import { termAtPlace } from './termAtPlace';

/** Two lines of the hover, which is 500 pixels wide, characters. */
const TWO_LINES = 130;
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
  const { entry } = definitions[0]!;
  const others = meaningsOf(definitions, term).length - 1;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: [COMMAND] };
  const [name, rest] = nameAndRest(entry);
  text.appendMarkdown(`**${plain(name)}**${plain(rest)}`);
  text.appendMarkdown(`\n\n*${plain(entry.source)}*`);
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

/** The term and what is said of it, two lines together; "Asthma is a disease" needs no term in front. */
export function nameAndRest({ term, definition }: Pick<Entry, 'term' | 'definition'>): [name: string, rest: string] {
  const named = definition.toLowerCase().startsWith(term.toLowerCase());
  const behind = named ? definition.slice(term.length) : '';
  return /^[\s,(]/.test(behind)
    ? [definition.slice(0, term.length), shortened(behind, TWO_LINES - term.length)]
    : [term, ` — ${shortened(definition, TWO_LINES - term.length - 3)}`];
}

/** The first sentences of a text, as many as fit, else the words that do. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = Math.max(most, TWO_LINES / 2);
  const sentences = /^.*[.!?](?=\s)/u.exec(text.slice(0, room + 1));
  if (sentences && sentences[0].length > room / 2) return sentences[0];
  return `${text.slice(0, text.lastIndexOf(' ', room)).replace(/[\s,;:(–-]+$/u, '')} …`;
}
