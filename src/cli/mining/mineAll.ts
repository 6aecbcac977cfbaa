import { setMaxListeners } from 'node:events';
import type { SourceDocument } from '../../mining/document';
import { BACKGROUND, stepBack } from '../../ipc/priority';
import type { TaskReader } from '../../mining/taskReader';
import type { MineParams, MineResult } from '../../protocol/decoder';
import { ServerError, type ServerErrorCode } from '../../decoder/remote/serverError';
import type { CommonOptions } from '../options';
import { ProgressLine } from '../progress';
import { openEngine, type ServerOptions } from '../server';
import { Gate } from './gate';
import { filesOf, inputsOf, type Input, type InputFormat } from './inputs';
import type { Output } from './resumableOutput';
import { taskModelFor, type MiningWork } from './taskModel';

/** Nobody types here: passes may be as long, and rows as many, as it pays. */
export const BATCH_MINING = { passes: { passMs: 1000, first: 256 }, rows: 8 };
/** Documents that are read at a time; those that are over early wait for the ones before them. */
const AT_A_TIME = 4 * BATCH_MINING.rows;
/** The same with a server. Those that are over early wait too, and must not keep it idle: twice as many are begun as it works on. */
export const IN_FLIGHT = 32;
/** A run waits some minutes for a server that is busy, or away, before it ends. */
const PATIENCE = { tries: 9 };

export interface MiningOptions extends Omit<CommonOptions, 'model'>, ServerOptions {
  /** A model folder; absent: the installed one that does what is asked. */
  model?: string;
  threads?: number;
  text?: string;
  inputFormat?: InputFormat;
  out?: string;
  resume: boolean;
  /** Requests to a server at a time. */
  inFlight?: number;
}

/** A model that mines texts. */
export interface OpenMiner<K extends TaskReader> {
  /** Its folder. */
  dir: string;
  task: K;
  mine(params: Omit<MineParams, 'task'>, signal?: AbortSignal): Promise<MineResult>;
}

/** Opens a model for a kind of task. @throws Error as `taskModelFor` */
export async function openMiner<K extends TaskReader>(
  { model, threads, inFlight = IN_FLIGHT, ...options }: MiningOptions,
  work: MiningWork<K>,
): Promise<OpenMiner<K> & { dispose(): Promise<void> }> {
  const { dir, task } = await taskModelFor(work, model);
  // A batch may take hours, and somebody may type beside it.
  stepBack([BACKGROUND]);
  const engine = await openEngine(dir, options, { ...(threads && { threads }), patience: PATIENCE });
  const miner = engine.miner((pass) => pass(), BATCH_MINING);
  const mine = (params: Omit<MineParams, 'task'>, signal?: AbortSignal): Promise<MineResult> =>
    miner.mine({ task: task.id, ...params }, signal ? { signal } : {});
  const gate = options.server === undefined ? undefined : new Gate(inFlight);
  return {
    dir,
    task,
    mine: gate ? (params, signal) => gate.pass(() => mine(params, signal), signal) : mine,
    dispose: () => engine.dispose(),
  };
}

/** What a document has given. */
interface Mined {
  /** Its end was not read. */
  cut: boolean;
}

/**
 * Mines every document of the inputs, several at a time, and writes what comes of it in their order. One that fails is told
 * with its place, and the others are done; the process then ends with code 1. So is one that is too long, which is no
 * failure. Ctrl+C ends it behind the last document that was written.
 * @param mine gives a document's results
 * @param write adds them to the output
 */
