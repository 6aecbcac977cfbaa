import { closeSync, openSync, readSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type * as vscode from 'vscode';
import { Context } from '../../glossary/context';
import { Glossary } from '../../glossary/glossary';
import { GlossaryError } from '../../glossary/glossaryError';

/**
 * The glossary that comes with the extension. The file is opened at the first question, of which only what questions
 * need is read: some kilobytes at a time, at once, since a hover can't wait for a turn.
 */
export class ShippedGlossary implements vscode.Disposable {
  readonly glossary: Glossary;
  private file: number | undefined;
  private readonly contexts = new WeakMap<vscode.TextDocument, { version: number; context: Context }>();

  /** @param path of `glossary.bin` */
  constructor(private readonly path: string) {
    this.glossary = new Glossary({
      read: (offset, length) => this.read(offset, length),
      decompress: (bytes) => brotliDecompressSync(bytes),
    });
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
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    try {
      this.file ??= openSync(this.path, 'r');
      return bytes.subarray(0, readSync(this.file, bytes, 0, length, offset));
    } catch (cause) {
      throw new GlossaryError('unreadable', this.path, { cause });
    }
  }
}
