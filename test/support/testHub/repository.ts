import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file as the Hub lists it. */
export interface HubFile {
  path: string;
  /** Where its content lies. */
  source: string;
  bytes: number;
  /** Git's object id: of the content, or of the pointer that stands for it. */
  oid: string;
  /** SHA-256 of a file in large-file storage. */
  sha256?: string;
  pointerBytes?: number;
}

export interface Commit {
  id: string;
  files: Map<string, HubFile>;
}

/** Files that the Hub keeps in large-file storage: weights whatever their size, and all that is large. */
const LARGE_NAME = /\.(bin|safetensors|pt|onnx|tgz)$/;
const LARGE_BYTES = 10_000_000;

/** A folder's files as a commit; the same content has the same id. */
export async function readCommit(folder: string): Promise<Commit> {
  const files = new Map<string, HubFile>();
  const hash = createHash('sha1');
  for (const path of (await readdir(folder)).sort()) {
    const source = join(folder, path);
    const stats = await stat(source);
    if (!stats.isFile()) continue;
    const file = await describe(path, source, stats.size);
    files.set(path, file);
    hash.update(`${path} ${file.oid}\n`);
  }
  return { id: hash.digest('hex'), files };
}

async function describe(path: string, source: string, bytes: number): Promise<HubFile> {
  if (bytes < LARGE_BYTES && !LARGE_NAME.test(path)) {
    return { path, source, bytes, oid: gitId(await readFile(source)) };
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(source)) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes}\n`);
  return { path, source, bytes, oid: gitId(pointer), sha256, pointerBytes: pointer.length };
}

function gitId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
