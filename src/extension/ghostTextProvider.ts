import * as vscode from 'vscode';
import type { FieldWords } from '../completion/fieldWords';
import type { GhostEdit } from '../completion/ghostEdit';
import type { QuietReason } from '../completion/trigger';
import type { EditorPosition, GhostText } from '../completion/ghostText';
import type { ProseLanguage } from '../prose/scope';
import { proseLanguageOf } from './languages';
import { isGhostTextOn, readCompletionSettings } from './settings';
import { quietText } from './wording';

/**
 * Run by VS Code when an item was accepted: it would wait 50 ms before it asks for what follows, and the next
 * suggestion is often in memory. Without arguments, or it would make the way through this process.
 */
const ASK_FOR_NEXT: vscode.Command = {
  command: 'editor.action.inlineSuggest.trigger',
  title: vscode.l10n.t('Trigger Inline Suggestion'),
};

/** What else a suggestion depends on. */
export interface SuggestionContext {
  /** Suggestions come only when asked for. */
  snoozed(): boolean;
  /** Words of the writer's dictionaries. */
  words(document: vscode.TextDocument): readonly string[];
  /** Titles of the works that the document cites, or could. */
  titles(document: vscode.TextDocument): readonly string[];
  /** Ids of the texts of the manuscript's other files, the nearest first. */
  manuscript(document: vscode.TextDocument): readonly string[];
  /** Words of the field; undefined until they are read. */
  fieldWords(): FieldWords | undefined;
  /** Ghost text is about to be written. */
  onWriting(document: vscode.TextDocument): void;
}

/** Brings ghost text and VS Code together: documents, positions and tokens in, inline completions out. */
export class GhostTextProvider implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly ghostText: GhostText,
    private readonly context: SuggestionContext,
  ) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
        if (!proseLanguageOf(document.languageId)) return;
        const uri = document.uri.toString();
        if (isGhostTextOn(document)) ghostText.edited(uri, contentChanges, reason !== undefined);
        // Off is off: nothing is kept up to date either.
        else ghostText.closed(uri);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => ghostText.closed(document.uri.toString())),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.readManuscript(editor)),
    ];
    this.readManuscript(vscode.window.activeTextEditor);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What a chapter's main document defines is known before the first key. */
  private readManuscript(editor: vscode.TextEditor | undefined): void {
    if (editor && proseLanguageOf(editor.document.languageId) && isGhostTextOn(editor.document))
      this.context.manuscript(editor.document);
  }

  provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.InlineCompletionItem[]> {
    const language = proseLanguageOf(document.languageId);
    const { enabled, excluded, trigger, ...options } = readCompletionSettings(document);
    if (!language || !enabled || excluded) return [];
    const place = editorPosition(document, position, language);
    const follows = this.ghostText.followsAcceptance(place);
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke && !follows;
    if (this.context.snoozed() && !explicit) return [];
    if (trigger === 'automatic') this.context.onWriting(document);
    const selections = selectionsIn(document);
    const fieldWords = this.context.fieldWords();
    const answer = this.ghostText.suggest({
      position: place,
      explicit,
      oneCursor: selections.length <= 1 && selections.every((selection) => selection.isEmpty),
      trigger,
      options: {
        ...options,
        words: this.context.words(document),
        titles: this.context.titles(document),
        manuscript: this.context.manuscript(document),
        ...(fieldWords && { fieldWords }),
      },
    });
    if ('edits' in answer) {
      if ('reason' in answer && explicit) tellWhy(answer.reason);
      return toItems(position, answer.edits, context.selectedCompletionInfo);
    }
    const onCancel = token.onCancellationRequested(() =>
      answer.cancel(position.line < document.lineCount ? document.lineAt(position.line).text : ''),
    );
    return answer.completion
      .then((completion) => {
        if (token.isCancellationRequested) return [];
        if ('reason' in completion && explicit) tellWhy(completion.reason);
        return toItems(position, completion.edits, context.selectedCompletionInfo);
      })
      .finally(() => onCancel.dispose());
  }
}

/** A position of a document as the code without an editor sees it. */
export function editorPosition(
  document: vscode.TextDocument,
  position: vscode.Position,
  language: ProseLanguage,
): EditorPosition {
  const line = document.lineAt(position.line).text;
  return {
    uri: document.uri.toString(),
    language,
    line: position.line,
    linePrefix: line.slice(0, position.character),
    lineSuffix: line.slice(position.character),
    offset: () => document.offsetAt(position),
    length: () => document.offsetAt(document.lineAt(document.lineCount - 1).range.end),
    text: () => document.getText(),
  };
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
    if (!selected) return [new vscode.InlineCompletionItem(insertText, range, ASK_FOR_NEXT)];
    const offset = selected.range.start.character - startColumn;
    const text = insertText.slice(offset);
    if (offset < 0 || selected.range.end.character !== character || !text.startsWith(selected.text)) return [];
    return [new vscode.InlineCompletionItem(text, range.with(selected.range.start), ASK_FOR_NEXT)];
  });
}

function tellWhy(reason: QuietReason): void {
  vscode.window.setStatusBarMessage(`$(info) ${vscode.l10n.t('BioGPT: {0}', quietText(reason))}`, 4_000);
}
