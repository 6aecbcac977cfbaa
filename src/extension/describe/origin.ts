import * as vscode from 'vscode';
import { wordOrTermAt } from '../../prose/terms';
import { shiftOffset } from './shiftOffset';

/** The document a description was asked from, and the place in it, kept up to date under edits. */
export class Origin implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(
    readonly document: vscode.TextDocument,
    /** UTF-16 units. */
    public offset: number,
  ) {
    this.subscription = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document) this.offset = shiftOffset(this.offset, change.contentChanges);
    });
  }

  /** The editor that shows the document now. */
  get editor(): vscode.TextEditor | undefined {
    return vscode.window.visibleTextEditors.find((editor) => editor.document === this.document);
  }

  /** Where a text is inserted: at the cursor of today, behind the word that it stands in. */
  get position(): vscode.Position {
    const position = this.editor?.selection.end ?? this.document.positionAt(this.offset);
    const word = wordOrTermAt(this.document.lineAt(position.line).text, position.character);
    return word && word.from < position.character ? position.with({ character: word.to }) : position;
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
