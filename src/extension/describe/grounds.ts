import type * as vscode from 'vscode';
import type { Meaning } from '../../glossary/meanings';
import { scopeAt } from '../../prose/proseDocument';
import { proseLanguageOf } from '../languages';

/** Prose before the term that facts may come from, UTF-16 units. */
const MOST = 20_000;

/** What a description may draw its facts from: the document's prose up to the paragraph's end, and the definitions. */
export function groundsOf(
  document: vscode.TextDocument | undefined,
  offset: number,
  meanings: readonly Meaning[],
): string[] {
  const definitions = meanings.flat().map(({ entry }) => `${entry.term}: ${entry.definition}`);
  return document ? [proseUpTo(document, offset), ...definitions] : definitions;
}

function proseUpTo(document: vscode.TextDocument, offset: number): string {
  const language = proseLanguageOf(document.languageId);
  const text = document.getText();
  if (!language) return text.slice(Math.max(0, offset - MOST / 2), offset + MOST / 2);
  const end = /\n\s*\n|$/.exec(text.slice(offset))!.index + offset;
  for (const at of [end, offset]) {
    const scope = scopeAt(language, text, at, { maxChars: MOST });
    if (scope.prose) return scope.textBefore;
  }
  return '';
}
