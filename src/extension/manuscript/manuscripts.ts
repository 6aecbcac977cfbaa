import * as vscode from 'vscode';
import type { ProseLanguage } from '../../prose/scope';
import type { KeptText } from '../../protocol/decoder';
import { proseLanguageOf } from '../languages';
import { Turn } from '../turns';
import { ChapterTexts } from './chapterTexts';
import { ManuscriptFiles } from './manuscriptFiles';
import { manuscriptOf, type Chapter } from './manuscriptOf';

/** After an edit or a change on disk, so long until it is read; milliseconds. */
const SETTLE_MS = 300;
/** Where changes go on, they are read so long after the first one; milliseconds. */
const LONGEST_WAIT_MS = 600;
/** What the other files of a manuscript may hold together, the nearest first; characters. */
const MOST_TEXT = 1_500_000;

/** Who is told what manuscripts hold. */
export interface ManuscriptReaders {
  /** All texts that are wanted, whenever they change. */
  keep(texts: readonly KeptText[]): void;
  /** What a document's other files define, whenever it changes. */
  define(document: vscode.TextDocument, definitions: string): void;
}

/** What is known of the manuscript of a document. */
interface Known {
  /** Ids of the texts of the other files, the nearest first. */
  ids: readonly string[];
  definedElsewhere: string;
}

/**
 * The prose of the other files of the manuscripts that are being written. It is read in the background, when ghost text is
 * first asked for and again after changes, in short turns; a request only names what is known by then.
 */
export class Manuscripts implements vscode.Disposable {
  private readonly known = new Map<string, Known>();
  private readonly folders = new Map<string, ManuscriptFiles>();
  private readonly turn = new Turn();
  private readonly texts = new ChapterTexts(this.turn);
  private readonly subscriptions: vscode.Disposable[];
  /** Documents whose manuscripts are to be read. */
  private readonly waiting = new Set<vscode.TextDocument>();
  private reading: Promise<void> | undefined;
  private disposed = false;
  private settling: NodeJS.Timeout | undefined;
  /** When the first of the changes was made that are still to be read. */
  private changedAt: number | undefined;

  constructor(
    private readonly readers: ManuscriptReaders,
    private readonly log: (line: string) => void,
  ) {
    const changes = vscode.workspace.createFileSystemWatcher('**/*.{tex,ltx,rnw,Rnw,md,markdown,qmd,rmd,Rmd,yml,yaml}');
    const comeOrGone = (): void => {
      for (const files of this.folders.values()) files.forget();
      this.readAgainSoon();
    };
    this.subscriptions = [
      changes,
      changes.onDidCreate(comeOrGone),
      changes.onDidDelete(comeOrGone),
      changes.onDidChange((uri) => this.changed(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // The file at hand is read by each request itself.
        if (this.texts.has(document.uri) || document.uri.scheme === CELL) this.readAgainSoon();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.closed(document);
      }),
    ];
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.settling);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Ids of the other files' texts that are known by now, the nearest first; asked for the first time, they are found out. */
  textsFor(document: vscode.TextDocument): readonly string[] {
    const known = this.known.get(document.uri.toString());
    if (known) return known.ids;
    this.known.set(document.uri.toString(), NOTHING);
    this.read([document]);
    return [];
  }

  /** Resolves once nothing is being read. */
  async idle(): Promise<void> {
    while (this.reading) await this.reading;
  }

  private closed(document: vscode.TextDocument): void {
    const known = this.known.get(document.uri.toString());
    this.known.delete(document.uri.toString());
    this.waiting.delete(document);
    if (known && known.definedElsewhere !== '') this.readers.define(document, '');
    if (known && known.ids.length > 0) this.tell();
    // What was not saved is gone.
    this.changed(document.uri);
  }

  private changed(uri: vscode.Uri): void {
    for (const files of this.folders.values()) files.changed(uri);
    this.texts.changed(uri);
    this.readAgainSoon();
  }

