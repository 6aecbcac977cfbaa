import * as vscode from 'vscode';
import { shiftOffset, type OffsetChange } from '../describe/shiftOffset';
import type { MinedPassage } from './passage';
import type { Results } from './results';

/** Shows what rows rest upon in the document, wherever that has gone since it was read. */
export class EvidenceMarks implements vscode.Disposable {
  private readonly changes: (readonly OffsetChange[])[] = [];
  private pinned: string | undefined;
  private readonly listening: vscode.Disposable;
  private readonly sentence = decoration('editor.findRangeHighlightBackground');
  private readonly names = decoration('editor.findMatchHighlightBackground');

  constructor(
    private readonly passage: MinedPassage,
    private readonly results: Results,
  ) {
    this.listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document === passage.document && contentChanges.length > 0) this.changes.push(contentChanges);
    });
  }

  /** Marks a row's evidence in the editors that show the document. @param reveal scrolls to it, and opens the document if need be */
  async show(row: string, reveal: boolean): Promise<void> {
    if (reveal) this.pinned = row;
    const evidence = this.results.evidenceOf(row);
    if (!evidence) return;
    const { document } = this.passage;
    const ranges = (spans: readonly { start: number; end: number }[]): vscode.Range[] =>
      spans.map(({ start, end }) => {
        const { from, to } = this.passage.rangeOf(start, end);
        return new vscode.Range(document.positionAt(this.now(from)), document.positionAt(this.now(to)));
      });
    const [first, second, sentences] = [ranges(evidence.first), ranges(evidence.second), ranges(evidence.sentences)];
    if (reveal && !this.editors().length) {
      const column = vscode.ViewColumn.One;
      await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true });
    }
    for (const editor of this.editors()) {
      editor.setDecorations(this.sentence, sentences);
      editor.setDecorations(this.names, [...first, ...second]);
      const target = sentences[0] ?? first[0] ?? second[0];
      if (reveal && target) editor.revealRange(target, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Takes passing marks away; those of the row that was gone to last stay. */
  async unmark(): Promise<void> {
    if (this.pinned === undefined) this.clear();
    else await this.show(this.pinned, false);
  }

  clear(): void {
    for (const editor of this.editors()) {
      for (const kind of [this.sentence, this.names]) editor.setDecorations(kind, []);
    }
  }

  /** Where an offset of the document as it was read lies now. */
  now(offset: number): number {
    return this.changes.reduce(shiftOffset, offset);
  }

  dispose(): void {
    this.listening.dispose();
    for (const kind of [this.sentence, this.names]) kind.dispose();
  }

  private editors(): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter(({ document }) => document === this.passage.document);
  }
}

function decoration(background: string): vscode.TextEditorDecorationType {
  const { kind } = vscode.window.activeColorTheme;
  const contrast = kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
  return vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(background),
    // High-contrast themes have borders instead of backgrounds.
    // eslint-disable-next-line strings/user-text -- CSS
    ...(contrast && { border: '1px solid', borderColor: new vscode.ThemeColor('contrastActiveBorder') }),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
}
