import type { DecoderState } from './supervisor';

/** A model in memory, or one that would be. */
export interface Tenant {
  readonly state: DecoderState;
  /** Resolves when nobody needs it for the moment. */
  quiet(): Promise<void>;
  /** Takes it out of memory; it comes back when it is next needed. */
  unload(): Promise<void>;
}

/**
 * Before a model is loaded beside another: takes the other one out of memory, once it has nothing to do, unless there is
 * room for both. One that is loading itself stays.
 * @param bytes that the new one needs
 */
export async function makeRoom(bytes: number, other: Tenant, fits: (bytes: number) => boolean): Promise<void> {
  if (!isLoaded(other) || fits(bytes)) return;
  await other.quiet();
  if (isLoaded(other) && !fits(bytes)) await other.unload();
}

/** One that a server computes takes no memory here. */
function isLoaded({ state }: Tenant): boolean {
  return (state.kind === 'ready' || state.kind === 'generating') && state.model.server === undefined;
}

/** What the machine says of its memory, in bytes. */
export interface MachineMemory {
  platform: NodeJS.Platform;
  total: number;
  free: number;
}

/** Left to everything else. */
const RESERVE = 500e6;

/** Whether a model fits beside what runs. macOS counts what it would give back as taken: there a share of all counts. */
export function fitsIn({ platform, total, free }: MachineMemory, bytes: number): boolean {
  return platform === 'darwin' ? bytes <= total / 4 : bytes + RESERVE <= free;
}
