import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { linesOf } from './output';

/**
 * The values of a `.jsonl` or `.jsonl.xz` file, one JSON object a line, in the form of `schema`. Empty lines are passed over.
 * @param what the file is, in words, for its errors: "the predictions"
 * @throws Error that names the file, its line and the field: no such file, no JSON, another form; a damaged archive, no xz
 */
export async function* readJsonLines<S extends v.GenericSchema>(
  path: string,
  schema: S,
  what: string,
): AsyncGenerator<v.InferOutput<S>> {
  let number = 0;
  for await (const line of textLines(path, what)) {
    number++;
    if (line.trim() === '') continue;
    const where = `${path}, line ${number}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new Error(`${where}: this is not JSON (${(error as Error).message}).`, { cause: error });
    }
    yield checked(schema, value, where);
  }
}

/** The one JSON value of a `.json` or `.json.xz` file. @throws Error as `readJsonLines` */
export async function readJson<S extends v.GenericSchema>(
  path: string,
  schema: S,
  what: string,
): Promise<v.InferOutput<S>> {
  const lines: string[] = [];
  for await (const line of textLines(path, what)) lines.push(line);
  let value: unknown;
  try {
    value = JSON.parse(lines.join('\n'));
  } catch (error) {
    throw new Error(`${path}: this is not JSON (${(error as Error).message}).`, { cause: error });
  }
  return checked(schema, value, path);
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown, where: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new Error(`${where}: ${field ? `"${field}": ` : ''}${issue.message}.`);
}

async function* textLines(path: string, what: string): AsyncGenerator<string> {
  yield* linesOf(Readable.from(textChunks(path, what)));
}

/** The text of a file, or of one that xz has packed, in pieces. @throws Error as `readJsonLines` */
export async function* textChunks(path: string, what: string): AsyncGenerator<string> {
  const problem = await stat(path).then(
    (found) => (found.isDirectory() ? 'it is a folder' : null),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'there is no such file' : error.message),
  );
  if (problem !== null) throw new Error(`Cannot read ${what} in ${path}: ${problem}.`);
  if (!path.endsWith('.xz')) return yield* createReadStream(path, 'utf8') as AsyncIterable<string>;
  const { stream, ended } = unpacked(path);
  try {
    stream.setEncoding('utf8');
    yield* stream as AsyncIterable<string>;
  } finally {
    stream.destroy();
  }
  await ended;
}

function unpacked(path: string): { stream: Readable; ended: Promise<void> } {
  const child = spawn('xz', ['-dc', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<void>((done, fail) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'ENOENT'
          ? new Error(`${path} is packed with xz, which is not installed. Install xz, or unpack the file first.`)
          : error,
      ),
    );
    // A reader that stops early ends xz by closing its pipe.
    child.on('close', (code, signal) =>
      code === 0 || signal === 'SIGPIPE' ? done() : fail(new Error(`${path} cannot be unpacked: ${complaint.trim()}`)),
    );
  });
  // Thrown where it is awaited, which a failing reader may not reach.
  ended.catch(() => undefined);
  child.on('error', () => child.stdout.destroy());
  return { stream: child.stdout, ended };
}
