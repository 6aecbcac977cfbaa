import type { CheckedText, Problem } from './texts.mjs';

export function linkProblems(text: CheckedText): Problem[];
