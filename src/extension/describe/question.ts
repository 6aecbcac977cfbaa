import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import { wordOrTermAt } from '../../prose/terms';
import type { ShippedGlossary } from '../glossary/shippedGlossary';
import { termAtPlace } from '../glossary/termAtPlace';
import { cleanTerm, isFunctionWord, LONGEST_TERM } from './term';

/** What a description is asked for, and where in a document it may be inserted. */
export interface Question {
  term: string;
  /** Where the selection or the term at the cursor ends, else the cursor; undefined without an editor. */
  place: vscode.Position | undefined;
}

/** The selection, else the term at the cursor, else what the writer types; undefined when they call it off. */
export async function askForTerm(
  editor: vscode.TextEditor | undefined,
  glossary: ShippedGlossary,
  documents: ProseDocuments,
): Promise<Question | undefined> {
  const place = editor?.selection.end;
  const selected = editor ? cleanTerm(editor.document.getText(editor.selection)) : '';
  if (selected && selected.length <= LONGEST_TERM) return { term: selected, place };
  const found = editor && !selected ? termAtCursor(editor, glossary, documents) : undefined;
  if (found) return found;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Describe Term'),
    prompt: vscode.l10n.t('Enter a gene, drug, disease, method, or other term.'),
    value: selected.slice(0, LONGEST_TERM) || (editor ? termBefore(editor.document, editor.selection.active) : ''),
    placeHolder: vscode.l10n.t('For example, interleukin-6'),
  });
  const term = typed === undefined ? '' : cleanTerm(typed);
  return term === '' ? undefined : { term, place };
}

/** The longest term that the glossary has, else the word or symbol. */
function termAtCursor(
  { document, selection: { active } }: vscode.TextEditor,
  glossary: ShippedGlossary,
  documents: ProseDocuments,
): Question | undefined {
  const word = wordOrTermAt(document.lineAt(active.line).text, active.character);
  const plain = word && cleanTerm(word.text);
  let known;
  try {
    known = termAtPlace(glossary, documents, document, active);
  } catch {
    // The panel says what is wrong with the glossary.
  }
  if (known && known.term.length >= (plain?.length ?? 0)) return { term: known.term, place: known.range.end };
  return word && plain && !isFunctionWord(plain)
    ? { term: plain, place: new vscode.Position(active.line, word.to) }
    : undefined;
}

/** The term on the line before the cursor, when the cursor stands behind a blank or a mark. */
function termBefore(document: vscode.TextDocument, position: vscode.Position): string {
  const before = document
    .lineAt(position.line)
    .text.slice(0, position.character)
    .replace(/[^\p{L}\p{N}]+$/u, '');
  return cleanTerm(wordOrTermAt(before, before.length)?.text ?? '');
}
