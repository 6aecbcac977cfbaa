import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type * as vscode from 'vscode';
import { Context } from '../../glossary/context';
import { Glossary } from '../../glossary/glossary';
import { GlossaryError } from '../../glossary/glossaryError';
import type { GlossaryFile } from '../../glossary/glossaryPart';

/**
 * The glossary that comes with the extension. Its files are opened at the first question, and only what questions
 * need is read: some kilobytes at a time, at once, since a hover can't wait for a turn.
 */
export class ShippedGlossary implements vscode.Disposable {
  readonly glossary: Glossary;
  private readonly files: readonly OpenedFile[];
  private readonly contexts = new WeakMap<vscode.TextDocument, { version: number; context: Context }>();

  /** @param folder of `glossary.bin` and `additions.bin` */
  constructor(folder: string) {
    this.files = ['glossary.bin', 'additions.bin'].map((name) => new OpenedFile(join(folder, name)));
    this.glossary = new Glossary(...this.files);
  }

  /** What a document says about its terms, kept until its text changes. */
  contextOf(document: vscode.TextDocument): Context {
    const known = this.contexts.get(document);
    if (known?.version === document.version) return known.context;
    const context = new Context(document.getText());
    this.contexts.set(document, { version: document.version, context });
    return context;
  }

  dispose(): void {
    for (const file of this.files) file.dispose();
  }
}

/** A file that is opened when it is first read. */
class OpenedFile implements GlossaryFile {
  private file: number | undefined;

  constructor(private readonly path: string) {}

  read = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    try {
      this.file ??= openSync(this.path, 'r');
      return bytes.subarray(0, readSync(this.file, bytes, 0, length, offset));
    } catch (cause) {
      throw new GlossaryError('unreadable', this.path, { cause });
    }
  };

  decompress = (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes);

  dispose(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}