  private readAgainSoon(): void {
    if (this.known.size === 0) return;
    const now = performance.now();
    this.changedAt ??= now;
    clearTimeout(this.settling);
    this.settling = setTimeout(
      () => {
        this.changedAt = undefined;
        this.read(vscode.workspace.textDocuments.filter(({ uri }) => this.known.has(uri.toString())));
      },
      Math.max(0, Math.min(SETTLE_MS, this.changedAt + LONGEST_WAIT_MS - now)),
    );
  }

  /** One at a time, and each once, however often it was asked for meanwhile. */
  private read(documents: readonly vscode.TextDocument[]): void {
    for (const document of documents) this.waiting.add(document);
    if (this.reading || this.waiting.size === 0 || this.disposed) return;
    this.reading = this.readWaiting();
  }

  private async readWaiting(): Promise<void> {
    for (const document of this.waiting) {
      this.waiting.delete(document);
      if (this.disposed) break;
      await this.readFor(document).catch((error: unknown) => this.log(`The manuscript was not read: ${String(error)}`));
    }
    this.reading = undefined;
  }

  private async readFor(document: vscode.TextDocument): Promise<void> {
    const { ids, definedElsewhere } = await this.othersOf(document);
    const key = document.uri.toString();
    const known = this.known.get(key);
    if (document.isClosed || !known) return;
    this.known.set(key, { ids, definedElsewhere });
    if (definedElsewhere !== known.definedElsewhere) this.readers.define(document, definedElsewhere);
    if (ids.length === known.ids.length && ids.every((id, i) => id === known.ids[i])) return;
    this.tell();
  }

  private tell(): void {
    const wanted = new Set([...this.known.values()].flatMap(({ ids }) => ids));
    this.readers.keep(this.texts.keepOnly(wanted));
  }

  private async othersOf(document: vscode.TextDocument): Promise<Known> {
    const language = proseLanguageOf(document.languageId);
    if (!language) return NOTHING;
    if (document.uri.scheme === CELL) return this.otherCells(document, language);
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (!folder) return NOTHING;
    const files = this.filesOf(folder.uri);
    const chapters = await manuscriptOf(files, document, language, this.turn);
    const own = chapters.findIndex(({ file }) => file.uri.toString() === document.uri.toString());
    const ids: string[] = [];
    let total = 0;
    for (const chapter of nearestTo(own, chapters)) {
      await this.turn.pause();
      const text = await this.texts.of(chapter, MOST_TEXT - total, () => files.read(chapter.file.uri));
      if (!text) continue;
      total += text.text.length;
      ids.push(text.id);
    }
    return { ids, definedElsewhere: chapters[own]?.definedElsewhere ?? '' };
  }

  private filesOf(folder: vscode.Uri): ManuscriptFiles {
    let files = this.folders.get(folder.toString());
    if (!files) this.folders.set(folder.toString(), (files = new ManuscriptFiles(folder, this.log)));
    return files;
  }

  /** The other Markdown cells of a notebook. */
  private async otherCells(document: vscode.TextDocument, language: ProseLanguage): Promise<Known> {
    const notebook = vscode.workspace.notebookDocuments.find((each) =>
      each.getCells().some((cell) => cell.document === document),
    );
    const ids: string[] = [];
    for (const { document: cell } of notebook?.getCells() ?? []) {
      if (cell === document || proseLanguageOf(cell.languageId) !== language) continue;
      const file = { uri: cell.uri, language, state: `version ${cell.version}` };
      const text = await this.texts.of({ file, definedElsewhere: '' }, MOST_TEXT, () =>
        Promise.resolve(cell.getText()),
      );
      if (text) ids.push(text.id);
    }
    return { ids, definedElsewhere: '' };
  }
}

const CELL = 'vscode-notebook-cell';
const NOTHING: Known = { ids: [], definedElsewhere: '' };

/** All others, the nearest first. */
function nearestTo(own: number, chapters: readonly Chapter[]): Chapter[] {
  return chapters
    .map((chapter, at) => ({ chapter, distance: Math.abs(at - own) }))
    .filter((_, at) => at !== own)
    .sort((a, b) => a.distance - b.distance)
    .map(({ chapter }) => chapter);
}
