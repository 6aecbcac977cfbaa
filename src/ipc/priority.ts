import { constants, setPriority } from 'node:os';

/** Argument of a process that takes what others leave. */
export const BACKGROUND = '--background';

/**
 * Ranks this process behind the editor, and with `BACKGROUND` behind our other processes too. Before it starts threads: later
 * ones have the main thread's priority, earlier ones may keep theirs.
 * @returns why that was refused, else null
 */
export function stepBack(argv: readonly string[] = process.argv): string | null {
  const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
  try {
    setPriority(argv.includes(BACKGROUND) ? PRIORITY_LOW : PRIORITY_BELOW_NORMAL);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
