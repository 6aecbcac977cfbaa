import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressOf, isThisMachine, readServerAddress } from '../../../src/client/serverAddress';
import { readRetryAfter, serverFetch } from '../../../src/client/serverFetch';
import { ConnectionFailed, type AskServer, type ServerAnswer } from '../../../src/protocol/server';

describe('the address of a server', () => {
  const read = (text: string, allowHttp = false): string => {
    const reading = readServerAddress(text, { allowHttp });
    return reading.ok ? reading.url.href : reading.problem;
  };

  it('is a base URL, to which /v1 belongs unless it has a path', () => {
    assert.equal(read('https://gpu.example.org'), 'https://gpu.example.org/v1');
    assert.equal(read(' https://gpu.example.org:8443/v1/ '), 'https://gpu.example.org:8443/v1');
    assert.equal(read('https://gpu.example.org/openai/v1'), 'https://gpu.example.org/openai/v1');
    assert.equal(read('http://localhost:8000'), 'http://localhost:8000/v1');
  });

  it('is refused where it makes no sense or would give something away', () => {
    assert.equal(read('gpu'), 'notAnAddress');
    assert.equal(read('gpu:8000'), 'wrongProtocol');
    assert.equal(read('file:///etc/passwd'), 'wrongProtocol');
    assert.equal(read('https://me:secret@gpu.example.org'), 'holdsSecret');
    assert.equal(read('https://gpu.example.org/v1?key=secret'), 'holdsQuery');
    assert.equal(read('https://gpu.example.org/v1#a'), 'holdsQuery');
  });

  it('is encrypted unless it is this machine, or somebody has said so', () => {
    assert.equal(read('http://gpu.example.org/v1'), 'notEncrypted');
    assert.equal(read('http://192.168.1.5:8000/v1'), 'notEncrypted');
    assert.equal(read('http://192.168.1.5:8000/v1', true), 'http://192.168.1.5:8000/v1');
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
      assert.ok(isThisMachine(new URL(`http://${host}:1/`)), host);
    }
    for (const host of ['localhost.example.org', '127.0.0.1.example.org', '[::2]', '0.0.0.0']) {
      assert.ok(!isThisMachine(new URL(`http://${host}:1/`)), host);
    }
  });

  it('leads to three paths', () => {
    const at = (base: string): string[] =>
      (['models', 'completions', 'completion'] as const).map((path) => addressOf(new URL(base), path).pathname);
    assert.deepEqual(at('http://a/v1'), ['/v1/models', '/v1/completions', '/completion']);
    assert.deepEqual(at('http://a/openai/v1'), ['/openai/v1/models', '/openai/v1/completions', '/openai/completion']);
  });
});

