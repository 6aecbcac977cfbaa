import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { wholeText } from '../../prose/manuscript/wholeText';
import type { ProseLanguage } from '../../prose/scope';
import type { KeptText } from '../../protocol/decoder';
import { proseLanguageOf } from '../languages';
import { inTurns } from '../turns';
import { ManuscriptFiles, languageOfFile } from './manuscriptFiles';
import { manuscriptOf } from './manuscriptOf';

/** After an edit or a change on disk, so long until it is read; milliseconds. */
const SETTLE_MS = 300;
/** What the other files of a manuscript may hold together, the nearest first; characters. */
const MOST_TEXT = 1_500_000;

interface ReadFile {
  /** Of the file on disk, or the version of the open document. */
  state: string;
  kept: KeptText;
}

/**
 * The prose of the other files of the manuscripts that are being written. It is read in the background, when ghost text is
 * first asked for and again after changes, in short turns; a request only names what is known by then.
 */
export class Manuscripts implements vscode.Disposable {
  /** Ids of the texts by document, the nearest first. */
  private readonly ids = new Map<string, readonly string[]>();
  private readonly files = new Map<string, ReadFile>();
  private readonly subscriptions: vscode.Disposable[];
  private reading: Promise<void> = Promise.resolve();
  private settling: NodeJS.Timeout | undefined;

  /** @param keep told of all texts that are wanted, whenever they change */
  constructor(
    private readonly keep: (texts: readonly KeptText[]) => void,
    private readonly log: (line: string) => void,
  ) {
    const changes = vscode.workspace.createFileSystemWatcher('**/*.{tex,ltx,rnw,Rnw,md,markdown,qmd,rmd,Rmd,yml,yaml}');
    const changed = (): void => this.readAgainSoon();
    this.subscriptions = [
      changes,
      changes.onDidCreate(changed),
      changes.onDidChange(changed),
      changes.onDidDelete(changed),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // The file at hand is read by each request itself.
        if (this.files.has(document.uri.toString()) || document.uri.scheme === CELL) this.readAgainSoon();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.ids.delete(document.uri.toString());
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.settling);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What is known by now; asked for the first time, it is found out. */
  textsFor(document: vscode.TextDocument): readonly string[] {
    const uri = document.uri.toString();
    const known = this.ids.get(uri);
    if (known) return known;
    this.ids.set(uri, []);
    this.read(document);
    return [];
  }

  private readAgainSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      for (const document of vscode.workspace.textDocuments) {
        if (this.ids.has(document.uri.toString())) this.read(document);
      }
    }, SETTLE_MS);
  }

  private read(document: vscode.TextDocument): void {
    this.reading = this.reading
      .then(async () => {
        const texts = await this.othersOf(document);
        if (document.isClosed) return;
        const ids = texts.map(({ id }) => id);
        const known = this.ids.get(document.uri.toString()) ?? [];
        if (ids.length === known.length && ids.every((id, i) => id === known[i])) return;
        this.ids.set(document.uri.toString(), ids);
        this.tell();
      })
      .catch((error: unknown) => this.log(`The manuscript was not read: ${String(error)}`));
  }

  private tell(): void {
    const wanted = new Set([...this.ids.values()].flat());
    const texts = new Map<string, KeptText>();
    for (const [uri, { kept }] of this.files) {
      if (wanted.has(kept.id)) texts.set(kept.id, kept);
      else this.files.delete(uri);
    }
    this.keep([...texts.values()]);
  }

  private async othersOf(document: vscode.TextDocument): Promise<KeptText[]> {
    const language = proseLanguageOf(document.languageId);
    if (!language) return [];
    if (document.uri.scheme === CELL) return this.otherCells(document, language);
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (!folder) return [];
    const files = new ManuscriptFiles(folder.uri, this.log);
    const all = await manuscriptOf(files, document, language);
    const own = all.findIndex(({ uri }) => uri.toString() === document.uri.toString());
    const nearest = all
      .map((file, at) => ({ file, distance: Math.abs(at - own) }))
      .filter((_, at) => at !== own)
      .sort((a, b) => a.distance - b.distance);
    const texts: KeptText[] = [];
    let total = 0;
    for (const { file } of nearest) {
      const text = await this.proseOf(files, file.uri, file.mtime);
      if (!text || total + text.text.length > MOST_TEXT) continue;
      total += text.text.length;
      texts.push(text);
    }
    return texts;
  }

  private async proseOf(files: ManuscriptFiles, uri: vscode.Uri, mtime: number): Promise<KeptText | undefined> {
    const key = uri.toString();
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === key);
    const state = open ? `version ${open.version}` : `written ${mtime}`;
    const known = this.files.get(key);
    if (known?.state === state) return known.kept;
    const language = languageOfFile(uri);
    const source = await files.read(uri);
    if (!language || source === undefined) return undefined;
    const kept = await keptText(language, source);
    this.files.set(key, { state, kept });
    return kept;
  }

  /** The other Markdown cells of a notebook. */
  private async otherCells(document: vscode.TextDocument, language: ProseLanguage): Promise<KeptText[]> {
    const notebook = vscode.workspace.notebookDocuments.find((each) =>
      each.getCells().some((cell) => cell.document === document),
    );
    const texts: KeptText[] = [];
    for (const cell of notebook?.getCells() ?? []) {
      if (cell.document === document || proseLanguageOf(cell.document.languageId) !== language) continue;
      const kept = await keptText(language, cell.document.getText());
      this.files.set(cell.document.uri.toString(), { state: `version ${cell.document.version}`, kept });
      texts.push(kept);
    }
    return texts;
  }
}

const CELL = 'vscode-notebook-cell';

async function keptText(language: ProseLanguage, source: string): Promise<KeptText> {
  const parts: string[] = [];
  await inTurns(wholeText(language, source), (part) => parts.push(part));
  const text = parts.join('\n');
  return { id: createHash('sha256').update(text).digest('base64url').slice(0, 16), text };
}
