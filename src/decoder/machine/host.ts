import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

/** What of the operating system the questions about the machine need. */
export interface Host {
  platform: NodeJS.Platform;
  /** Architecture as Node names it, such as `x64` and `arm64`. */
  arch: string;
  /** Hardware threads this process may run on. */
  logicalCores: number;
  /** A file's text, trimmed; null where it cannot be read. */
  readText(path: string): Promise<string | null>;
  /** Names in a folder; none where it cannot be read. */
  list(path: string): Promise<string[]>;
  /** What a program prints, trimmed; null where it fails or takes longer than a second. */
  run(program: string, ...args: string[]): Promise<string | null>;
}

export function thisHost(): Host {
  return {
    platform: process.platform,
    arch: process.arch,
    logicalCores: availableParallelism(),
    readText: (path) =>
      readFile(path, 'utf8').then(
        (text) => text.trim(),
        () => null,
      ),
    list: (path) => readdir(path).catch(() => []),
    run: (program, ...args) =>
      new Promise((resolve) => {
        execFile(program, args, { timeout: 1000 }, (error, stdout) => resolve(error ? null : stdout.trim()));
      }),
  };
}
