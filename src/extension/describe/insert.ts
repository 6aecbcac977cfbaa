import * as vscode from 'vscode';
import type { Entry } from '../../glossary/entry';
import { escapeFor } from '../../prose/escape';
import { scopeAt } from '../../prose/proseDocument';
import { proseLanguageOf } from '../languages';
import { citationOf, type Citation, type CitationForm } from './citation';
import { definitionInsertion, descriptionInsertion, type InsertionPlace } from './insertedText';
import type { Origin } from './origin';

/** Writes the model's text at the origin's cursor. @returns whether the document could be changed */
export function insertDescription(origin: Origin, term: string, description: string): Promise<boolean> {
  return insertAt(origin, (place, escape) => descriptionInsertion(term, description, place, escape));
}

/**
 * Writes a definition at the origin's cursor, with its source in that form.
 * @returns the citation, null where there is none, undefined where the document could not be changed
 */
export async function insertDefinition(
  origin: Origin,
  term: string,
  entry: Entry,
  form: CitationForm,
): Promise<Citation | null | undefined> {
  const { document } = origin;
  const language = proseLanguageOf(document.languageId);
  const citation = language && citationOf(form, language, document.getText(), entry);
  const done = await insertAt(
    origin,
    (place, escape) => definitionInsertion(term, entry.definition, place, citation, escape),
    citation?.note,
  );
  return done ? (citation ?? null) : undefined;
}

/** @param note a paragraph for the document's end */
async function insertAt(
  origin: Origin,
  write: (place: InsertionPlace, escape: (text: string) => string) => string,
  note?: string,
): Promise<boolean> {
  const { document, editor, position } = origin;
  const language = proseLanguageOf(document.languageId);
  const line = document.lineAt(position.line).text;
  const linePrefix = line.slice(0, position.character);
  const scope = language && scopeAt(language, document.getText(), document.offsetAt(position));
  const context = scope?.prose ? scope : { block: 'paragraph' as const, linePrefix };
  const text = write({ linePrefix, lineSuffix: line.slice(position.character) }, (plain) =>
    language ? escapeFor(language, context, plain) : plain,
  );

  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, position, text);
  if (note !== undefined) insertNote(edit, document, note);
  const offset = document.offsetAt(position);
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  // A notebook's cell has no tab of its own to be shown in.
  if (document.uri.scheme !== 'vscode-notebook-cell') {
    const end = document.positionAt(offset + text.length);
    await vscode.window.showTextDocument(document, {
      ...(editor?.viewColumn !== undefined && { viewColumn: editor.viewColumn }),
      selection: new vscode.Range(end, end),
    });
  }
  return true;
}

/** Behind everything, a blank line between; next to other notes without one. */
function insertNote(edit: vscode.WorkspaceEdit, document: vscode.TextDocument, note: string): void {
  const text = document.getText();
  const end = document.lineAt(document.lineCount - 1).range.end;
  const newlines = /\n*$/.exec(text.replace(/\r/g, ''))![0].length;
  const afterNote = /^\[\^[^\]]+\]:.*\s*$/.test(text.trimEnd().split('\n').at(-1)!);
  const wanted = afterNote ? 1 : 2;
  edit.insert(document.uri, end, `${'\n'.repeat(Math.max(0, wanted - newlines))}${note}\n`);
}
