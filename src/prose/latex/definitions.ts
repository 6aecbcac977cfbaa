import type { CommandSpec, EnvironmentSpec } from './commands';
import { SPECIAL } from './tokens';

/** A command that a document defines, as it is used. */
export interface Macro {
  /** What its arguments hold. */
  spec: CommandSpec;
  params: readonly Param[];
  /** Environments that it ends, from the inside out, and that it begins. */
  ends: readonly string[];
  begins: readonly string[];
  /** What a reader reads of it; null where it is more than text in a sentence. */
  text(args: readonly string[]): string | null;
}

/** A parameter of a macro: one that must be there, or one in brackets with what stands for it where it is not there. */
export interface Param {
  default: string | null;
}

/** What a document defines itself. */
export interface Definitions {
  environments: ReadonlyMap<string, EnvironmentSpec>;
  macros: ReadonlyMap<string, Macro>;
  /** Commands that take verbatim text between two of one character or in braces. */
  verbatim: ReadonlySet<string>;
  /** Characters between which text is verbatim. */
  shortVerbs: string;
  /** Where a scanner stops. */
  special: RegExp;
  /** LaTeX with what the document's macros stand for. */
  expand(laTeX: string): string;
  /** The same for the same definitions. */
  key: string;
}

export const NO_DEFINITIONS: Definitions = {
  environments: new Map(),
  macros: new Map(),
  verbatim: new Set(),
  shortVerbs: '',
  special: SPECIAL,
  expand: (laTeX) => laTeX,
  key: '',
};
