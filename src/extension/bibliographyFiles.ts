import * as vscode from 'vscode';
import { namedBibliographies } from '../completion/bibliography/mentions';
import { rootOf } from '../prose/manuscript/includedFiles';
import { proseLanguageOf } from './languages';

/**
 * The BibTeX files of a document: those that it names or its root does, relative to itself or to its workspace folder;
 * else those in its folder, or in the nearest one above that has any, up to the workspace's.
 */
export async function bibliographyFilesOf(document: vscode.TextDocument): Promise<vscode.Uri[]> {
  const language = proseLanguageOf(document.languageId);
  if (!language || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === undefined) return [];
  const folder = vscode.Uri.joinPath(document.uri, '..');
  const workspace = vscode.workspace.getWorkspaceFolder(document.uri)?.uri ?? folder;
  let from = folder;
  let named = namedBibliographies(language, document.getText());
  const root = named.length === 0 && language === 'latex' ? rootOf(document.getText()) : undefined;
  if (root !== undefined) {
    const main = within(folder, root);
    // A document must not make an editor read what lies elsewhere.
    if (main.path.startsWith(workspace.path.replace(/\/*$/, '/'))) {
      from = vscode.Uri.joinPath(main, '..');
      named = namedBibliographies(language, (await textOf(main)) ?? '');
    }
  }
  if (named.length === 0) return nearestBibliographies(folder, workspace);
  return Promise.all(
    named.map(async (name) => ((await exists(within(from, name))) ? within(from, name) : within(workspace, name))),
  );
}

/** A file's text, undefined where it cannot be read. */
export async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}

async function nearestBibliographies(folder: vscode.Uri, last: vscode.Uri): Promise<vscode.Uri[]> {
  for (let at = folder; ; at = vscode.Uri.joinPath(at, '..')) {
    const entries = await vscode.workspace.fs.readDirectory(at).then(undefined, () => []);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith('.bib'));
    const above = at.path !== last.path && at.path.startsWith(last.path);
    if (names.length > 0 || !above) return names.sort().map((name) => vscode.Uri.joinPath(at, name));
  }
}

function within(folder: vscode.Uri, path: string): vscode.Uri {
  const absolute = path.startsWith('/') || /^[a-z]:[\\/]/i.test(path);
  return absolute ? folder.with({ path: vscode.Uri.file(path).path }) : vscode.Uri.joinPath(folder, path);
}

function exists(file: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}
