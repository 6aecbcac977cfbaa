export const BUNDLE: string;
export function bundleText(): Promise<string>;
export function phrasesIn(path: string, contents: string): string[];
