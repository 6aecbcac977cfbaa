import { mkdir, open, readdir, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

/** Options on which the results depend, by their names. */
export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a job stands: the last line of its record that is whole. */
interface Progress {
  /** Documents that were written or have failed, of the inputs in their order. */
  done: number;
  failed: number;
  /** Which the last of them was. */
  last: string;
  /** Length of the output then. */
  bytes: number;
}

/** Where results go. */
export interface Output {
  /** Documents to pass over, which an earlier run has done. */
  readonly done: number;
  readonly failed: number;
  /** What the last of these was. */
  readonly last: string | null;
  /** Adds a document's results, which are then safe. @param which names the document @param text null: it has failed */
  add(which: string, text: string | null): Promise<void>;
  /** Ends a whole job. */
  finish(): Promise<void>;
  /** Lets go of the file; what was added can be resumed. */
  close(): Promise<void>;
}

export interface OutputForm {
  header: string;
  between: string;
  footer: string;
}

/** How a job begins. */
export interface Beginning {
  resume: boolean;
  settings: Settings;
}

/** Standard output, or a file in which a job that was stopped can go on. */
export async function openOutput(path: string | undefined, form: OutputForm, beginning: Beginning): Promise<Output> {
  if (path === undefined) {
    if (beginning.resume) throw new Error('--resume needs --out. Specify the output of the interrupted run.');
    return standardOutput(form);
  }
  const isThere = (): Promise<boolean> => exists(path);
  return openFile(path, form, beginning, { shown: path, recordPath: `${path}.progress`, isThere });
}

/** What errors call a job's output, where its record lies, and whether there is an output. */
interface Place {
  shown: string;
  recordPath: string;
  isThere(): Promise<boolean>;
}

async function openFile(
  path: string,
  form: OutputForm,
  { resume, settings }: Beginning,
  place: Place,
): Promise<Output> {
  const { recordPath } = place;
  const state = await startingPoint(place, { resume, settings });
  await mkdir(dirname(path), { recursive: true });
  const out = await open(path, state ? 'r+' : 'w');
  let bytes = 0;
  let record: FileHandle;
  try {
    if (state) {
      // What came behind the last whole document is written again.
      await out.truncate(state.bytes);
      bytes = state.bytes;
      record = await open(recordPath, 'w');
      await record.write(`${JSON.stringify({ settings })}\n${JSON.stringify(state)}\n`);
    } else {
      bytes = await append(out, 0, form.header);
      record = await open(recordPath, 'w');
      await record.write(`${JSON.stringify({ settings })}\n`);
    }
  } catch (error) {
    await out.close();
    throw error;
  }
  let { done, failed } = state ?? { done: 0, failed: 0 };
  const close = async (): Promise<void> => {
    await out.close();
    await record.close();
  };
  return {
    done,
    failed,
    last: state?.last ?? null,
    async add(which, text) {
      if (text === null) failed++;
      else bytes += await append(out, bytes, (done - failed > 0 ? form.between : '') + text);
      done++;
      await record.write(`${JSON.stringify({ done, failed, last: which, bytes } satisfies Progress)}\n`);
    },
    async finish() {
      await append(out, bytes, form.footer);
      await close();
      await rm(recordPath, { force: true });
    },
    close,
  };
}

async function append(file: FileHandle, at: number, text: string): Promise<number> {
  const buffer = Buffer.from(text, 'utf8');
  for (let written = 0; written < buffer.length;) {
    written += (await file.write(buffer, written, buffer.length - written, at + written)).bytesWritten;
  }
  return buffer.length;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @returns null to begin at the beginning */
async function startingPoint(
  { shown, recordPath, isThere }: Place,
  { resume, settings }: Beginning,
): Promise<Progress | null> {
  const recorded = await exists(recordPath);
  if (!resume) {
    if (recorded) {
      throw new Error(
        `${shown} is the output of an interrupted run. Add --resume to continue it, or delete ${recordPath} to start over.`,
      );
    }
    return null;
  }
  if (!recorded) {
    if (await isThere())
      throw new Error(`${shown} is finished, so there is nothing to resume. To replace it, leave out --resume.`);
    return null;
  }
  return (await readRecord(recordPath, settings)).at(-1) ?? null;
}

const SettingsLine = v.object({
  settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
});

/** The states that a record holds; a last line that was cut off counts for nothing. */
async function readRecord(recordPath: string, settings: Settings): Promise<Progress[]> {
  const [first, ...lines] = (await readFile(recordPath, 'utf8')).split('\n').slice(0, -1);
  if (first === undefined) return [];
  let told: Settings;
  let states: Progress[];
  try {
    told = v.parse(SettingsLine, JSON.parse(first)).settings;
    states = lines.map((line) => JSON.parse(line) as Progress);
  } catch (cause) {
    throw new Error(`${recordPath} is not the record of an interrupted run. To start over, delete it.`, { cause });
  }
  const changed = [...new Set([...Object.keys(told), ...Object.keys(settings)])]
    .filter((name) => told[name] !== settings[name])
    .map((name) => `${name} (was ${inWords(told[name])}, now ${inWords(settings[name])})`);
  if (changed.length === 0) return states;
  throw new Error(
    `These options differ from those of the interrupted run: ${changed.join(', ')}. Use the same options, or delete ${recordPath} to start over.`,
  );
}

function inWords(value: Settings[string]): string {
  if (value === undefined) return 'not set';
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

async function standardOutput(form: OutputForm): Promise<Output> {
  const write = async (text: string): Promise<void> => {
    if (text !== '' && !process.stdout.write(text)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  };
  await write(form.header);
  let written = 0;
  return {
    done: 0,
    failed: 0,
    last: null,
    async add(_, text) {
      if (text !== null) await write((written++ > 0 ? form.between : '') + text);
    },
    finish: () => write(form.footer),
    close: async () => undefined,
  };
}

/** A folder with files for each document, in which a job that was stopped can go on. */
export async function openFolder(
  dir: string | undefined,
  beginning: Beginning,
): Promise<Output & { addFiles(which: string, id: string, files: Readonly<Record<string, string>>): Promise<void> }> {
  if (dir === undefined)
    throw new Error('This format writes files for each document. Specify a folder for them with --out.');
  await mkdir(dir, { recursive: true });
  const names = join(dir, '.names');
  const used = new Set<string>();
  const form = { header: '', between: '', footer: '' };
  const output = await openFile(names, form, beginning, {
    shown: dir,
    recordPath: join(dir, '.progress'),
    isThere: async () => (await readdir(dir)).some((name) => !name.startsWith('.')),
  });
  if (output.done > 0) {
    for (const name of (await readFile(names, 'utf8')).split('\n')) if (name !== '') used.add(name);
  }
  return {
    ...output,
    async addFiles(which, id, files) {
      const plain = id.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_') || 'document';
      let name = plain;
      // On disks that take capitals for small letters too.
      for (let copy = 2; used.has(name.toLowerCase()); copy++) name = `${plain}-${copy}`;
      used.add(name.toLowerCase());
      for (const [extension, content] of Object.entries(files)) {
        await writeFile(join(dir, `${name}.${extension}`), content);
      }
      await output.add(which, `${name.toLowerCase()}\n`);
    },
    async finish() {
      await output.finish();
      await rm(names, { force: true });
    },
  };
}
