import { readFileSync } from 'node:fs';
import { Context } from '../../glossary/context';
import type { Definition } from '../../glossary/entry';
import { askGlossary, openGlossary } from '../glossaryFile';
import { inputLines, print } from '../output';

export interface DefineOptions {
  readonly glossary: string;
  readonly json: boolean;
  readonly text?: string;
  readonly file?: string;
}

/** A definition as `--json` prints it. */
export interface PrintedDefinition {
  readonly term: string;
  readonly definition: string;
  readonly source: string;
  readonly id: string;
  readonly url: string;
  readonly licence: string;
  readonly matched: Definition['matched'];
}

/** Prints the sourced definitions of terms; without terms those of the lines of standard input. */
export async function define(terms: readonly string[], options: DefineOptions): Promise<void> {
  const { definitions } = definitionsOf(options);
  for await (const term of terms.length > 0 ? terms : inputLines()) {
    const found = definitions(term);
    await print(options.json, { term, definitions: found }, () => inWords(term, found));
  }
}

export interface Definitions {
  /** The text that the terms stand in. */
  context: string | undefined;
  /** The definitions of a term, best first. @throws Error where the glossary can't be read */
  definitions: (term: string) => PrintedDefinition[];
}

/** The glossary that the options name. @throws Error for options that exclude each other, or files that can't be opened */
export function definitionsOf({ text, file, glossary: path }: Omit<DefineOptions, 'json'>): Definitions {
  if (text !== undefined && file !== undefined) throw new Error('--text and --file cannot be combined.');
  const context = file === undefined ? text : readFileSync(file, 'utf8');
  const glossary = openGlossary(path);
  const read = context === undefined ? undefined : new Context(context);
  return { context, definitions: (term) => askGlossary(path, () => glossary.lookup(term, read)).map(printed) };
}

function printed({ entry, matched }: Definition): PrintedDefinition {
  const { term, definition, source, id, url, licence } = entry;
  return { term, definition, source, id, url, licence, matched };
}

export function inWords(term: string, definitions: readonly PrintedDefinition[]): string {
  if (definitions.length === 0) return `${term}: no definition`;
  const lines = definitions.map(
    ({ term: name, definition, source, id, url, licence }) =>
      `${name}: ${definition}\n  ${source}, ${id}, ${licence}, ${url}`,
  );
  return lines.join('\n');
}
