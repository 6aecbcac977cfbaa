import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HuggingFaceHub } from '../../../../src/library/hub/huggingFaceHub';
import { COMMIT, type Habits, PrivateHub, sha256 } from './privateHub';
import { failsWith, randomBytes } from './support';

const FILES = {
  'config.json': '{"model_type": "biogpt"}',
  'vocab.json': '{"a": 0}',
  'merges.txt': 'a b 1\n',
  'model.safetensors': randomBytes(50_000, 7),
  'README.md': '# Model',
  'onnx/model.onnx': 'x',
};
const NEEDED = ['config.json', 'merges.txt', 'model.safetensors', 'vocab.json'];

describe('Hubs that are not the Hub', () => {
  let root: string;
  const servers: PrivateHub[] = [];
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'biogpt-private-'))));
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    rmSync(root, { recursive: true, force: true });
  });

  async function start(habits: Habits, files: Record<string, string | Buffer> = FILES): Promise<PrivateHub> {
    const server = await PrivateHub.start(files, habits);
    servers.push(server);
    return server;
  }
  const hubOf = (server: PrivateHub, token?: string): HuggingFaceHub =>
    new HuggingFaceHub({ endpoint: server.endpoint, fetch, sleep: async () => undefined, token });

  /** Lists the repository and fetches what a model needs; each file must be the server's. */
  async function fetchesAll(server: PrivateHub, hub = hubOf(server)) {
    const listing = await hub.list('lab/model', 'main');
    for (const name of NEEDED) {
      const file = listing.files.find((each) => each.name === name);
      assert.ok(file, `${name} is listed`);
      await hub.fetchFile(listing, file, join(root, name), () => undefined);
      assert.ok(readFileSync(join(root, name)).equals(server.files.get(name)!), name);
      assert.ok(!existsSync(join(root, `${name}.part`)) && !existsSync(join(root, `${name}.part.version`)));
    }
    assert.ok(!listing.files.some(({ name }) => name.includes('/')));
    return listing;
  }

  it('know no parameters', async () => {
    const listing = await fetchesAll(await start({ tree: 'noHash' }));
    assert.equal(listing.revision, COMMIT);
  });

  it('know no listing: the names of the model information count', async () => {
    const listing = await fetchesAll(await start({}));
    assert.equal(listing.revision, COMMIT);
    assert.ok(listing.files.every(({ hash }) => hash === undefined));
  });

  it('are Artifactory: a path before everything, no commit in headers, checksums of its own, SHA-1 as ETag', async () => {
    const server = await start({
      prefix: '/artifactory/api/huggingfaceml/remote',
      headers: (content) => ({
        etag: createHash('sha1').update(content).digest('hex'),
        'x-checksum-sha256': sha256(content),
      }),
    });
    const listing = await fetchesAll(server);
    const weights = listing.files.find(({ name }) => name === 'model.safetensors')!;
    assert.deepEqual(weights.hash, { algorithm: 'sha256', hex: sha256(server.files.get('model.safetensors')!) });
  });

  it('are Nexus: 400 for calls it does not know, and HEAD with a length of 0', async () => {
    await fetchesAll(await start({ unknown: (response) => response.writeHead(400).end(), head: 'zeroLength' }));
  });

  it('know HEAD no more than the API', async () => {
    const listing = await fetchesAll(await start({ info: 'none', head: 'refused' }));
    assert.equal(listing.revision, 'main');
  });

  it('are plain file servers that answer with a page for what is not there', async () => {
    const page = (status: number): Habits => ({
      info: 'none',
      unknown: (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>'),
    });
    await fetchesAll(await start(page(404)));
    await fetchesAll(await start(page(200)));
  });

  it('answer 501 or 405 to a listing', async () => {
    for (const status of [501, 405, 410]) {
      await fetchesAll(await start({ unknown: (response) => response.writeHead(status).end() }));
    }
  });

  it('tell the commit in the headers of files alone', async () => {
    const server = await start({ info: 'none', headers: () => ({ 'x-repo-commit': COMMIT }) });
    assert.equal((await fetchesAll(server)).revision, COMMIT);
  });

  it('tell no commit at all', async () => {
    assert.equal((await fetchesAll(await start({ info: 'noSha' }))).revision, 'main');
    assert.equal((await hubOf(await start({ info: 'noSha' })).list('lab/model', COMMIT)).revision, COMMIT);
  });

  it('have sizes and hashes in the model information', async () => {
    const listing = await fetchesAll(await start({ info: 'blobs' }));
    assert.equal(listing.files.find(({ name }) => name === 'config.json')!.hash!.algorithm, 'git-sha1');
  });

  it('send content from another server, which takes no HEAD, and tell size and hash in the redirect', async () => {
    const content = await start({ head: 'refused' });
    const server = await start({
      contentServer: content.origin,
      headers: (bytes) => ({ 'x-linked-size': String(bytes.length), 'x-linked-etag': `"${sha256(bytes)}"` }),
    });
    const listing = await fetchesAll(server);
    assert.ok(listing.files.every(({ hash }) => hash?.algorithm === 'sha256'));
    assert.ok(!content.asked.some(({ method }) => method === 'HEAD'));
  });

  it('redirect without telling the size', async () => {
    const content = await start({ head: 'refused' });
    await fetchesAll(await start({ contentServer: content.origin }));
  });

  it('pass on links to pages of the Hub itself', async () => {
    const listing = await fetchesAll(await start({ tree: 'foreignLinks' }));
    assert.equal(listing.files.length, 5);
  });

  it('send files without their length', async () => {
    await fetchesAll(await start({ tree: 'noHash', lengths: false }));
    await fetchesAll(await start({ lengths: false }));
  });

  it('have an ETag that looks like a hash and is none', async () => {
    await fetchesAll(await start({ headers: () => ({ etag: `"${'b'.repeat(64)}"` }) }));
  });

  it('have weights in shards that nobody lists', async () => {
    const shard = 'model-00001-of-00001.safetensors';
    const { 'model.safetensors': weights, ...rest } = FILES;
    const index = JSON.stringify({ weight_map: { a: shard, b: shard, c: '../x' } });
    const server = await start({ info: 'none' }, { ...rest, [shard]: weights, 'model.safetensors.index.json': index });
    const { files } = await hubOf(server).list('lab/model', 'main');
    assert.ok(files.some(({ name }) => name === shard));
  });

  it('are refused in words if they tell no size', async () => {
    const server = await start({ lengths: false, ranges: false });
    await failsWith(
      hubOf(server).list('lab/model', 'main'),
      false,
      /does not tell the size/,
      /install them from their/,
    );
  });

  it('are refused in words if they have no such model', async () => {
    const server = await start({ info: 'none' }, { 'README.md': '' });
    await failsWith(hubOf(server).list('lab/model', 'main'), false, /does not have this file or model/);
  });

  it('find out what has changed since a download began, where no hash can', async () => {
    const server = await start({ headers: () => ({ etag: '"1"' }) });
    const hub = hubOf(server);
    const listing = await hub.list('lab/model', 'main');
    const file = listing.files.find(({ name }) => name === 'model.safetensors')!;
    const path = join(root, file.name);
    const content = server.files.get(file.name)!;
    // A part of the same version goes on; one of another, or of nobody knows what, begins anew.
    for (const [kept, goesOn] of [
      ['"1"', true],
      ['"0"', false],
      [undefined, false],
    ] as const) {
      rmSync(path, { force: true });
      writeFileSync(`${path}.part`, goesOn ? content.subarray(0, 20_000) : Buffer.alloc(20_000));
      rmSync(`${path}.part.version`, { force: true });
      if (kept !== undefined) writeFileSync(`${path}.part.version`, kept);
      const told: number[] = [];
      await hub.fetchFile(listing, file, path, (done) => told.push(done));
      assert.ok(readFileSync(path).equals(content), `version ${kept}`);
      assert.equal(!told.includes(0), goesOn, `version ${kept}`);
    }
  });

  it('send the token to the server that it is for, and to no other', async () => {
    const content = await start({ head: 'refused' });
    const server = await start({ token: 'hf_secret', contentServer: content.origin, tree: 'foreignLinks' });
    await fetchesAll(server, hubOf(server, ' hf_secret\n'));
    assert.ok(server.asked.every(({ authorization }) => authorization === 'Bearer hf_secret'));
    assert.ok(content.asked.length > 0 && content.asked.every(({ authorization }) => authorization === undefined));
  });

  it('ask for a token, or refuse the one they get, and no error repeats it', async () => {
    const server = await start({ token: 'hf_right' });
    const access = async (token?: string): Promise<unknown> => {
      try {
        await hubOf(server, token).list('lab/model', 'main');
        return 'open';
      } catch (error) {
        const { message, stack, access } = error as { message: string; stack: string; access?: string };
        assert.ok(!`${message}${stack}${JSON.stringify(error)}`.includes('hf_wrong'), message);
        assert.match(message, /Set Access Token|HF_TOKEN/);
        return access;
      }
    };
    assert.equal(await access(), 'needed');
    assert.equal(await access('hf_wrong'), 'refused');
    assert.equal(await access('hf_right'), 'open');
    assert.throws(() => hubOf(server, 'hf_wrong\nmore'), /characters that no token has/);
    assert.throws(
      () => hubOf(server, 'hf_wrong\nmore'),
      (error: Error) => !error.message.includes('hf_wrong'),
    );
  });

  it('are not asked with a password in their address', async () => {
    const server = await start({});
    const endpoint = server.origin.replace('//', '//me:hidden@');
    const hub = new HuggingFaceHub({ endpoint, fetch });
    await failsWith(hub.list('lab/model', 'main'), false, /contains a user name or a password/);
    await assert.rejects(hub.list('lab/model', 'main'), (error: Error) => !error.message.includes('hidden'));
    assert.deepEqual(server.asked, []);
  });
});
