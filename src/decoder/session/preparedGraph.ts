import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { removeLeftovers, temporaryName } from '../../modelFolder/temporaryName';
import { graphInput } from './graphInput';
import type { OrtNative, OrtNativeSession, SessionSettings } from './ortNative';
import { exists, PreparedForms, removeFolder, type FormOptions } from './preparedForms';

/** Below this packing the weights takes next to no time and memory. */
const LEAST_BYTES = 64 << 20;
/** Above it the saved form would take more disk than it is worth. */
const MOST_BYTES = 600 << 20;

/** Whether two sessions of one network compute the same. */
export type Agree = (a: OrtNativeSession, b: OrtNativeSession) => Promise<boolean>;

export interface PrepareOptions extends FormOptions {
  threads: number;
  /** Asked once, of the graph and its saved form. */
  agree: Agree;
  log: (line: string) => void;
  /** Smallest weights that are saved; default: 64 MiB. */
  leastBytes?: number;
}

/**
 * Loads a graph whose weights are already packed for this machine's kernels.
 *
 * ONNX Runtime packs weights into private memory whenever it loads a graph. Here it saves the result beside the
 * graph the first time; later loads map that file, so that several processes share its pages and the system may drop
 * them and read them again. For BioGPT at int8 that is 330 MB less of a process' own, for 740 MB of disk: the runtime
 * saves the unpacked form too and compares it. The file belongs to one runtime and one kind of processor; another makes
 * its own beside it. A form appears by one rename, once it has proved to compute what the graph computes; one that does
 * not is never tried again. A small or a very large graph is loaded as it is, and so is one that cannot be saved this
 * time: the log says why.
 *
 * @throws Error with the runtime's message when the graph itself cannot be loaded
 */
export async function openPrepared(
  native: OrtNative,
  graphPath: string,
  options: PrepareOptions,
): Promise<OrtNativeSession> {
  const { threads, log, leastBytes = LEAST_BYTES } = options;
  const { model, ...weights } = await graphInput(graphPath);
  const asItIs = (settings?: SessionSettings): Promise<OrtNativeSession> =>
    native.createSession(model, threads, { ...weights, ...settings });
  const data = await stat(`${graphPath}.data`).catch(() => undefined);
  if (!data || data.size < leastBytes || data.size > MOST_BYTES) return asItIs();
  const forms = new PreparedForms(graphPath, native.version, options);
  const state = await forms.state();
  if (state === 'differs') return asItIs();
  if (state === 'usable') {
    try {
      return await native.createSession(forms.graph, threads);
    } catch (error) {
      log(`The saved form of ${basename(graphPath)} is no good (${(error as Error).message}); it is made anew.`);
      await forms.remove();
    }
  }
  const notKept = (reason: string): void =>
    log(`${basename(graphPath)} is loaded as it is this time; its packed form cannot be kept: ${reason}.`);
  try {
    await removeLeftovers(forms.parent, forms.name);
    const lacking = await forms.makeRoom(data.size);
    if (lacking === null) return await prepare(native, asItIs, forms, options, notKept);
    notKept(lacking);
  } catch (error) {
    notKept((error as Error).message);
  }
  return asItIs();
}

/**
 * Saves the form and loads it.
 * @returns the graph as it is where that fails behind its loading
 * @throws Error where it fails before
 */
async function prepare(
  native: OrtNative,
  asItIs: (settings: SessionSettings) => Promise<OrtNativeSession>,
  forms: PreparedForms,
  { threads, agree, log }: PrepareOptions,
  notKept: (reason: string) => void,
): Promise<OrtNativeSession> {
  const temporary = join(forms.parent, temporaryName(forms.name, 'partial'));
  const saved = join(temporary, basename(forms.graph));
  try {
    await mkdir(temporary);
    const original = await asItIs({ saveTo: saved });
    try {
      if (!(await same(native, original, saved, threads, agree))) {
        log(`${basename(forms.graph)} is loaded as it is: its packed form computes something else.`);
        await forms.markDiffering();
        return original;
      }
      await settle(temporary, forms);
      const prepared = await native.createSession(forms.graph, threads);
      original.dispose();
      return prepared;
    } catch (error) {
      notKept((error as Error).message);
      return original;
    }
  } finally {
    await removeFolder(temporary);
  }
}

/** Whether a saved graph computes what the original does. It is closed again: open files can't be renamed everywhere. */
async function same(
  native: OrtNative,
  original: OrtNativeSession,
  saved: string,
  threads: number,
  agree: Agree,
): Promise<boolean> {
  const session = await native.createSession(saved, threads);
  try {
    return await agree(original, session);
  } finally {
    session.dispose();
  }
}

/** The form takes its place, unless another process has been as far a moment earlier. */
async function settle(temporary: string, forms: PreparedForms): Promise<void> {
  // Whatever else is there is no form.
  if (!(await exists(forms.graph))) await forms.remove();
  try {
    await rename(temporary, forms.dir);
  } catch (error) {
    if (!(await exists(forms.graph))) throw error;
  }
}
