import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { isMainDocument, partsOf, rootOf, type Part } from '../../prose/manuscript/includedFiles';
import type { ProseLanguage } from '../../prose/scope';
import { nameInLog } from '../log';

/** Larger files are left alone; bytes on disk, characters in an editor. */
const LARGEST = 2_000_000;

const LANGUAGES: readonly (readonly [RegExp, ProseLanguage])[] = [
  [/\.(?:tex|ltx|rnw)$/i, 'latex'],
  [/\.(?:md|markdown|qmd|rmd)$/i, 'markdown'],
];

/** A file of a manuscript as it was read last. */
export interface SourceFile {
  readonly uri: vscode.Uri;
  readonly language: ProseLanguage;
  /** Another one when its text may be another: its version in the editor, or its time and size on disk. */
  readonly state: string;
  /** What it defines and reads. */
  readonly parts: readonly Part[];
  /** Whether it is a LaTeX document of its own. */
  readonly isMain: boolean;
  /** The main document that it names. */
  readonly root: string | undefined;
}

interface FoundFile {
  readonly uri: vscode.Uri;
  /** Of the file on disk. */
  readonly state: string;
}

export function languageOfFile(uri: vscode.Uri): ProseLanguage | undefined {
  return LANGUAGES.find(([pattern]) => pattern.test(uri.path))?.[1];
}

/**
 * The files of one workspace folder. Nothing outside is read, whatever links and names say; nor devices, pipes, and what is
 * too large for a part of a manuscript. What was found is kept until it is told that it has changed.
 */
export class ManuscriptFiles {
  private realRoot: Promise<string> | undefined;
  private readonly found = new Map<string, Promise<FoundFile | undefined>>();
  private readonly listed = new Map<string, Promise<string[]>>();
  private readonly sources = new Map<string, SourceFile>();
  /** What has been told of. */
  private readonly told = new Set<string>();

  constructor(
    readonly root: vscode.Uri,
    private readonly log: (line: string) => void,
  ) {}

  /** A file was written, or its text in an editor is no longer what counts. */
  changed(uri: vscode.Uri): void {
    this.found.delete(uri.toString());
    this.sources.delete(uri.toString());
  }

  /** Files have come or gone. */
  forget(): void {
    this.found.clear();
    this.listed.clear();
  }

  /** The file of a name, relative to a folder of the workspace; undefined where it is none of its files. */
  async find(folder: vscode.Uri, name: string): Promise<vscode.Uri | undefined> {
    if (/^(?:[/\\]|[a-z]:)/i.test(name)) return undefined;
    const uri = vscode.Uri.joinPath(folder, name);
    return this.contains(uri.path) ? (await this.onDisk(uri))?.uri : undefined;
  }

  /** What a file defines and reads; undefined where it can't be read or is none of a manuscript. */
  async source(uri: vscode.Uri): Promise<SourceFile | undefined> {
    const language = languageOfFile(uri);
    const state = language && (await this.stateOf(uri));
    if (!language || state === undefined) return undefined;
    const key = uri.toString();
    const known = this.sources.get(key);
    if (known?.state === state) return known;
    const text = await this.read(uri);
    if (text === undefined) return undefined;
    const root = language === 'latex' ? rootOf(text) : undefined;
    const isMain = language === 'latex' && isMainDocument(text);
    const source = { uri, language, state, parts: partsOf(language, text), isMain, root };
    this.sources.set(key, source);
    return source;
  }

  /** A file's text as the editor has it, else as it is on disk; undefined where it can't be read. */
  async read(uri: vscode.Uri): Promise<string | undefined> {
    const open = openDocument(uri);
    if (open) return lengthOf(open) > LARGEST ? undefined : open.getText();
    if (!(await this.onDisk(uri))) return undefined;
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      return text.includes('\0') ? undefined : text;
    } catch {
      return undefined;
    }
  }

  /** The names in a folder; none where it can't be listed. */
  list(folder: vscode.Uri): Promise<string[]> {
    return kept(this.listed, folder.toString(), async () => {
      const entries = await vscode.workspace.fs.readDirectory(folder).then(undefined, () => []);
      return entries.map(([name]) => name).sort();
    });
  }

  /** The folders from one up to the workspace's, the nearest first. */
  *foldersUp(from: vscode.Uri): Generator<vscode.Uri> {
    for (let at = from; this.contains(at.path) || at.path === this.root.path; at = vscode.Uri.joinPath(at, '..')) {
      yield at;
      if (at.path === this.root.path || at.path === '/') return;
    }
  }

  private async stateOf(uri: vscode.Uri): Promise<string | undefined> {
    const open = openDocument(uri);
    return open ? `version ${open.version}` : (await this.onDisk(uri))?.state;
  }

  private onDisk(uri: vscode.Uri): Promise<FoundFile | undefined> {
    return kept(this.found, uri.toString(), async () => {
      const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => undefined);
      if (!stat || (stat.type & vscode.FileType.File) === 0 || !(await this.isReallyInside(uri))) return undefined;
      if (stat.size <= LARGEST) return { uri, state: `written ${stat.mtime}, ${stat.size}` };
      const name = nameInLog(uri);
      if (!this.told.has(name)) this.log(`${name}: ${Math.round(stat.size / 1e6)} MB, not read with the manuscript.`);
      this.told.add(name);
      return undefined;
    });
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

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** UTF-16 units, without putting the text together. */
function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

function kept<Value>(known: Map<string, Promise<Value>>, key: string, find: () => Promise<Value>): Promise<Value> {
  let value = known.get(key);
  if (!value) known.set(key, (value = find()));
  return value;
}
