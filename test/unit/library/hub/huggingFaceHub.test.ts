import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HuggingFaceHub } from '../../../../src/library/hub/huggingFaceHub';
import { once } from '../../../support/testHub/faults';
import { failsWith, Fixture, LARGE_BYTES, REPO } from './support';

describe('listing a repository', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await Fixture.create({ pageSize: 2, stallMs: 150 });
  });
  afterEach(() => fixture.close());

  it('gives the files of all pages with sizes and hashes', () => {
    const { listing, repo } = fixture;
    assert.deepEqual(listing.files.map(({ name }) => name).sort(), [
      'README.md',
      'config.json',
      'merges.txt',
      'model.safetensors',
      'pytorch_model.bin',
      'vocab.json',
    ]);
    const weights = readFileSync(join(repo, 'model.safetensors'));
    assert.deepEqual(fixture.file('model.safetensors'), {
      name: 'model.safetensors',
      bytes: LARGE_BYTES,
      hash: { algorithm: 'sha256', hex: createHash('sha256').update(weights).digest('hex') },
    });
    const config = readFileSync(join(repo, 'config.json'));
    assert.deepEqual(fixture.file('config.json').hash, {
      algorithm: 'git-sha1',
      hex: createHash('sha1').update(`blob ${config.length}\0`).update(config).digest('hex'),
    });
  });

  it('pins the commit: by branch, in full, or by its first digits', async () => {
    const { hub, server, repo } = fixture;
    const old = fixture.listing.revision;
    writeFileSync(join(repo, 'README.md'), 'changed');
    const latest = await server.publish(REPO, repo);
    assert.notEqual(old, latest);
    assert.equal((await hub.list(REPO, 'main')).revision, latest);
    assert.equal((await hub.list(REPO, old)).revision, old);
    assert.equal((await hub.list(REPO, latest.slice(0, 7))).revision, latest);
    assert.equal((await hub.list(REPO, old.slice(0, 8))).revision, old);
    await failsWith(hub.list(REPO, '0123456'), false, /no such commit/);
    await failsWith(hub.list(REPO, '0'.repeat(40)), false, /no such revision/, /Invalid rev id/);
    await failsWith(hub.list(REPO, 'next'), false, /no such revision/, /Check the name of the branch, tag, or commit/);
  });

  it('names what is not the name of a repository', async () => {
    const before = fixture.server.requests.length;
    for (const repo of ['../api/models', 'a/b/c', 'a/../b', '', 'a b/c', '..', 'a/..']) {
      await failsWith(fixture.hub.list(repo, 'main'), false, /not the name of a repository/);
    }
    assert.equal(fixture.server.requests.length, before);
  });

  it('leaves out folders', async () => {
    mkdirSync(join(fixture.repo, 'runs'));
    await fixture.server.publish(REPO, fixture.repo);
    assert.equal((await fixture.hub.list(REPO, 'main')).files.length, 6);
  });

  it('tries again what may pass by itself', async () => {
    for (const fault of [
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429 },
      { kind: 'drop', afterBytes: 0 },
      { kind: 'stall', afterBytes: -1 },
    ] as const) {
      fixture.server.plan = once(fault, ({ kind }) => kind === 'api');
      assert.equal((await fixture.hub.list(REPO, 'main')).files.length, 6);
      assert.equal(fixture.pauses.splice(0).length, 1);
    }
  });

  it('gives up soon', async () => {
    fixture.server.plan = () => ({ kind: 'status', status: 502 });
    await failsWith(fixture.hub.list(REPO, 'main'), true, /the server reported an error \(HTTP 502\)/);
    assert.deepEqual(fixture.pauses, [300, 600, 1200]);
  });

  it('says what may be wrong with the repository', async () => {
    await failsWith(
      fixture.hub.list('lab/none', 'main'),
      false,
      /access was denied: the repository does not exist, is private/,
    );
    fixture.server.plan = () => ({
      kind: 'status',
      status: 403,
      headers: { 'x-error-code': 'GatedRepo', 'x-error-message': 'Ask me.' },
    });
    await failsWith(fixture.hub.list(REPO, 'main'), false, /is gated/, /Ask me\./, /install it from its folder/);
    fixture.server.plan = () => ({ kind: 'status', status: 451 });
    await failsWith(fixture.hub.list(REPO, 'main'), false, /legal reasons/);
  });

  it('recognises what is no Hub', async () => {
    const html = { 'content-type': 'text/html' };
    fixture.server.plan = () => ({ kind: 'status', status: 404, headers: html, body: '<html>' });
    await failsWith(fixture.hub.list(REPO, 'main'), false, /is not a Hugging Face Hub/, /biogpt\.hub\.endpoint/);
    fixture.server.plan = () => ({ kind: 'portal' });
    await failsWith(
      fixture.hub.list(REPO, 'main'),
      false,
      /a web page arrived instead of data/,
      /Open the address in a browser/,
    );
    for (const body of ['index of /', '42', '{"sha": 1}', '{}']) {
      fixture.server.plan = () => ({ kind: 'status', status: 200, body });
      await failsWith(
        fixture.hub.list(REPO, 'main'),
        false,
        /not one from a Hugging Face Hub|does not specify a commit/,
        /biogpt\.hub\.endpoint/,
      );
    }
  });

  it('takes entries without a hash, and asks the file itself for what is missing', async () => {
    fixture.server.plan = ({ path }) =>
      path.includes('/tree/')
        ? { kind: 'status', status: 200, body: '[{"type":"file","path":"vocab.json"}]' }
        : undefined;
    const { files } = await fixture.hub.list(REPO, 'main');
    assert.deepEqual(files, [{ name: 'vocab.json', bytes: 150_001 }]);
  });

  it('stops on abort with its reason', async () => {
    fixture.server.plan = () => ({ kind: 'stall', afterBytes: -1 });
    const abort = new AbortController();
    const listing = fixture.hub.list(REPO, 'main', abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await assert.rejects(listing, /enough/);
  });

  it('takes an endpoint with a path and slashes at its end', async () => {
    const { server } = fixture;
    const mirror = createHttpServer((request, response) => {
      void fetch(server.url + request.url!.replace('/mirror', '')).then(async (answer) => {
        response
          .writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! })
          .end(await answer.text());
      });
    });
    await listening(mirror);
    const hub = new HuggingFaceHub({ endpoint: ` ${addressOf(mirror, 'http')}/mirror// `, fetch });
    assert.equal(hub.endpoint, `${addressOf(mirror, 'http')}/mirror`);
    assert.equal((await hub.list(REPO, 'main')).revision, fixture.listing.revision);
    mirror.closeAllConnections();
    mirror.close();
  });
});

