import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { fieldWordsIn, type FieldWords } from '../completion/fieldWords';
import { WordList } from '../glossary/wordList';

const decompress = promisify(brotliDecompress);

/**
 * The words of the field that come with the extension. They are read in the background when a suggestion first asks for them;
 * until they are there, suggestions do without.
 */
export class ShippedFieldWords {
  private words: FieldWords | undefined;
  private reading = false;

  /**
   * @param path of `words.br`
   * @param failed told once where it can't be read
   */
  constructor(
    private readonly path: string,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Undefined until they are read. */
  get(): FieldWords | undefined {
    if (!this.reading) {
      this.reading = true;
      this.read().catch(this.failed);
    }
    return this.words;
  }

  private async read(): Promise<void> {
    const bytes = await decompress(await readFile(this.path));
    this.words = fieldWordsIn(new WordList(bytes));
  }
}
