import { join } from 'node:path';

/** The words of the field that ship with the product. */
export const FIELD_WORDS = join(__dirname, '..', '..', 'glossary', 'words.br');
