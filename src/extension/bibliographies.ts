import * as vscode from 'vscode';
import { citedKeys, namedBibliographies, rootOf } from '../completion/bibliography/mentions';
import { titlesInMind } from '../completion/bibliography/titles';
import { worksOf, type Work } from '../completion/bibliography/works';
import { proseLanguageOf } from './languages';

/** Larger files are left alone; bytes. */
const LARGEST = 10_000_000;
/** How long entries are read before others of this process have their turn; milliseconds. */
const TURN_MS = 3;

interface ReadFile {
  /** When the file was written; milliseconds. */
  mtime: number;
  works: Work[];
}

/**
 * The titles of the works that documents cite or could cite: of the BibTeX files that a document or its root names,
 * else of those in its folder or the nearest one above, up to the workspace's. Files are read when ghost text is first
 * asked for, again when something was saved, in the background and in short turns.
 */
export class Bibliographies implements vscode.Disposable {
  private readonly titles = new Map<string, readonly string[]>();
  private readonly files = new Map<string, ReadFile>();
  private readonly subscriptions: vscode.Disposable[];
  /** One after the other. */
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly log: (line: string) => void) {
    const changes = vscode.workspace.createFileSystemWatcher('**/*.bib');
    this.subscriptions = [
      changes,
      changes.onDidCreate(() => this.readAgain()),
      changes.onDidChange(() => this.readAgain()),
      changes.onDidDelete(() => this.readAgain()),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document.uri.path.endsWith('.bib')) this.readAgain();
        else if (this.titles.has(document.uri.toString())) this.read(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.titles.delete(document.uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What is known by now; asked for the first time, it is found out. */
  titlesFor(document: vscode.TextDocument): readonly string[] {
    const known = this.titles.get(document.uri.toString());
    if (known) return known;
    this.titles.set(document.uri.toString(), []);
    this.read(document);
    return [];
  }

  private readAgain(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (this.titles.has(document.uri.toString())) this.read(document);
    }
  }

  private read(document: vscode.TextDocument): void {
    this.work = this.work
      .then(async () => {
        const works = await this.worksFor(document);
        const uri = document.uri.toString();
        if (!document.isClosed) this.titles.set(uri, titlesInMind(works, citedKeys(document.getText())));
      })
      .catch((error: unknown) => this.log(`Bibliographies were not read: ${messageOf(error)}`));
  }

  private async worksFor(document: vscode.TextDocument): Promise<Work[]> {
    const language = proseLanguageOf(document.languageId);
    if (!language || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === undefined) return [];
    const folder = vscode.Uri.joinPath(document.uri, '..');
    const workspace = vscode.workspace.getWorkspaceFolder(document.uri)?.uri;
    let named = namedBibliographies(language, document.getText());
    let from = folder;
    const root = named.length === 0 && language === 'latex' ? rootOf(document.getText()) : undefined;
    if (root !== undefined) {
      const main = within(folder, root);
      from = vscode.Uri.joinPath(main, '..');
      named = namedBibliographies(language, (await textOf(main)) ?? '');
    }
    const works: Work[] = [];
    for (const name of named) {
      works.push(...((await this.worksIn(within(from, name))) ?? (workspace && (await this.worksIn(within(workspace, name)))) ?? []));
    }
    if (named.length > 0) return works;
    for (const file of await nearestBibliographies(folder, workspace)) works.push(...((await this.worksIn(file)) ?? []));
    return works;
  }

  /** The works of a file, undefined where there is none. */
  private async worksIn(file: vscode.Uri): Promise<Work[] | undefined> {
    const state = await vscode.workspace.fs.stat(file).then(undefined, () => undefined);
    if (!state) return undefined;
    const known = this.files.get(file.toString());
    if (known?.mtime === state.mtime) return known.works;
    const name = vscode.workspace.asRelativePath(file);
    if (state.size > LARGEST) {
      this.log(`${name}: ${Math.round(state.size / 1e6)} MB, too large for a bibliography.`);
      return [];
    }
    const works: Work[] = [];
    let entries = 0;
    let turn = performance.now();
    for (const work of worksOf((await textOf(file)) ?? '')) {
      entries++;
      if (work) works.push(work);
      if (performance.now() - turn < TURN_MS) continue;
      await new Promise(setImmediate);
      turn = performance.now();
    }
    this.log(`${name}: titles of ${works.length} works, ${entries} entries.`);
    this.files.set(file.toString(), { mtime: state.mtime, works });
    return works;
  }
}

function within(folder: vscode.Uri, path: string): vscode.Uri {
  return path.startsWith('/') ? folder.with({ path }) : vscode.Uri.joinPath(folder, path);
}

async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}

/** The BibTeX files of the folder, or of the nearest one above that has any, up to `last`; without `last` of the folder. */
async function nearestBibliographies(folder: vscode.Uri, last = folder): Promise<vscode.Uri[]> {
  for (let at = folder; ; at = vscode.Uri.joinPath(at, '..')) {
    const entries = await vscode.workspace.fs.readDirectory(at).then(undefined, () => []);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith('.bib'));
    if (names.length > 0 || at.path === last.path || !at.path.startsWith(last.path)) {
      return names.sort().map((name) => vscode.Uri.joinPath(at, name));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
