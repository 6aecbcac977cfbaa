import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../../host/workbench.js';

/** Letters, spaces and what an editor neither pairs nor completes. */
const PLAIN = /^[A-Za-z0-9 ,.;:%\-\n]*$/;

/** Sentences of real prose whose characters mean the same in every editor, in a fixed order, over and over. */
export function* plainSentences(): Generator<string> {
  const text = readFileSync(join(__dirname, '..', '..', '..', 'bench', 'manuscript.txt'), 'utf8');
  const sentences = text.split(/(?<=\.)\s+/).filter((sentence) => PLAIN.test(sentence) && sentence.length > 40);
  for (;;) yield* sentences;
}

/** Types, and knows what should be in the document. */
export class Typist {
  private text = '';

  constructor(
    private readonly workbench: Workbench,
    private readonly file: string,
    /** Milliseconds between two keys. */
    private readonly pace: number,
  ) {}

  get keys(): number {
    return this.text.length;
  }

  async type(text: string): Promise<void> {
    await this.workbench.type(text, this.pace);
    this.text += text;
  }

  /** How many of the characters typed so far are not where they belong in the saved document. */
  async lost(): Promise<number> {
    const saved = await this.workbench.savedText(this.file);
    if (saved.trimEnd() === this.text.trimEnd()) return 0;
    let same = 0;
    while (same < this.text.length && saved[same] === this.text[same]) same++;
    return this.text.length - same;
  }
}
