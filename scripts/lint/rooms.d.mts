import type { ESLint } from 'eslint';

export const MAY_IMPORT: Record<string, readonly string[]>;

declare const plugin: ESLint.Plugin;
export default plugin;
