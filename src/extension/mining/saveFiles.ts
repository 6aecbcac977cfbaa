import * as vscode from 'vscode';
import type { ExportedFile } from './results';

/**
 * Asks where the files of an export go, and writes them there: those after the first beside it, under the same name.
 * @returns the first one; undefined where its user calls it off
 */
export async function saveFiles(
  beside: vscode.Uri,
  name: string,
  label: string,
  files: readonly ExportedFile[],
): Promise<vscode.Uri | undefined> {
  const [first, ...others] = files;
  if (!first) return undefined;
  const folder =
    beside.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(beside, '..');
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Results'),
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `${name}.${first.extension}`) }),
    filters: { [label]: [first.extension] },
  });
  if (!target) return undefined;
  const write = (uri: vscode.Uri, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const stem = target.path.replace(/\.[^./]*$/, '');
  // The dialog has asked before it replaces the first one only.
  for (const { extension } of others) {
    const uri = target.with({ path: `${stem}.${extension}` });
    if (await exists(uri)) throw new Error(vscode.l10n.t('{0} already exists. Choose another file name.', uri.fsPath));
  }
  for (const { extension, text } of others) await write(target.with({ path: `${stem}.${extension}` }), text);
  await write(target, first.text);
  return target;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
