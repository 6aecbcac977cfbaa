/** A text that is checked; offsets of `prose` are those of `text`, and `lineAt` gives their lines, from 1. */
export interface CheckedText {
  file: string;
  text: string;
  prose: string;
  lineAt(offset: number): number;
}

export interface Problem {
  file: string;
  line: number;
  problem: string;
  suggestion: string | number;
}

export interface Manifest {
  commands: Map<string, string>;
  settings: Map<string, { default?: unknown }>;
}

export function markdownFiles(): string[];
export function readMarkdown(path: string): CheckedText;
export function markdown(file: string, text: string): CheckedText;
export function strings(file: string, source: string): (CheckedText & { key: string })[];
export function readManifest(): Manifest;