describe('a Hub that cannot be reached', () => {
  const at = (endpoint: string, fetcher: typeof fetch = fetch): HuggingFaceHub =>
    new HuggingFaceHub({ endpoint, fetch: fetcher, sleep: async () => undefined });

  it('refuses connections', async () => {
    const server = createHttpServer();
    await listening(server);
    const address = addressOf(server, 'http');
    server.close();
    await failsWith(
      at(address).list(REPO, 'main'),
      true,
      /refuses connections \(ECONNREFUSED\)/,
      /http\.proxy/,
      /biogpt\.hub\.endpoint/,
    );
  });

  it('has no name', async () => {
    await failsWith(
      at('http://hub.invalid').list(REPO, 'main'),
      true,
      /cannot be reached: there is no network, or no such server/,
    );
  });

  it('has a certificate that is not trusted', async () => {
    const server = createServer({ key: fixture('selfSigned.key.pem'), cert: fixture('selfSigned.cert.pem') });
    await listening(server);
    await failsWith(
      at(addressOf(server, 'https')).list(REPO, 'main'),
      false,
      /certificate is not trusted.*SELF_SIGNED/,
      /its issuer is unknown/,
      /Install the root certificate.*http\.systemCertificates/,
      /NODE_EXTRA_CA_CERTS/,
    );
    server.closeAllConnections();
    server.close();
  });

  it('has a certificate that NODE_EXTRA_CA_CERTS makes good', async () => {
    const server = createServer({ key: fixture('selfSigned.key.pem'), cert: fixture('selfSigned.cert.pem') });
    server.on('request', (_request, response) => response.writeHead(404).end());
    await listening(server);
    const program = `fetch(${JSON.stringify(addressOf(server, 'https'))}).then((r) => console.log(r.status), (e) => console.log(e.cause.code))`;
    const answer = async (env: NodeJS.ProcessEnv): Promise<string> =>
      (await promisify(execFile)(process.execPath, ['-e', program], { env: { ...process.env, ...env } })).stdout.trim();
    assert.match(await answer({}), /SELF_SIGNED/);
    const file = join(__dirname, 'fixtures', 'selfSigned.cert.pem');
    assert.doesNotMatch(await answer({ NODE_EXTRA_CA_CERTS: file }), /SELF_SIGNED|UNABLE/);
    server.closeAllConnections();
    server.close();
  });

  it('tells what is wrong with a certificate', async () => {
    const failing = (code: string) => async (): Promise<Response> => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('TLS'), { code }) });
    };
    for (const [code, pattern] of [
      ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /issuer is unknown.*root certificate/],
      ['SELF_SIGNED_CERT_IN_CHAIN', /issuer is unknown.*root certificate/],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /issuer is unknown.*root certificate/],
      ['CERT_HAS_EXPIRED', /expired.*date and time/],
      ['ERR_TLS_CERT_ALTNAME_INVALID', /for a different server.*biogpt\.hub\.endpoint/],
      ['ERR_SSL_WRONG_VERSION_NUMBER', /no secure connection/],
      ['EPROTO', /no secure connection/],
    ] as const) {
      await failsWith(at('https://hub.invalid', failing(code)).list(REPO, 'main'), false, pattern);
    }
  });

  it('lies behind a proxy that asks for a login', async () => {
    const server = createHttpServer((_request, response) => response.writeHead(407).end());
    await listening(server);
    await failsWith(
      at(addressOf(server, 'http')).list(REPO, 'main'),
      false,
      /proxy requires a login/,
      /http\.proxyAuthorization/,
    );
    server.closeAllConnections();
    server.close();
    // As VS Code's own proxy support words it, and Chromium's.
    const failing = (cause: Error) => async (): Promise<Response> => {
      throw new TypeError('fetch failed', { cause });
    };
    const tunnel = Object.assign(new Error('Proxy response (407) !== 200 when HTTP Tunneling'), {
      code: 'UND_ERR_ABORTED',
    });
    await failsWith(at('https://hub.invalid', failing(tunnel)).list(REPO, 'main'), false, /proxy requires a login/);
    for (const [message, retryable, pattern] of [
      ['net::ERR_PROXY_CONNECTION_FAILED', true, /proxy could not be used/],
      ['net::ERR_CERT_AUTHORITY_INVALID', false, /certificate is not trusted/],
      ['net::ERR_NAME_NOT_RESOLVED', true, /no network, or no such server/],
      ['net::ERR_CONNECTION_TIMED_OUT', true, /did not respond in time/],
      ['net::ERR_CONNECTION_RESET', true, /the connection was lost \(net::ERR_CONNECTION_RESET\)/],
    ] as const) {
      await failsWith(at('https://hub.invalid', failing(new Error(message))).list(REPO, 'main'), retryable, pattern);
    }
  });

  it('has no address', async () => {
    for (const endpoint of ['', 'huggingface.co', 'file:///etc', 'http://']) {
      await failsWith(
        at(endpoint).list(REPO, 'main'),
        false,
        /not the address of a Hugging Face Hub/,
        /https:\/\/huggingface\.co/,
      );
    }
  });
});

function fixture(name: string): Buffer {
  return readFileSync(join(__dirname, 'fixtures', name));
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function addressOf(server: Server, scheme: string): string {
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
