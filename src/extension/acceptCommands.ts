import * as vscode from 'vscode';
import { isSubsequence } from '../completion/ghostEdit';
import type { GhostText } from '../completion/ghostText';
import { partToAccept, type AcceptUnit } from '../completion/partialAccept';
import { copilotWritesIn } from './copilot';
import { editorPosition } from './ghostTextProvider';
import { proseLanguageOf } from './languages';

const WHOLE = 'editor.action.inlineSuggest.commit';
/** VS Code's own commands, for what is not, or may not be, this extension's suggestion. */
const CORE = {
  word: 'editor.action.inlineSuggest.acceptNextWord',
  sentence: 'editor.action.inlineSuggest.acceptNextLine',
} as const;

/** Accepts the first word or sentence of the suggestion on screen; the rest stays. */
export async function acceptPiece(ghostText: GhostText, unit: AcceptUnit): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor && proseLanguageOf(editor.document.languageId);
  if (!language) return;
  const { document, selection } = editor;
  const position = editorPosition(document, selection.active, language);
  const edits = ghostText.shownAt(position);
  const [edit] = edits;
  // VS Code does not tell which of several is on the screen, nor whose.
  if (!edit || edits.length > 1 || copilotWritesIn(document)) {
    await vscode.commands.executeCommand(CORE[unit]);
    return;
  }
  const { linePrefix, lineSuffix } = position;
  const text = edit.insertText.slice(linePrefix.length - edit.startColumn);
  const piece = partToAccept(text, unit);
  if (piece === text) {
    await vscode.commands.executeCommand(WHOLE);
    return;
  }
  // Brackets behind the cursor that the piece writes itself are written over, as when they are typed.
  const covered = lineSuffix.slice(0, edit.endColumn - linePrefix.length);
  let over = 0;
  while (!isSubsequence(covered.slice(over), text.slice(piece.length))) over++;
  const { active } = selection;
  await editor.edit((builder) => {
    builder.insert(active, piece);
    if (over > 0) builder.delete(new vscode.Range(active, active.translate(0, over)));
  });
}

/** Accepts the suggestion on screen to the end of its line. */
export async function acceptLine(): Promise<void> {
  await vscode.commands.executeCommand(CORE.sentence);
}

/** Hides the suggestion on screen, and keeps it from coming back at the same place. */
export async function dismiss(ghostText: GhostText): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const language = editor && proseLanguageOf(editor.document.languageId);
  if (language) ghostText.dismissed(editorPosition(editor.document, editor.selection.active, language));
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}
