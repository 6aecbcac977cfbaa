import * as vscode from 'vscode';
import { BOOK_FILES, bookFiles } from '../../prose/manuscript/includedFiles';
import type { ProseLanguage } from '../../prose/scope';
import type { Turn } from '../turns';
import type { ManuscriptFiles, SourceFile } from './manuscriptFiles';

/** A manuscript of more files than this is read in part. */
const MOST_FILES = 600;
/** Files that are looked at to find the main document of a part, at most: the nearest ones. */
const MOST_LOOKED_AT = 400;
/** What a manuscript defines, at most; characters. */
const MOST_DEFINITIONS = 200_000;
/** What main documents are called; the others are looked at behind them. */
const MAIN = /main|master|root|thesis|dissertation|book|manuscript|article|paper|report/i;

/** A file of a manuscript. */
export interface Chapter {
  readonly file: SourceFile;
  /** What counts here of what other files of the manuscript define: see `ProseDocument.defineElsewhere`. */
  readonly definedElsewhere: string;
}

/** The files of the manuscript that a document belongs to, in reading order, the document among them. */
export async function manuscriptOf(
  files: ManuscriptFiles,
  document: vscode.TextDocument,
  language: ProseLanguage,
  turn: Turn,
): Promise<Chapter[]> {
  const own = await files.source(document.uri);
  if (!own) return [];
  for await (const roots of language === 'latex' ? latexRoots(files, own) : booksOf(files, own)) {
    const found = await reachable(files, roots, turn);
    if (found.some(({ file }) => isSame(file.uri, own.uri))) return found;
  }
  return reachable(files, [own.uri], turn);
}

/** What a document's main document may be: the one that it names, or one near it. */
async function* latexRoots(files: ManuscriptFiles, own: SourceFile): AsyncGenerator<vscode.Uri[]> {
  const folder = vscode.Uri.joinPath(own.uri, '..');
  const root = own.root === undefined ? undefined : await withExtension(files, folder, own.root);
  if (root) yield [root];
  if (root || own.isMain) return;
  let looked = 0;
  for (const at of files.foldersUp(folder)) {
    const names = (await files.list(at)).filter((name) => /\.(?:tex|ltx|rnw)$/i.test(name));
    for (const name of [...names.filter((each) => MAIN.test(each)), ...names.filter((each) => !MAIN.test(each))]) {
      if (looked++ >= MOST_LOOKED_AT) return;
      const uri = await files.find(at, name);
      if (uri && (await files.source(uri))?.isMain) yield [uri];
    }
  }
}

async function withExtension(files: ManuscriptFiles, folder: vscode.Uri, name: string) {
  return (await files.find(folder, name)) ?? files.find(folder, `${name}.tex`);
}

/** The files of the nearest book; bookdown without a list takes all of its folder in the order of their names. */
async function* booksOf(files: ManuscriptFiles, own: SourceFile): AsyncGenerator<vscode.Uri[]> {
  for (const folder of files.foldersUp(vscode.Uri.joinPath(own.uri, '..'))) {
    for (const name of BOOK_FILES) {
      const book = await files.find(folder, name);
      if (!book) continue;
      const named = bookFiles((await files.read(book)) ?? '');
      const rmd = named.length === 0 && name === '_bookdown.yml';
      const names = rmd ? bookdownFiles(await files.list(folder)) : named;
      const chapters: vscode.Uri[] = [];
      for (const chapter of names.slice(0, MOST_FILES)) {
        const file = await files.find(folder, chapter);
        if (file) chapters.push(file);
      }
      if (chapters.length === 0) continue;
      yield chapters;
      return;
    }
  }
}

/** The files of a bookdown book without a list: the index, then the others by name; `_draft.Rmd` is none (bookdown, 4.4). */
function bookdownFiles(names: readonly string[]): string[] {
  const chapters = names.filter((name) => /^[^_].*\.rmd$/i.test(name));
  const isIndex = (name: string): boolean => /^index\.rmd$/i.test(name);
  return [...chapters.filter(isIndex), ...chapters.filter((name) => !isIndex(name))];
}

/** Where a file stands among what its manuscript defines. */
interface Place {
  file: SourceFile;
  /** Definitions before it, and before the end of what counts in it. */
  before: number;
  end: number;
}

/** All that some files read, in the order in which they read it; each once, however often it is read. */
async function reachable(files: ManuscriptFiles, roots: readonly vscode.Uri[], turn: Turn): Promise<Chapter[]> {
  const places = new Map<string, Place>();
  const defined: { by: SourceFile; text: string }[] = [];
  const visit = async (uri: vscode.Uri, base: vscode.Uri): Promise<void> => {
    const key = uri.toString();
    if (places.has(key) || places.size >= MOST_FILES) return;
    await turn.pause();
    const file = await files.source(uri);
    if (!file) return;
    const place: Place = { file, before: defined.length, end: Infinity };
    places.set(key, place);
    for (const part of file.parts) {
      if (part.kind === 'body') place.end = defined.length;
      else if (part.kind === 'defines') defined.push({ by: file, text: part.text });
      else {
        // LaTeX looks from the main document's folder, the import package and Markdown from the file's own.
        const own = vscode.Uri.joinPath(uri, '..');
        const next = (await files.find(base, part.name)) ?? (await files.find(own, part.name));
        if (next) await visit(next, base);
      }
    }
    place.end = Math.min(place.end, defined.length);
  };
  for (const root of roots) await visit(root, vscode.Uri.joinPath(root, '..'));
  return chapters([...places.values()], defined);
}

/** Files with what counts in each: what is defined before it and by what it reads, itself left out. */
function chapters(places: readonly Place[], defined: readonly { by: SourceFile; text: string }[]): Chapter[] {
  const joined = new Map<string, string>();
  return places.map(({ file, before, end }) => {
    const others = defined.slice(0, Math.max(before, end)).filter(({ by }) => by !== file);
    const key = others.length === 0 ? '' : `${before} ${others.length}`;
    let definedElsewhere = joined.get(key);
    if (definedElsewhere === undefined) {
      definedElsewhere = others
        .map(({ text }) => text)
        .join('\n')
        .slice(0, MOST_DEFINITIONS);
      joined.set(key, definedElsewhere);
    }
    return { file, definedElsewhere };
  });
}

function isSame(a: vscode.Uri, b: vscode.Uri): boolean {
  return a.toString() === b.toString();
}
