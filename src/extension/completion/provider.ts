import * as vscode from 'vscode';
import type { ProseLanguage } from '../../prose';
import { proseLanguageOf } from '../languages';
import { readCompletionSettings } from '../settings';
import type { CompletionEngine } from './completionEngine';
import type { Cursor, GhostEdit } from './cursor';
import { ProseDocuments } from './documents';
import { classifyEdit, refusal, type LastEdit } from './eligibility';

/** Brings the completion engine and VS Code together: positions and tokens in, ghost text out. */
export class GhostTextProvider implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private readonly documents = new ProseDocuments();
  private readonly lastEdits = new Map<string, LastEdit>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly engine: CompletionEngine) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
        if (!proseLanguageOf(document.languageId)) return;
        const uri = document.uri.toString();
        this.documents.edit(uri, contentChanges);
        const edit = classifyEdit(contentChanges, reason !== undefined);
        if (edit) this.lastEdits.set(uri, edit);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        const uri = document.uri.toString();
        this.documents.close(uri);
        this.lastEdits.delete(uri);
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.InlineCompletionItem[]> {
    const language = proseLanguageOf(document.languageId);
    const settings = readCompletionSettings(document);
    if (!language || !settings.enabled) return [];
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const cursor = this.cursorAt(document, position, language);
    const lastEdit = this.lastEdits.get(cursor.uri);
    const selections = selectionsIn(document);
    const oneCursor = selections.length <= 1 && selections.every((selection) => selection.isEmpty);

    const recalled = oneCursor && !explicit ? this.engine.recall(cursor) : [];
    if (recalled.length > 0) return toItems(position, recalled, context.selectedCompletionInfo);
    if (settings.trigger === 'onDemand' && !explicit) return [];

    const refused = refusal({ explicit, lastEdit, oneCursor, lineSuffix: cursor.lineSuffix });
    if (refused) {
      if (lastEdit !== 'typed') this.engine.wentBack(cursor);
      if (explicit) tellWhy(refused);
      return [];
    }
    return this.ask(document, position, cursor, explicit, settings, context, token);
  }

  private cursorAt(document: vscode.TextDocument, position: vscode.Position, language: ProseLanguage): Cursor {
    const line = document.lineAt(position.line).text;
    const uri = document.uri.toString();
    return {
      uri,
      language,
      line: position.line,
      linePrefix: line.slice(0, position.character),
      lineSuffix: line.slice(position.character),
      readPlace: () => {
        const end = document.lineAt(document.lineCount - 1).range.end;
        const length = document.offsetAt(end);
        return this.documents
          .open(uri, language, length, () => document.getText())
          .scopeAt(document.offsetAt(position));
      },
    };
  }

  private async ask(
    document: vscode.TextDocument,
    position: vscode.Position,
    cursor: Cursor,
    explicit: boolean,
    settings: ReturnType<typeof readCompletionSettings>,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const controller = new AbortController();
    const onCancel = token.onCancellationRequested(() => {
      controller.abort();
      const line = cursor.line < document.lineCount ? document.lineAt(cursor.line).text : '';
      this.engine.movedOn(cursor, line);
    });
    try {
      const completion = explicit
        ? await this.engine.alternatives(cursor, settings, controller.signal)
        : await this.engine.complete(cursor, settings, controller.signal);
      if (token.isCancellationRequested) return [];
      if ('reason' in completion && explicit) tellWhy(completion.reason);
      return toItems(position, completion.edits, context.selectedCompletionInfo);
    } finally {
      onCancel.dispose();
    }
  }
}

function selectionsIn(document: vscode.TextDocument): readonly vscode.Selection[] {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editor =
    activeTextEditor?.document === document
      ? activeTextEditor
      : visibleTextEditors.find((visible) => visible.document === document);
  return editor?.selections ?? [];
}

/**
 * VS Code's own items. With an item selected in the suggest widget ghost text must extend that
 * item's text over the same range; one that does not would not be drawn.
 */
function toItems(
  position: vscode.Position,
  edits: readonly GhostEdit[],
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem[] {
  const { line, character } = position;
  return edits.flatMap(({ startColumn, endColumn, insertText }) => {
    const range = new vscode.Range(line, startColumn, line, endColumn);
    if (!selected) return [new vscode.InlineCompletionItem(insertText, range)];
    const offset = selected.range.start.character - startColumn;
    const text = insertText.slice(offset);
    if (offset < 0 || selected.range.end.character !== character || !text.startsWith(selected.text)) return [];
    return [new vscode.InlineCompletionItem(text, range.with(selected.range.start))];
  });
}

function tellWhy(reason: string): void {
  vscode.window.setStatusBarMessage(`$(info) BioGPT: ${reason}`, 4_000);
}
