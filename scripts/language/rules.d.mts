import type { CheckedText, Manifest, Problem } from './texts.mjs';

export const README_LINES: number;
export function wordingProblems(text: CheckedText): Problem[];
export function documentProblems(text: CheckedText, manifest: Manifest): Problem[];
export function manifestProblems(manifest: Manifest, documents: CheckedText[]): Problem[];
export function isTitleCase(title: string): boolean;
