import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { namedBibliographies } from '../completion/bibliography/mentions';
import { rootOf } from '../prose/manuscript/includedFiles';
import { proseLanguageOf } from './languages';

/** Larger files are left alone; bytes. */
const LARGEST = 10_000_000;
/** A folder or a document may name any number. */
const MOST_FILES = 100;

/** A file that may be read, by its state on disk, or why it is not: `outside` is of a workspace that is not trusted. */
export type Inspected = { stat: vscode.FileStat } | { refused: 'absent' | 'notPlain' | 'tooLarge' | 'outside' };

/** The BibTeX files of a document, and what its folder of the workspace is. */
export interface BibliographyFiles {
  files: readonly vscode.Uri[];
  workspace: vscode.Uri;
}

/**
 * The BibTeX files of a document: those that it names or its root does, relative to itself or to its workspace folder;
 * else those in its folder, or in the nearest one above that has any, up to the workspace's.
 */
export async function bibliographyFilesOf(document: vscode.TextDocument): Promise<BibliographyFiles> {
  const language = proseLanguageOf(document.languageId);
  const folder = vscode.Uri.joinPath(document.uri, '..');
  const workspace = vscode.workspace.getWorkspaceFolder(document.uri)?.uri ?? folder;
  if (!language || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === undefined) {
    return { files: [], workspace };
  }
  let from = folder;
  let named = namedBibliographies(language, document.getText());
  const root = named.length === 0 && language === 'latex' ? rootOf(document.getText()) : undefined;
  if (root !== undefined) {
    const main = within(folder, root);
    // A document must not make an editor read what lies elsewhere.
    if (isInside(main, workspace)) {
      from = vscode.Uri.joinPath(main, '..');
      named = namedBibliographies(language, (await textOf(main, workspace)) ?? '');
    }
  }
  if (named.length === 0) return { files: await nearestBibliographies(folder, workspace), workspace };
  const files = named.slice(0, MOST_FILES).map(async (name) => {
    const beside = within(from, name);
    return 'stat' in (await inspect(beside, workspace)) ? beside : within(workspace, name);
  });
  return { files: await Promise.all(files), workspace };
}

/**
 * Looks at a file before it is read. A device or a pipe may never end. In a workspace that its user does not trust nothing
 * is read that lies elsewhere, whatever names and links say; in others a bibliography may serve several manuscripts.
 */
export async function inspect(file: vscode.Uri, workspace: vscode.Uri): Promise<Inspected> {
  if (!vscode.workspace.isTrusted && !isInside(file, workspace)) return { refused: 'outside' };
  const stat = await vscode.workspace.fs.stat(file).then(undefined, () => undefined);
  if (!stat) return { refused: 'absent' };
  if ((stat.type & vscode.FileType.File) === 0) return { refused: 'notPlain' };
  if (stat.size > LARGEST) return { refused: 'tooLarge' };
  if (!vscode.workspace.isTrusted && !(await isReallyInside(file, workspace))) return { refused: 'outside' };
  return { stat };
}

/** A file's text, undefined where it cannot or must not be read. */
export async function textOf(file: vscode.Uri, workspace: vscode.Uri): Promise<string | undefined> {
  if ('refused' in (await inspect(file, workspace))) return undefined;
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
    if (names.length > 0 || !above) {
      return names
        .sort()
        .slice(0, MOST_FILES)
        .map((name) => vscode.Uri.joinPath(at, name));
    }
  }
}

function within(folder: vscode.Uri, path: string): vscode.Uri {
  const absolute = path.startsWith('/') || /^[a-z]:[\\/]/i.test(path);
  // Joined, since that takes the dots away: `/a/../b` lies in `/a` by its looks.
  return absolute
    ? vscode.Uri.joinPath(folder.with({ path: '/' }), vscode.Uri.file(path).path)
    : vscode.Uri.joinPath(folder, path);
}

/** Whether a path leads into a folder, links aside. */
function isInside(file: vscode.Uri, folder: vscode.Uri): boolean {
  return file.path.startsWith(folder.path.replace(/\/*$/, '/'));
}

/** Links may lead anywhere. */
async function isReallyInside(file: vscode.Uri, folder: vscode.Uri): Promise<boolean> {
  if (file.scheme !== 'file') return true;
  try {
    const [path, root] = await Promise.all([realpath(file.fsPath), realpath(folder.fsPath)]);
    return isInside(vscode.Uri.file(path), vscode.Uri.file(root));
  } catch {
    return false;
  }
}
