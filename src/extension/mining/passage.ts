import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ProseDocuments } from '../../completion/documents';
import { wholeText, type SourceDocument } from '../../mining/document';
import { abstractsOf, passageAt } from '../../prose/passageAt';
import { proseOfRange } from '../../prose/proseOfRange';
import type { ProseLanguage } from '../../prose/scope';
import { proseLanguageOf } from '../languages';
import { pubTatorPassage, PubTatorProblem } from './pubTatorPassage';

/** Prose that is read at once, UTF-16 units: a long paper. */
const MOST = 100_000;
/** Markup may be as long again. */
const MOST_RAW = 2 * MOST;

/** What is to be mined, and why it can't be. */
export class NotMinable extends Error {
  override readonly name = 'NotMinable';
}

/** A passage of a document as the model reads it. */
export interface MinedPassage {
  document: vscode.TextDocument;
  language: ProseLanguage;
  kind: 'selection' | 'abstract' | 'paragraph';
  /** Its prose; of a document in PubTator's form, title, abstract, and marks. */
  source: SourceDocument;
  /** Its place when it was read, UTF-16 offsets. */
  from: number;
  to: number;
  /** Where a part of the source's whole text stood in the document when it was read. */
  rangeOf(start: number, end: number): { from: number; to: number };
}

/**
 * The selection, else the abstract or the paragraph at the cursor, else the document's abstract.
 * @throws NotMinable, worded, where there is no prose
 */
export function passageToMine(editor: vscode.TextEditor | undefined, documents: ProseDocuments): MinedPassage {
  if (!editor)
    throw new NotMinable(
      vscode.l10n.t('Open a Markdown, LaTeX, or plain text file first, and select the text to analyze.'),
    );
  const { document, selection } = editor;
  const language = proseLanguageOf(document.languageId);
  if (!language) {
    throw new NotMinable(
      vscode.l10n.t(
        'This command works only in Markdown, LaTeX, and plain text files. Open one of these, or change the language mode of this file.',
      ),
    );
  }
  const text = document.getText();
  if (!selection.isEmpty) {
    const from = document.offsetAt(selection.start);
    const passage = read(editor, language, documents, { from, to: document.offsetAt(selection.end) }, 'selection');
    if (isEmpty(passage)) {
      throw new NotMinable(
        vscode.l10n.t('The selection contains no running text. Select sentences, not code, formulas, or markup.'),
      );
    }
    return passage;
  }
  const offset = document.offsetAt(selection.active);
  const [abstract] = abstractsOf(language, text);
  for (const found of [passageAt(language, text, offset), abstract]) {
    const passage = found && read(editor, language, documents, found, found.kind);
    if (passage && !isEmpty(passage)) return passage;
  }
  throw new NotMinable(
    vscode.l10n.t(
      'There is no running text at the cursor. Place the cursor in a paragraph or an abstract, or select sentences.',
    ),
  );
}

function isEmpty({ source }: MinedPassage): boolean {
  return wholeText(source).trim() === '';
}

function read(
  { document }: vscode.TextEditor,
  language: ProseLanguage,
  documents: ProseDocuments,
  { from, to }: { from: number; to: number },
  kind: MinedPassage['kind'],
): MinedPassage {
  if (to - from > MOST_RAW) throw tooLong(to - from);
  const text = document.getText();
  const marked = language === 'plaintext' ? readPubTator(text, from, to) : undefined;
  if (marked) {
    if (wholeText(marked.source).length > MOST) throw tooLong(wholeText(marked.source).length);
    return { document, language, kind, from, to, ...marked };
  }
  const scopes = documents.open(document.uri.toString(), language, text.length, () => text);
  const { text: prose, rangeOf } = proseOfRange(scopes, (start, end) => text.slice(start, end), from, to);
  if (prose.length > MOST) throw tooLong(prose.length);
  const id = basename(document.uri.path).replace(/\.\w+$/, '');
  return { document, language, kind, source: { id, title: '', text: prose }, from, to, rangeOf };
}

function readPubTator(text: string, from: number, to: number): ReturnType<typeof pubTatorPassage> {
  try {
    return pubTatorPassage(text, from, to);
  } catch (error) {
    if (!(error instanceof PubTatorProblem)) throw error;
    throw new NotMinable(
      vscode.l10n.t(
        'This PubTator document cannot be read. Check line {0}: an offset may not match the text, or the line may belong to another document.',
        error.line,
      ),
    );
  }
}

function tooLong(length: number): NotMinable {
  const [said, most] = [length, MOST].map((number) => number.toLocaleString(vscode.env.language)) as [string, string];
  return new NotMinable(
    vscode.l10n.t('The text is too long ({0} characters). Select at most {1} characters at a time.', said, most),
  );
}