describe('asking a server', () => {
  let server: Server;
  let seen: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  let answer: (response: ServerResponse) => void;
  let closed: number;
  let ask: AskServer;
  const never = new AbortController().signal;

  beforeEach(async () => {
    seen = [];
    closed = 0;
    answer = (response) => response.end('{}');
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ method: request.method!, path: request.url!, headers: request.headers, body });
        response.on('close', () => closed++);
        answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ask = serverFetch({ base: base(), key: 'secret', fetch: globalThis.fetch });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const base = (): URL => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  const textOf = async ({ body }: ServerAnswer): Promise<string> => {
    let text = '';
    for await (const piece of body) text += piece;
    return text;
  };

  it('does not pass on the key where a server repeats it, in whatever pieces', async () => {
    const words = '{"error": "The key secret is wrong. Not secret, but sec"}';
    for (const at of [1, 18, 20, 22, 40]) {
      answer = (response) => {
        response.writeHead(401);
        response.write(words.slice(0, at));
        setTimeout(() => response.end(words.slice(at)), 20);
      };
      const text = await textOf(await ask({ path: 'models' }, never));
      assert.equal(text, '{"error": "The key … is wrong. Not …, but sec"}');
    }
  });

  it('sends a body, its type and the key, and nothing of this machine', async () => {
    const reply = await ask({ path: 'completions', body: '{"prompt":[2]}' }, never);
    assert.equal(await textOf(reply), '{}');
    const [{ method, path, headers, body }] = seen as [(typeof seen)[0]];
    assert.deepEqual({ method, path, body }, { method: 'POST', path: '/v1/completions', body: '{"prompt":[2]}' });
    assert.equal(headers.authorization, 'Bearer secret');
    assert.equal(headers['content-type'], 'application/json');
    // The others are those of `fetch` itself.
    const own = ['authorization', 'content-type', 'content-length', 'host', 'connection', 'accept', 'accept-encoding'];
    const ofFetch = ['accept-language', 'user-agent', 'sec-fetch-mode'];
    assert.deepEqual(
      Object.keys(headers).filter((name) => ![...own, ...ofFetch].includes(name)),
      [],
    );
    assert.equal(headers['user-agent'], 'node');
  });

  it('follows no redirect', async () => {
    answer = (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/v1/models' }).end();
    assert.equal((await ask({ path: 'models' }, never)).status, 307);
    assert.equal(seen.length, 1);
  });

  it('tells status and patience', async () => {
    answer = (response) => response.writeHead(429, { 'retry-after': '3' }).end('busy');
    const reply = await ask({ path: 'models' }, never);
    assert.equal(reply.status, 429);
    assert.equal(reply.retryAfterMs, 3000);
    assert.equal(await textOf(reply), 'busy');
    assert.equal(readRetryAfter('Sun, 29 Nov 2026 12:00:10 GMT', Date.parse('2026-11-29T12:00:00Z')), 10_000);
    assert.equal(readRetryAfter('Sun, 29 Nov 2026 11:00:00 GMT', Date.parse('2026-11-29T12:00:00Z')), 0);
    assert.equal(readRetryAfter('soon'), undefined);
    assert.equal(readRetryAfter(null), undefined);
  });

  it('keeps letters whole that come in pieces', async () => {
    answer = (response) => {
      const bytes = Buffer.from('α');
      response.write(bytes.subarray(0, 1));
      setTimeout(() => response.end(bytes.subarray(1)), 20);
    };
    assert.equal(await textOf(await ask({ path: 'models' }, never)), 'α');
  });

  it('closes the connection when nobody reads on', async () => {
    answer = (response) => response.write('first');
    const reply = await ask({ path: 'models' }, never);
    for await (const piece of reply.body) {
      assert.equal(piece, 'first');
      break;
    }
    while (closed === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('closes it when it is cancelled, before and while the answer comes', async () => {
    for (const begins of [false, true]) {
      answer = (response) => (begins ? response.write('first') : undefined);
      closed = 0;
      const before = seen.length;
      const controller = new AbortController();
      const work = ask({ path: 'models' }, controller.signal).then(textOf);
      while (seen.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error('Enough.'));
      await assert.rejects(work, /Enough/);
      while (closed === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('says why it failed, without address or key', async () => {
    answer = (response) => {
      response.write('first');
      setTimeout(() => response.destroy(), 20);
    };
    const cut = await ask({ path: 'models' }, never)
      .then(textOf)
      .catch((error: unknown) => error);
    assert.ok(cut instanceof ConnectionFailed, String(cut));
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const closedAt = new URL(`http://127.0.0.1:${(free.address() as AddressInfo).port}/v1`);
    await new Promise((resolve) => free.close(resolve));
    const nobody = serverFetch({ base: closedAt, key: 'secret', fetch: globalThis.fetch });
    const absent = await nobody({ path: 'models' }, never).catch((error: unknown) => error);
    assert.ok(absent instanceof ConnectionFailed);
    assert.equal(absent.reason, 'ECONNREFUSED');
    for (const { message } of [cut, absent]) assert.doesNotMatch(message, /secret|127\.0/);
  });
});
