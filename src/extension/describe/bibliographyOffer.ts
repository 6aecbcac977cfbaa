import * as vscode from 'vscode';
import { bibliographyFilesOf, textOf } from '../bibliographyFiles';
import { hasEntry } from './citation';

/** Offers an entry for the document's bibliography, unless that has it. Ends when the writer has answered. */
export async function offerEntry(
  document: vscode.TextDocument,
  { key, bibtex }: { key: string; bibtex: string },
): Promise<void> {
  const files: vscode.Uri[] = [];
  const bibliography = await bibliographyFilesOf(document);
  for (const file of bibliography.files) {
    const text = await textOf(file, bibliography.workspace);
    if (text === undefined) continue;
    if (hasEntry(text, key)) return;
    files.push(file);
  }
  const copy = vscode.l10n.t('Copy BibTeX Entry');
  const names = new Map(
    files.slice(0, 3).map((file) => [vscode.l10n.t('Add to {0}', vscode.workspace.asRelativePath(file)), file]),
  );
  const message =
    names.size > 0
      ? vscode.l10n.t('The citation {0} was inserted. Add its BibTeX entry to your bibliography?', key)
      : vscode.l10n.t(
          'The citation {0} was inserted, but no .bib file was found. Copy the BibTeX entry and add it to your bibliography.',
          key,
        );
  const picked = await vscode.window.showInformationMessage(message, ...names.keys(), copy);
  if (picked === copy) await vscode.env.clipboard.writeText(bibtex);
  const file = picked === undefined ? undefined : names.get(picked);
  if (file) await append(file, bibtex);
}

/** Writes an entry to the end of a file, which is saved if nobody else has changed it. */
async function append(file: vscode.Uri, bibtex: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const unchanged = !document.isDirty;
  const end = document.lineAt(document.lineCount - 1).range.end;
  const edit = new vscode.WorkspaceEdit();
  edit.insert(file, end, `${end.line === 0 && end.character === 0 ? '' : end.character > 0 ? '\n\n' : '\n'}${bibtex}`);
  if (!(await vscode.workspace.applyEdit(edit)) || (unchanged && !(await document.save())))
    throw new Error(
      vscode.l10n.t(
        'The BibTeX entry could not be added to {0}. Copy it instead.',
        vscode.workspace.asRelativePath(file),
      ),
    );
}
