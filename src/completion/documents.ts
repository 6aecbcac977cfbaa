import { ProseDocument } from '../prose/proseDocument';
import type { ProseLanguage, Scope } from '../prose/scope';

/** A change as the editor tells it. */
export interface TextChange {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/**
 * What is known of the open documents' scopes, kept up to date under edits: a request then costs the
 * neighbourhood of the cursor, not a scan of the whole manuscript.
 */
export class ProseDocuments {
  private readonly documents = new Map<string, ProseDocument>();
  /** What other files of the same manuscripts define. */
  private readonly definedElsewhere = new Map<string, string>();

  /** The document's scopes. `readText` is called the first time, and when an edit was missed. */
  open(uri: string, language: ProseLanguage, length: number, readText: () => string): ProseDocument {
    let document = this.documents.get(uri);
    if (!document || document.language !== language) {
      document = new ProseDocument(language, readText());
      document.defineElsewhere(this.definedElsewhere.get(uri) ?? '');
      this.documents.set(uri, document);
    } else if (document.length !== length) {
      document.setText(readText());
    }
    return document;
  }

  /** What other files of a document's manuscript define from now on: see `ProseDocument.defineElsewhere`. */
  defineElsewhere(uri: string, definitions: string): void {
    if (definitions === '') this.definedElsewhere.delete(uri);
    else this.definedElsewhere.set(uri, definitions);
    this.documents.get(uri)?.defineElsewhere(definitions);
  }

  isOpen(uri: string): boolean {
    return this.documents.has(uri);
  }

  edit(uri: string, changes: readonly TextChange[]): void {
    const document = this.documents.get(uri);
    for (const { rangeOffset, rangeLength, text } of changes) {
      document?.edit({ from: rangeOffset, to: rangeOffset + rangeLength, insert: text });
    }
  }

  /** The scope behind a change that is not made: `change` is undone before this returns. */
  scopeAfter(document: ProseDocument, { rangeOffset, rangeLength, text }: TextChange, replaced: string): Scope {
    document.edit({ from: rangeOffset, to: rangeOffset + rangeLength, insert: text });
    try {
      return document.scopeAt(rangeOffset + text.length);
    } finally {
      document.edit({ from: rangeOffset, to: rangeOffset + text.length, insert: replaced });
    }
  }

  close(uri: string): void {
    this.documents.delete(uri);
  }
}
