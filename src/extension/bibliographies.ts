import * as vscode from 'vscode';
import { citedKeys } from '../completion/bibliography/mentions';
import { relevantTitles } from '../completion/bibliography/works';
import { worksOf, type Work } from '../completion/bibliography/works';
import { bibliographyFilesOf, inspect, textOf } from './bibliographyFiles';
import { nameInLog } from './log';
import { inTurns } from './turns';

interface ReadFile {
  /** When the file was written; milliseconds. */
  mtime: number;
  works: Work[];
}

/**
 * The titles of the works that documents cite or could cite. Files are read when ghost text is first asked for and
 * again when something was saved: in the background, in short turns.
 */
export class Bibliographies implements vscode.Disposable {
  /** By document. */
  private readonly titles = new Map<string, readonly string[]>();
  private readonly files = new Map<string, ReadFile>();
  private readonly subscriptions: vscode.Disposable[];
  /** One document after the other. */
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly log: (line: string) => void) {
    const changes = vscode.workspace.createFileSystemWatcher('**/*.bib');
    this.subscriptions = [
      changes,
      changes.onDidCreate(() => this.readAgain()),
      changes.onDidChange(() => this.readAgain()),
      changes.onDidDelete(() => this.readAgain()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.readAgain()),
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
    const uri = document.uri.toString();
    const known = this.titles.get(uri);
    if (known) return known;
    this.titles.set(uri, []);
    this.read(document);
    return [];
  }

  private readAgain(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (this.titles.has(document.uri.toString())) this.read(document);
    }
  }

  private read(document: vscode.TextDocument): void {
    this.reading = this.reading
      .then(async () => {
        const works: Work[] = [];
        const { files, workspace } = await bibliographyFilesOf(document);
        for (const file of files) works.push(...(await this.worksIn(file, workspace)));
        const cited = new Set<string>();
        if (works.length > 0) await inTurns(citedKeys(document.getText()), (key) => cited.add(key));
        if (!document.isClosed) this.titles.set(document.uri.toString(), relevantTitles(works, cited));
      })
      .catch((error: unknown) => this.log(`Bibliographies were not read: ${String(error)}`));
  }

  private async worksIn(file: vscode.Uri, workspace: vscode.Uri): Promise<Work[]> {
    const inspected = await inspect(file, workspace);
    const mtime = 'stat' in inspected ? inspected.stat.mtime : undefined;
    const known = this.files.get(file.toString());
    if (known && known.mtime === mtime) return known.works;
    const name = nameInLog(file);
    if ('refused' in inspected) {
      this.files.delete(file.toString());
      this.log(`${name}: not read (${inspected.refused}).`);
      return [];
    }
    const works: Work[] = [];
    let entries = 0;
    await inTurns(worksOf((await textOf(file, workspace)) ?? ''), (work) => {
      entries++;
      if (work) works.push(work);
    });
    this.log(`${name}: titles of ${works.length} works in ${entries} entries.`);
    this.files.set(file.toString(), { mtime: inspected.stat.mtime, works });
    return works;
  }
}
