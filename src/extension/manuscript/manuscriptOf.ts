import * as vscode from 'vscode';
import { BOOK_FILES, bookFiles, includedFiles, isMainDocument, rootOf } from '../../prose/manuscript/includedFiles';
import type { ProseLanguage } from '../../prose/scope';
import { languageOfFile, type FoundFile, type ManuscriptFiles } from './manuscriptFiles';

/** A manuscript of more files than this is read in part. */
const MOST_FILES = 200;
/** Files that are looked at to find the main document of a part, at most: the nearest ones. */
const MOST_LOOKED_AT = 60;

/** The files of the manuscript that a document belongs to, in reading order, the document among them. */
export async function manuscriptOf(
  files: ManuscriptFiles,
  document: vscode.TextDocument,
  language: ProseLanguage,
): Promise<FoundFile[]> {
  const own = { uri: document.uri, mtime: 0 };
  const roots = language === 'latex' ? await latexRoots(files, document) : await bookOf(files, document.uri);
  for (const root of roots) {
    const found = await reachable(files, root);
    if (found.some(({ uri }) => uri.toString() === document.uri.toString())) return found;
  }
  return reachable(files, [own]);
}

/** What a document's main document may be: the one that it names, or one near it. */
async function latexRoots(files: ManuscriptFiles, document: vscode.TextDocument): Promise<FoundFile[][]> {
  const text = document.getText();
  const folder = vscode.Uri.joinPath(document.uri, '..');
  const named = rootOf(text);
  const root = named === undefined ? undefined : await withExtension(files, folder, named);
  if (root) return [[root]];
  if (isMainDocument(text)) return [];
  const candidates: FoundFile[][] = [];
  let looked = 0;
  for (const at of files.foldersUp(folder)) {
    for (const name of await files.list(at)) {
      if (!/\.(?:tex|rnw)$/i.test(name) || looked++ >= MOST_LOOKED_AT) continue;
      const file = await files.find(at, name);
      if (file && isMainDocument((await files.read(file.uri)) ?? '')) candidates.push([file]);
    }
  }
  return candidates;
}

async function withExtension(files: ManuscriptFiles, folder: vscode.Uri, name: string): Promise<FoundFile | undefined> {
  return (await files.find(folder, name)) ?? files.find(folder, `${name}.tex`);
}

/** The files of the nearest book; bookdown without a list takes all of its folder in the order of their names. */
async function bookOf(files: ManuscriptFiles, uri: vscode.Uri): Promise<FoundFile[][]> {
  for (const folder of files.foldersUp(vscode.Uri.joinPath(uri, '..'))) {
    for (const name of BOOK_FILES) {
      const book = await files.find(folder, name);
      if (!book) continue;
      const named = bookFiles((await files.read(book.uri)) ?? '');
      const rmd = named.length === 0 && name === '_bookdown.yml';
      const names = rmd ? bookdownFiles(await files.list(folder)) : named;
      const chapters: FoundFile[] = [];
      for (const chapter of names.slice(0, MOST_FILES)) {
        const file = await files.find(folder, chapter);
        if (file) chapters.push(file);
      }
      if (chapters.length > 0) return [chapters];
    }
  }
  return [];
}

/** The files of a bookdown book without a list: the index, then the others by name; `_draft.Rmd` is none (bookdown, 4.4). */
function bookdownFiles(names: readonly string[]): string[] {
  const chapters = names.filter((name) => /^[^_].*\.rmd$/i.test(name));
  const isIndex = (name: string): boolean => /^index\.rmd$/i.test(name);
  return [...chapters.filter(isIndex), ...chapters.filter((name) => !isIndex(name))];
}

/** All that some files read, in the order in which they read it; each once, however often it is read. */
async function reachable(files: ManuscriptFiles, roots: readonly FoundFile[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const visit = async (file: FoundFile, base: vscode.Uri): Promise<void> => {
    const language = languageOfFile(file.uri);
    if (found.has(file.uri.toString()) || found.size >= MOST_FILES || !language) return;
    found.set(file.uri.toString(), file);
    for (const name of includedFiles(language, (await files.read(file.uri)) ?? '')) {
      // LaTeX looks from the main document's folder, the import package and Markdown from the file's own.
      const own = vscode.Uri.joinPath(file.uri, '..');
      const next = (await files.find(base, name)) ?? (await files.find(own, name));
      if (next) await visit(next, base);
    }
  };
  for (const root of roots) await visit(root, vscode.Uri.joinPath(root.uri, '..'));
  return [...found.values()];
}
