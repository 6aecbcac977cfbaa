/** How a child process ended, as data. */
export type ProcessEnd =
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: NodeJS.Signals }
  /** It could not be started. */
  | { kind: 'notStarted'; problem: string };

/** A request whose process ended before it could answer. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';

  constructor(
    /** What messages call the process, such as "decoder". */
    readonly process: string,
    readonly end: ProcessEnd,
  ) {
    super(`The ${process} process ended: ${describeEnd(end)}.`);
  }
}

/** A signal's name says little to most people; these are the ones our processes die of. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'it was killed, by someone or by the system running out of memory (SIGKILL)',
  SIGTERM: 'it was asked to end (SIGTERM)',
  SIGTRAP: 'Electron refused an allocation (SIGTRAP)',
  SIGSEGV: 'native code used memory it does not own (SIGSEGV)',
  SIGBUS: 'native code used memory that is not there (SIGBUS)',
  SIGABRT: 'native code gave up (SIGABRT)',
  SIGILL: 'the processor does not know an instruction (SIGILL)',
};

/** For logs and terminals. */
export function describeEnd(end: ProcessEnd): string {
  switch (end.kind) {
    case 'notStarted':
      return `it could not be started (${end.problem})`;
    case 'killed':
      return SIGNALS[end.signal] ?? `it was ended by ${end.signal}`;
    case 'exited':
      return end.code === 0 ? 'it ended by itself' : `it ended with exit code ${end.code}`;
  }
}
