import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import { definitionsIn } from '../../prose/latex/definitionReader';
import { wholeText } from '../../prose/manuscript/wholeText';
import type { KeptText } from '../../protocol/decoder';
import { inTurns, type Turn } from '../turns';
import type { SourceFile } from './manuscriptFiles';

/** What a text is made of. */
interface Source {
  file: Pick<SourceFile, 'uri' | 'language' | 'state'>;
  definedElsewhere: string;
}

interface ReadText {
  state: string;
  /** Of what is defined elsewhere. */
  definitions: string;
  id: string;
  length: number;
  /** Kept while somebody wants it. */
  text: string | undefined;
}

/** The prose of files, read again where they or what they obey has changed. */
export class ChapterTexts {
  private readonly files = new Map<string, ReadText>();
  /** Files of a manuscript mostly obey the same. */
  private defined = { text: '', key: '' };

  constructor(private readonly turn: Turn) {}

  has(uri: vscode.Uri): boolean {
    return this.files.has(uri.toString());
  }

  /**
   * @param room the most characters that are wanted
   * @param read the file's text; undefined where it can't be read
   * @returns undefined for a longer text, or one that can't be read
   */
  async of(
    { file, definedElsewhere }: Source,
    room: number,
    read: () => Promise<string | undefined>,
  ): Promise<KeptText | undefined> {
    const key = file.uri.toString();
    const definitions = file.language === 'latex' ? this.keyOf(definedElsewhere) : '';
    const known = this.files.get(key);
    if (known?.state === file.state && known.definitions === definitions) {
      if (known.length > room) return undefined;
      if (known.text !== undefined) return { id: known.id, text: known.text };
    }
    const source = await read();
    if (source === undefined) return undefined;
    const parts: string[] = [];
    await inTurns(wholeText(file.language, source, definedElsewhere), (part) => parts.push(part), this.turn);
    const text = parts.join('');
    const id = createHash('sha256').update(text).digest('base64url').slice(0, 16);
    this.files.set(key, { state: file.state, definitions, id, length: text.length, text });
    return text.length > room ? undefined : { id, text };
  }

  /** A file is to be read again. Others may still want its text. */
  changed(uri: vscode.Uri): void {
    const known = this.files.get(uri.toString());
    if (known) this.files.set(uri.toString(), { ...known, state: '' });
  }

  /** Forgets all texts but some. @returns those, each once */
  keepOnly(ids: ReadonlySet<string>): KeptText[] {
    const texts = new Map<string, KeptText>();
    for (const [uri, file] of this.files) {
      const { id, text } = file;
      if (!ids.has(id)) this.files.set(uri, { ...file, text: undefined });
      else if (text !== undefined) texts.set(id, { id, text });
    }
    return [...texts.values()];
  }

  private keyOf(definitions: string): string {
    if (this.defined.text !== definitions) this.defined = { text: definitions, key: definitionsIn(definitions).key };
    return this.defined.key;
  }
}
