import * as vscode from 'vscode';
import { wordsOfLists } from '../completion/wordLists';

/** The writer's own words, from the settings of Code Spell Checker and LTeX. Nothing is read from files. */
export class OwnWords implements vscode.Disposable {
  /** The lists may differ between folders of a workspace. */
  private lists = new WeakMap<vscode.TextDocument, readonly string[]>();
  private readonly subscription: vscode.Disposable;

  constructor() {
    this.subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('cSpell') || change.affectsConfiguration('ltex')) this.lists = new WeakMap();
    });
  }

  of(document: vscode.TextDocument): readonly string[] {
    let words = this.lists.get(document);
    if (!words) {
      const cSpell = vscode.workspace.getConfiguration('cSpell', document.uri);
      const ltex = vscode.workspace.getConfiguration('ltex', document.uri);
      words = wordsOfLists([cSpell.get('userWords'), cSpell.get('words')], ltex.get('dictionary'));
      this.lists.set(document, words);
    }
    return words;
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