export async function forEachDocument<R extends Mined>(
  { inputs, total, bytes }: Inputs,
  options: MiningOptions,
  output: Output,
  mine: (document: SourceDocument, signal: AbortSignal) => Promise<R>,
  write: (results: R, which: string, document: SourceDocument) => Promise<void>,
): Promise<void> {
  const progress = new ProgressLine(process.stderr, process.stderr.isTTY === true && options.out !== undefined);
  const tell = (which: string, what: string): void => {
    progress.end();
    process.stderr.write(`${which}: ${what}\n`);
  };
  const atATime = options.server === undefined ? AT_A_TIME : 2 * (options.inFlight ?? IN_FLIGHT);
  const stop = new AbortController();
  // Each document that waits listens, and each of a server's requests for it.
  setMaxListeners(options.server === undefined ? 2 * AT_A_TIME : 0, stop.signal);
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  const inWork: InWork[] = [];
  let seen = 0;
  let written = output.done;
  let { failed } = output;
  const writeFirst = async (): Promise<void> => {
    const { which, adding } = inWork.shift()!;
    const add = await adding;
    if (stop.signal.aborted) return;
    const problem = await tried(add);
    if (problem !== null) {
      failed++;
      tell(which, problem);
      await output.add(which, null);
    }
    written++;
    if (options.out !== undefined) progress.show('Analyzing', bytes(), total);
  };
  const begin = async (input: Input, which: string): Promise<() => Promise<void>> => {
    try {
      if ('problem' in input) throw new Error(input.problem);
      const { document } = input;
      const results = await mine(document, stop.signal);
      return async () => {
        await write(results, which, document);
        if (results.cut) tell(which, 'The document is too long for the model, so its end was not read.');
      };
    } catch (error) {
      return () => Promise.reject(error as Error);
    }
  };
  try {
    for await (const input of inputs) {
      seen++;
      const which = `${input.file}, line ${input.line}`;
      if (seen <= output.done) {
        if (seen === output.done && output.last !== null && output.last !== which) {
          throw new Error(
            `The inputs have changed since the interrupted run, which stopped at ${output.last}. Specify the same files, or start over with another --out.`,
          );
        }
        continue;
      }
      if (stop.signal.aborted) break;
      inWork.push({ which, adding: begin(input, which) });
      if (inWork.length >= atATime) await writeFirst();
    }
    while (inWork.length > 0 && !stop.signal.aborted) await writeFirst();
    progress.end();
    if (stop.signal.aborted) {
      await output.close();
      const how = options.out === undefined ? '' : ' To continue, run the same command with --resume.';
      process.stderr.write(`Stopped after ${written} ${written === 1 ? 'document' : 'documents'}.${how}\n`);
      process.exitCode = 130;
      return;
    }
    await output.finish();
  } catch (error) {
    stop.abort();
    await output.close();
    if (!(error instanceof ServerError)) throw error;
    const how = options.out === undefined ? '' : ' To continue, run the same command with --resume.';
    throw new Error(`${error.message} ${written} ${written === 1 ? 'document was' : 'documents were'} written.${how}`, {
      cause: error,
    });
  } finally {
    // What is still in work ends before the model goes.
    await Promise.all(inWork.map(({ adding }) => adding));
    progress.end();
    process.removeListener('SIGINT', onInterrupt);
  }
  if (failed > 0) {
    process.stderr.write(`${failed} of ${seen} documents failed.\n`);
    process.exitCode = 1;
  }
}

/** A document that is being mined. */
interface InWork {
  which: string;
  /** Never rejects: the document's turn to be written tells what went wrong. */
  adding: Promise<() => Promise<void>>;
}

/** What a server may say of one document and not of the next. */
const OF_ONE_DOCUMENT: readonly ServerErrorCode[] = ['serverRefused', 'serverFailed'];

/** @returns what went wrong, in words */
async function tried(job: () => Promise<void>): Promise<string | null> {
  try {
    await job();
    return null;
  } catch (error) {
    // The disk is full, the pipe is closed: no document can be written any more.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    // A server that is away, after all patience, would be away for every other document.
    if (error instanceof ServerError && !OF_ONE_DOCUMENT.includes(error.code)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

export interface Inputs {
  inputs: AsyncIterable<Input>;
  /** Bytes of all files, and of those that are read. */
  total: number;
  bytes: () => number;
}

/** The documents that a command is given. @throws Error if there are none, before anything is written */
export async function openInputs(paths: readonly string[], { text, inputFormat }: MiningOptions): Promise<Inputs> {
  if (text !== undefined) {
    if (paths.length > 0) throw new Error('Specify either --text or files, not both.');
    const one = async function* (): AsyncGenerator<Input> {
      const place = { file: '--text', line: 1 };
      yield text.trim() === ''
        ? { ...place, problem: 'The text is empty.' }
        : { ...place, document: { id: 'text', title: '', text } };
    };
    return { inputs: one(), total: 1, bytes: () => 1 };
  }
  if (paths.length === 0) throw new Error('Specify files or folders, or a text with --text.');
  const files = await filesOf(paths);
  let done = 0;
  const inputs = inputsOf(files, inputFormat, (bytes) => (done = bytes));
  return { inputs, total: files.reduce((sum, { bytes }) => sum + bytes, 0), bytes: () => done };
}
