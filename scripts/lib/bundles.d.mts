import type { BuildOptions } from 'esbuild';

export const ENTRY_POINTS: Record<'extension' | 'decoder' | 'installer' | 'cli', string>;
export function bundleOptions(options?: { production?: boolean }): BuildOptions;
