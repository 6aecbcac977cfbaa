import * as vscode from 'vscode';
import type { QuietReason } from '../completion/trigger';
import type { Phrase } from '../modelFolder/phrase';

/* What arises elsewhere as data, in words: errors, and why there is no suggestion. */

/** A phrase in the editor's language. */
export function wordedPhrase({ text, args }: Phrase): string {
  // Its text stands in the bundle: `npm run l10n` finds it where it was written.
  // eslint-disable-next-line strings/user-text
  return vscode.l10n.t(text, ...args);
}

/** What an error says to its reader, in full sentences. */
export function worded(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As `worded`, for a place that names the path already. */
export function wordedWithoutPath(message: string, path: string): string {
  const rest = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Why there is no suggestion, told to a writer who has asked for one. */
export function quietText(reason: QuietReason): string {
  switch (reason) {
    case 'afterDocument':
      return vscode.l10n.t('No suggestions after the end of the document environment.');
    case 'attribute':
      return vscode.l10n.t('No suggestions in attributes.');
    case 'bibliography':
      return vscode.l10n.t('No suggestions in the bibliography.');
    case 'citation':
      return vscode.l10n.t('No suggestions in citations.');
    case 'codeBlock':
    case 'inlineCode':
      return vscode.l10n.t('No suggestions in code.');
    case 'command':
      return vscode.l10n.t('No suggestions in LaTeX commands.');
    case 'commandArgument':
      return vscode.l10n.t('No suggestions in this argument of a LaTeX command.');
    case 'comment':
      return vscode.l10n.t('No suggestions in comments.');
    case 'directive':
      return vscode.l10n.t('No suggestions in directives.');
    case 'footnoteLabel':
      return vscode.l10n.t('No suggestions in footnote labels.');
    case 'frontMatter':
      return vscode.l10n.t('No suggestions in the front matter.');
    case 'graphics':
      return vscode.l10n.t('No suggestions in drawings.');
    case 'html':
      return vscode.l10n.t('No suggestions in HTML.');
    case 'label':
      return vscode.l10n.t('No suggestions in labels and references.');
    case 'markup':
      return vscode.l10n.t('No suggestions in markup.');
    case 'math':
      return vscode.l10n.t('No suggestions in math.');
    case 'preamble':
      return vscode.l10n.t('No suggestions in the preamble.');
    case 'tableDelimiter':
      return vscode.l10n.t('No suggestions in the line below a table header.');
    case 'url':
      return vscode.l10n.t('No suggestions in links.');
    case 'verbatim':
      return vscode.l10n.t('No suggestions in verbatim text.');
    case 'severalCursors':
      return vscode.l10n.t('No suggestions while text is selected or there are several cursors.');
    case 'insideWord':
      return vscode.l10n.t('No suggestions in the middle of a word.');
    case 'wordsFollow':
      return vscode.l10n.t('No suggestions when words follow on the same line.');
    case 'deleted':
      return vscode.l10n.t('No suggestions right after a deletion.');
    case 'undone':
      return vscode.l10n.t('No suggestions right after an undo or redo.');
    case 'replaced':
      return vscode.l10n.t('No suggestions right after a replacement.');
    case 'onDemand':
      return vscode.l10n.t('Suggestions appear only when you ask for them.');
    case 'dismissed':
      return vscode.l10n.t('You dismissed the suggestion here.');
    case 'nothingToAdd':
      return vscode.l10n.t('The model has no suggestion here.');
    case 'cancelled':
      return vscode.l10n.t('The request was canceled.');
  }
}
