import type { Readable } from 'node:stream';

/** Ends quietly when the reader of a pipe goes away (`biogpt tokenize | head`). */
export function failOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

/** Prints one result, as a line of JSON or in words. Resolves when the stream can take more. */
export async function print(json: boolean, value: object, text: () => string): Promise<void> {
  const line = `${json ? JSON.stringify(value) : text()}\n`;
  if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** The lines of standard input. */
export function inputLines(): AsyncIterable<string> {
  return linesOf(process.stdin);
}

/** The lines of a text; only `\n` and `\r\n` end one. */
export async function* linesOf(stream: Readable): AsyncIterable<string> {
  // readline also breaks at U+2028, U+2029 and a lone \r, which are white space inside a text.
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
