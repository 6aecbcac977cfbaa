import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import type { Definition } from '../../glossary/entry';
import { longestMatchAt } from '../../glossary/termAt';
import { proseAround } from '../../prose/proseAround';
import { proseLanguageOf } from '../languages';
import type { ShippedGlossary } from './shippedGlossary';

/** A term of the glossary at a place of a document. */
export interface TermAtPlace {
  /** As the document writes it, without markup. */
  term: string;
  range: vscode.Range;
  definitions: readonly Definition[];
}

/**
 * The longest term of the glossary that the prose at a place holds; undefined in code, math and markup, and at everyday
 * words.
 * @throws GlossaryError when the glossary can't be used
 */
export function termAtPlace(
  shipped: ShippedGlossary,
  documents: ProseDocuments,
  document: vscode.TextDocument,
  position: vscode.Position,
): TermAtPlace | undefined {
  const language = proseLanguageOf(document.languageId);
  if (!language) return undefined;
  const length = document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
  const prose = documents.open(document.uri.toString(), language, length, () => document.getText());
  const slice = (from: number, to: number): string =>
    document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to)));
  const around = proseAround(prose, slice, document.offsetAt(position));
  if (!around) return undefined;
  const found = longestMatchAt(shipped.glossary, around.text, around.at, shipped.contextOf(document));
  if (!found) return undefined;
  const { from, to } = around.rangeOf(found.start, found.end);
  return {
    term: around.text.slice(found.start, found.end),
    range: new vscode.Range(document.positionAt(from), document.positionAt(to)),
    definitions: found.definitions,
  };
}
