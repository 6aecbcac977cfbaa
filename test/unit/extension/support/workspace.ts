/** A workspace on the real disk, as `src/extension` sees one: files, open documents, and what tells of their changes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { extname, posix } from 'node:path';
import type * as vscode from 'vscode';
import { editor } from './vscode';

const LANGUAGES: Record<string, string> = { '.tex': 'latex', '.qmd': 'quarto', '.md': 'markdown', '.Rmd': 'rmd' };

/** `vscode.Uri`, as far as it is used for files. */
export class TestUri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static file(path: string): TestUri {
    return new TestUri('file', path);
  }

  static joinPath(base: TestUri, ...names: string[]): TestUri {
    return new TestUri(base.scheme, posix.join(base.path, ...names));
  }

  get fsPath(): string {
    return this.path;
  }

  with({ path }: { path: string }): TestUri {
    return new TestUri(this.scheme, path);
  }

  toString(): string {
    return `${this.scheme}://${encodeURI(this.path)}`;
  }
}

/** An open document. */
export class TestDocument {
  version = 1;
  isClosed = false;
  readonly languageId: string;

  constructor(
    readonly uri: TestUri,
    private text: string,
  ) {
    this.languageId = LANGUAGES[extname(uri.path)] ?? 'plaintext';
  }

  readonly lineCount = 1;
  getText = (): string => this.text;
  lineAt = (): unknown => ({ range: { end: this.text.length } });
  offsetAt = (at: number): number => at;
  positionAt = (at: number): number => at;

  replace(text: string): void {
    this.text = text;
    this.version++;
  }

  get document(): vscode.TextDocument {
    return this as unknown as vscode.TextDocument;
  }
}

type Listener<Event> = (event: Event) => void;

class Listeners<Event> {
  private readonly all = new Set<Listener<Event>>();
  readonly on = (listener: Listener<Event>): { dispose(): void } => {
    this.all.add(listener);
    return { dispose: () => this.all.delete(listener) };
  };
  tell(event: Event): void {
    for (const listener of this.all) listener(event);
  }
}

/** A workspace of one folder; the latest one counts. */
export class TestWorkspace {
  readonly documents: TestDocument[] = [];
  /** Files that were read from disk, in order. */
  readonly read: string[] = [];
  /** Questions about files and folders. */
  asked = 0;
  private readonly created = new Listeners<TestUri>();
  private readonly changed = new Listeners<TestUri>();
  private readonly deleted = new Listeners<TestUri>();
  private readonly edited = new Listeners<{ document: TestDocument }>();
  private readonly closed = new Listeners<TestDocument>();
  private readonly saved = new Listeners<TestDocument>();
  private readonly trusted = new Listeners<void>();

  constructor(readonly folder: string) {
    // Not the class itself, in which other tests would put what they need in place.
    Object.assign(editor, { Uri: { file: TestUri.file, joinPath: TestUri.joinPath } });
    Object.assign(editor.workspace, {
      textDocuments: this.documents,
      notebookDocuments: [],
      fs: {
        isWritableFileSystem: () => true,
        stat: async ({ path }: TestUri) => {
          this.asked++;
          const [link, { mtimeMs, size, ...found }] = await Promise.all([lstat(path), stat(path).then(plain)]);
          const kind = found.isFile
            ? editor.FileType.File
            : found.isDirectory
              ? editor.FileType.Directory
              : editor.FileType.Unknown;
          return { type: kind | (link.isSymbolicLink() ? editor.FileType.SymbolicLink : 0), mtime: mtimeMs, size };
        },
        readFile: ({ path }: TestUri) => {
          this.read.push(path);
          return readFile(path);
        },
        readDirectory: async ({ path }: TestUri) => {
          this.asked++;
          return (await readdir(path)).map((name) => [name, editor.FileType.File]);
        },
      },
      asRelativePath: ({ path }: TestUri) => posix.relative(folder, path),
      getWorkspaceFolder: ({ path }: TestUri) =>
        path.startsWith(`${folder}/`) ? { uri: TestUri.file(folder) } : undefined,
      createFileSystemWatcher: () => ({
        onDidCreate: this.created.on,
        onDidChange: this.changed.on,
        onDidDelete: this.deleted.on,
        dispose: () => undefined,
      }),
      onDidChangeTextDocument: this.edited.on,
      onDidCloseTextDocument: this.closed.on,
      onDidSaveTextDocument: this.saved.on,
      onDidGrantWorkspaceTrust: this.trusted.on,
      isTrusted: true,
    });
  }

  /** Whether its user trusts it; at first it is trusted. Trust that is given is told. */
  trust(isTrusted: boolean): void {
    Object.assign(editor.workspace, { isTrusted });
    if (isTrusted) this.trusted.tell();
  }

  /** Writes a file and tells of it. @param name relative to the folder, or absolute */
  write(name: string, text: string, isNew = true): void {
    const path = posix.resolve(this.folder, name);
    mkdirSync(posix.dirname(path), { recursive: true });
    writeFileSync(path, text);
    (isNew ? this.created : this.changed).tell(TestUri.file(path));
  }

  delete(name: string): void {
    const path = posix.resolve(this.folder, name);
    rmSync(path);
    this.deleted.tell(TestUri.file(path));
  }

  async open(name: string): Promise<TestDocument> {
    const path = posix.resolve(this.folder, name);
    const document = new TestDocument(TestUri.file(path), await readFile(path, 'utf8'));
    this.documents.push(document);
    return document;
  }

  /** Replaces a document's text and tells of it. */
  edit(document: TestDocument, text: string): void {
    document.replace(text);
    this.edited.tell({ document });
  }

  close(document: TestDocument): void {
    document.isClosed = true;
    this.documents.splice(this.documents.indexOf(document), 1);
    this.closed.tell(document);
  }
}

function plain(found: { mtimeMs: number; size: number; isFile(): boolean; isDirectory(): boolean }) {
  return { mtimeMs: found.mtimeMs, size: found.size, isFile: found.isFile(), isDirectory: found.isDirectory() };
}
