import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ProseLanguage } from '../../prose/scope';

/** Larger files are left alone; bytes. */
const LARGEST = 2_000_000;

const LANGUAGES: readonly (readonly [RegExp, ProseLanguage])[] = [
  [/\.(?:tex|ltx|rnw)$/i, 'latex'],
  [/\.(?:md|markdown|qmd|rmd)$/i, 'markdown'],
];

/** A file of a workspace folder, and when it was written. */
export interface FoundFile {
  uri: vscode.Uri;
  /** Milliseconds. */
  mtime: number;
}

export function languageOfFile(uri: vscode.Uri): ProseLanguage | undefined {
  return LANGUAGES.find(([pattern]) => pattern.test(uri.path))?.[1];
}

/**
 * The files of one workspace folder. Nothing outside is read, whatever links and names say; nor devices, pipes, and what is
 * too large for a part of a manuscript.
 */
export class ManuscriptFiles {
  private realRoot: Promise<string> | undefined;

  constructor(
    readonly root: vscode.Uri,
    private readonly log: (line: string) => void,
  ) {}

  /** The file of a name, relative to a folder of the workspace; undefined where it is none of its files. */
  async find(folder: vscode.Uri, name: string): Promise<FoundFile | undefined> {
    if (/^(?:[/\\]|[a-z]:)/i.test(name)) return undefined;
    const uri = vscode.Uri.joinPath(folder, name);
    if (!this.contains(uri.path)) return undefined;
    const state = await vscode.workspace.fs.stat(uri).then(undefined, () => undefined);
    if (!state || (state.type & vscode.FileType.File) === 0 || !(await this.isReallyInside(uri))) return undefined;
    if (state.size > LARGEST) {
      this.log(
        `${vscode.workspace.asRelativePath(uri)}: ${Math.round(state.size / 1e6)} MB, not read with the manuscript.`,
      );
      return undefined;
    }
    return { uri, mtime: state.mtime };
  }

  /** A file's text as the editor has it, else as it is on disk; undefined where it can't be read. */
  async read(uri: vscode.Uri): Promise<string | undefined> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return open.getText();
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return text.includes('\0') ? undefined : text;
    } catch {
      return undefined;
    }
  }

  /** The names in a folder; none where it can't be listed. */
  async list(folder: vscode.Uri): Promise<string[]> {
    const entries = await vscode.workspace.fs.readDirectory(folder).then(undefined, () => []);
    return entries.map(([name]) => name).sort();
  }

  /** The folders from one up to the workspace's, the nearest first. */
  *foldersUp(from: vscode.Uri): Generator<vscode.Uri> {
    for (let at = from; this.contains(at.path) || at.path === this.root.path; at = vscode.Uri.joinPath(at, '..')) {
      yield at;
      if (at.path === this.root.path || at.path === '/') return;
    }
  }

  private contains(path: string): boolean {
    return path.startsWith(this.root.path.replace(/\/*$/, '/'));
  }

  /** Links may lead anywhere. */
  private async isReallyInside(uri: vscode.Uri): Promise<boolean> {
    if (uri.scheme !== 'file') return true;
    try {
      this.realRoot ??= realpath(this.root.fsPath);
      const [root, path] = await Promise.all([this.realRoot, realpath(uri.fsPath)]);
      return path.startsWith(root.replace(/[/\\]*$/, '') + (root.includes('\\') ? '\\' : '/'));
    } catch {
      return false;
    }
  }
}
