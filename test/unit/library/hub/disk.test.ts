import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HuggingFaceHub } from '../../../../src/library/hub/huggingFaceHub';

const CHUNK = 64 * 1024;
const CHUNKS = 400;

describe('a disk that takes bytes slowly, or none', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'biogpt-hub-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('slows the transfer down and lets other work go on', async () => {
    const path = join(root, 'model.safetensors');
    let produced = 0;
    let mostAhead = 0;
    let turns = 0;
    const bytes = CHUNK * CHUNKS;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      produced += CHUNK;
      mostAhead = Math.max(mostAhead, produced - statSync(`${path}.part`).size);
      controller.enqueue(new Uint8Array(CHUNK));
      if (produced === bytes) controller.close();
    };
    const hub = new HuggingFaceHub({
      endpoint: 'http://hub.invalid',
      fetch: async () => new Response(new ReadableStream({ pull }), { headers: { 'content-length': String(bytes) } }),
    });
    const file = {
      name: 'model.safetensors',
      bytes,
      hash: { algorithm: 'sha256' as const, hex: createHash('sha256').digest('hex') },
    };
    const other = setInterval(() => turns++, 0);
    await hub.fetchFile({ repo: 'lab/tiny', revision: '0'.repeat(40), files: [file] }, file, path, () => undefined);
    clearInterval(other);
    assert.equal(statSync(path).size, bytes);
    assert.ok(mostAhead <= 4 * CHUNK, `${mostAhead} bytes ahead of the disk`);
    assert.ok(turns > 3, `${turns} turns of other work`);
  });

  it('says that the disk is full', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const path = join(root, 'vocab.json');
    symlinkSync('/dev/full', `${path}.part`);
    const hub = new HuggingFaceHub({
      endpoint: 'http://hub.invalid',
      fetch: async () => new Response(new Uint8Array(10)),
    });
    const file = { name: 'vocab.json', bytes: 10, hash: { algorithm: 'sha256' as const, hex: '' } };
    const fetching = hub.fetchFile(
      { repo: 'lab/tiny', revision: '0'.repeat(40), files: [file] },
      file,
      path,
      () => undefined,
    );
    await assert.rejects(fetching, { name: 'ModelError', message: /the disk is full/ });
  });
});
