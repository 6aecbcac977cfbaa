import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once, type Fault } from '../../../support/testHub/faults';
import { failsWith, Fixture, LARGE_BYTES, SMALL_WEIGHTS_BYTES } from './support';

const LARGE = 'model.safetensors';
const WEIGHTS = 'pytorch_model.bin';
const PLAIN = 'vocab.json';
const HALF = 500_000;

describe('fetching a file', () => {
  let fixture: Fixture;
  afterEach(() => fixture.close());

  const published = (name: string): Buffer => readFileSync(join(fixture.repo, name));
  const fetched = (name: string): Buffer => readFileSync(fixture.path(name));
  const part = (name: string): string => `${fixture.path(name)}.part`;
  /** Leaves a part as an interrupted try does. */
  const leavePart = (name: string, bytes: number): void =>
    writeFileSync(part(name), published(name).subarray(0, bytes));

  async function fetchesWhole(name: string): Promise<void> {
    await fixture.fetch(name);
    assert.ok(fetched(name).equals(published(name)), 'the content differs');
    assert.ok(!existsSync(part(name)));
  }

  describe('from a server in order', () => {
    beforeEach(async () => {
      fixture = await Fixture.create();
    });

    it('brings plain files and those behind a redirect, each byte once', async () => {
      for (const name of [PLAIN, WEIGHTS, LARGE]) {
        await fetchesWhole(name);
        assert.equal(fixture.server.bytesSent(name), published(name).length);
      }
      for (const { headers } of fixture.server.requests.filter(({ kind }) => kind === 'content')) {
        assert.equal(headers['accept-encoding'], 'identity');
      }
      assert.deepEqual(fixture.pauses, []);
    });

    it('tells of the bytes on disk as they come', async () => {
      const told: number[] = [];
      await fixture.fetch(LARGE, (done) => told.push(done));
      assert.equal(told[0], 0);
      assert.equal(told.at(-1), LARGE_BYTES);
      assert.ok(told.length > 10);
      assert.deepEqual(
        told,
        [...told].sort((a, b) => a - b),
      );
    });

    it('does not fetch what is there', async () => {
      copyFileSync(join(fixture.repo, PLAIN), fixture.path(PLAIN));
      let told = 0;
      await fixture.fetch(PLAIN, (done) => (told = done));
      assert.equal(told, published(PLAIN).length);
      assert.equal(fixture.server.bytesSent(PLAIN), 0);
    });

    it('fetches anew what is there with other content', async () => {
      writeFileSync(fixture.path(PLAIN), Buffer.alloc(published(PLAIN).length));
      await fetchesWhole(PLAIN);
    });

    it('goes on where an earlier try has stopped, from the stable address', async () => {
      leavePart(LARGE, LARGE_BYTES - 1000);
      await fetchesWhole(LARGE);
      assert.equal(fixture.server.bytesSent(LARGE), 1000);
      const [redirect, content] = fixture.server.requests.slice(-2);
      assert.equal(redirect!.kind, 'redirect');
      assert.equal(redirect!.headers.range, `bytes=${LARGE_BYTES - 1000}-`);
      assert.equal(content!.status, 206);
    });

    it('needs no request for a part that is whole', async () => {
      leavePart(WEIGHTS, SMALL_WEIGHTS_BYTES);
      await fetchesWhole(WEIGHTS);
      assert.equal(fixture.server.bytesSent(WEIGHTS), 0);
    });

    it('drops a part that is longer than the file', async () => {
      writeFileSync(part(PLAIN), Buffer.alloc(published(PLAIN).length + 1));
      await fetchesWhole(PLAIN);
    });

    it('starts over once when the part has other content', async () => {
      writeFileSync(part(WEIGHTS), Buffer.alloc(HALF));
      const told: number[] = [];
      await fixture.fetch(WEIGHTS, (done) => told.push(done));
      assert.ok(fetched(WEIGHTS).equals(published(WEIGHTS)));
      assert.ok(told.includes(0), 'the progress starts over');
      assert.equal(fixture.server.bytesSent(WEIGHTS), 2 * SMALL_WEIGHTS_BYTES - HALF);
    });

    it('stops on abort with its reason and keeps the part', async () => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const fetching = fixture.fetch(LARGE, (done) => done > 2e6 && abort.abort(reason), abort.signal);
      await assert.rejects(fetching, reason);
      const kept = statSync(part(LARGE)).size;
      assert.ok(kept > 2e6 && kept < LARGE_BYTES, String(kept));
      assert.ok(readFileSync(part(LARGE)).equals(published(LARGE).subarray(0, kept)));
      await fetchesWhole(LARGE);
    });

    it('does nothing for a signal that has aborted', async () => {
      const before = fixture.server.requests.length;
      const reason = new Error('never mind');
      await assert.rejects(fixture.fetch(LARGE, undefined, AbortSignal.abort(reason)), reason);
      assert.equal(fixture.server.requests.length, before);
    });

    it('says where the file should have gone', async () => {
      await assert.rejects(
        fixture.hub.fetchFile(fixture.listing, fixture.file(PLAIN), join(fixture.root, 'none', PLAIN), () => undefined),
        { name: 'ModelError', message: /none.*does not exist/ },
      );
    });
  });

  describe('from a server with faults', () => {
    beforeEach(async () => {
      fixture = await Fixture.create({ stallMs: 150 });
    });

    const passing: [name: string, fault: Fault, file: string][] = [
      ['a connection that drops before the answer', { kind: 'drop', afterBytes: 0 }, LARGE],
      ['a connection that drops midway', { kind: 'drop', afterBytes: 300_000 }, WEIGHTS],
      ['a server that falls silent midway', { kind: 'stall', afterBytes: 300_000 }, WEIGHTS],
      ['a server that does not answer', { kind: 'stall', afterBytes: -1 }, WEIGHTS],
      ['a body shorter than announced', { kind: 'truncate', bytes: 300_000, announced: 'whole' }, WEIGHTS],
      ['a shorter file', { kind: 'truncate', bytes: 300_000, announced: 'sent' }, WEIGHTS],
      [
        'a body of no announced length that ends early',
        { kind: 'truncate', bytes: 300_000, announced: 'nothing' },
        WEIGHTS,
      ],
      ['a longer file', { kind: 'lengthen', bytes: 1 }, WEIGHTS],
      ['a flipped byte', { kind: 'flip', atByte: 4711 }, WEIGHTS],
      ['a flipped byte in a plain file', { kind: 'flip', atByte: 4711 }, PLAIN],
      ['500', { kind: 'status', status: 500 }, WEIGHTS],
      ['503', { kind: 'status', status: 503 }, PLAIN],
      ['416', { kind: 'status', status: 416 }, WEIGHTS],
      ['a redirect to an address that has expired', { kind: 'expiredRedirect' }, WEIGHTS],
      ['a compressed body', { kind: 'gzip' }, PLAIN],
    ];
    for (const [name, fault, file] of passing) {
      it(`gets over ${name}`, async () => {
        const kind = fault.kind === 'expiredRedirect' ? 'redirect' : 'content';
        fixture.server.plan = once(fault, (request) => request.kind === kind && request.path === file);
        await fetchesWhole(file);
        assert.equal(fixture.server.requests.filter((request) => request.fault).length, 1);
      });
    }

    it('transfers no byte twice over many drops', async () => {
      let drops = 0;
      fixture.server.plan = ({ kind }) =>
        kind === 'content' && ++drops <= 12 ? { kind: 'drop', afterBytes: 1_000_000 } : undefined;
      await fetchesWhole(LARGE);
      assert.equal(drops, 13);
      // A resume needs each byte that the server has sent to be on disk.
      assert.ok(fixture.server.bytesSent(LARGE) <= 1.01 * LARGE_BYTES, String(fixture.server.bytesSent(LARGE)));
      assert.ok(
        fixture.pauses.every((ms) => ms === 300),
        'patience starts anew with each progress',
      );
    });

    it('gives up after so many tries without progress, with growing pauses', async () => {
      fixture.server.plan = () => ({ kind: 'status', status: 500 });
      await failsWith(fixture.fetch(WEIGHTS), true, /the server reported an error \(HTTP 500\)/, /Try again later/);
      assert.deepEqual(fixture.pauses, [300, 600, 1200, 2400, 4800, 9600, 19_200, 20_000]);
    });

    it('waits as long as the server asks, within bounds', async () => {
      let answers = 0;
      const waits = ['7', '100000', new Date(Date.now() + 60_000).toUTCString()];
      fixture.server.plan = ({ kind }) => {
        if (kind !== 'content' || answers === waits.length) return undefined;
        return { kind: 'status', status: answers === 1 ? 503 : 429, headers: { 'Retry-After': waits[answers++]! } };
      };
      await fetchesWhole(WEIGHTS);
      assert.equal(fixture.pauses[0], 7000);
      assert.equal(fixture.pauses[1], 120_000);
      assert.ok(fixture.pauses[2]! > 50_000 && fixture.pauses[2]! <= 60_000, String(fixture.pauses[2]));
    });

    for (const [status, pattern] of [
      [401, /access was denied/],
      [403, /access was denied/],
      [404, /the server does not have this/],
      [407, /proxy requires a login/],
      [410, /the server does not have this/],
    ] as const) {
      it(`fails at once on ${status}, and goes on after it`, async () => {
        leavePart(PLAIN, 1000);
        fixture.server.plan = once({ kind: 'status', status });
        await failsWith(fixture.fetch(PLAIN), false, pattern);
        assert.deepEqual(fixture.pauses, []);
        await fetchesWhole(PLAIN);
        assert.equal(fixture.server.bytesSent(PLAIN), published(PLAIN).length - 1000);
      });
    }

    it('never takes a login page for a file', async () => {
      fixture.server.plan = once({ kind: 'portal' });
      await failsWith(fixture.fetch(PLAIN), false, /web page arrived instead of data/);
      assert.equal(statSync(part(PLAIN)).size, 0);
    });

    it('writes nothing of a body with another length', async () => {
      fixture.server.plan = () => ({ kind: 'truncate', bytes: 10, announced: 'sent' });
      await failsWith(fixture.fetch(PLAIN), true, /offers 10 bytes where the Hub lists 150001/);
      assert.equal(statSync(part(PLAIN)).size, 0);
    });

    it('gives up on content that is wrong twice', async () => {
      fixture.server.plan = ({ kind }) => (kind === 'content' ? { kind: 'flip', atByte: 0 } : undefined);
      await failsWith(fixture.fetch(WEIGHTS), false, /its sha256 differs/);
      assert.ok(!existsSync(part(WEIGHTS)) && !existsSync(fixture.path(WEIGHTS)));
      await failsWith(fixture.fetch(PLAIN), false, /its git-sha1 differs/);
      assert.equal(fixture.server.bytesSent(WEIGHTS), 2 * SMALL_WEIGHTS_BYTES);
    });

    it('skips what is on disk when the server ignores ranges', async () => {
      leavePart(WEIGHTS, HALF);
      fixture.server.plan = once({ kind: 'ignoreRange' });
      const told: number[] = [];
      await fixture.fetch(WEIGHTS, (done) => told.push(done));
      assert.ok(fetched(WEIGHTS).equals(published(WEIGHTS)));
      assert.equal(told[0], HALF);
      assert.ok(told[1]! > HALF);
    });

    it('asks for the whole when the server sends another range', async () => {
      leavePart(WEIGHTS, HALF);
      fixture.server.plan = once({ kind: 'otherRange', start: 17 });
      await fetchesWhole(WEIGHTS);
      assert.equal(fixture.server.requests.at(-1)!.headers.range, undefined);
    });

    it('asks for the whole when a range comes compressed', async () => {
      leavePart(PLAIN, 1000);
      fixture.server.plan = once({ kind: 'gzip' });
      await fetchesWhole(PLAIN);
    });

    it('starts over when the server refuses the range twice', async () => {
      leavePart(WEIGHTS, HALF);
      fixture.server.plan = once({ kind: 'status', status: 416 }, ({ kind }) => kind === 'content', 2);
      await fetchesWhole(WEIGHTS);
      assert.equal(fixture.server.bytesSent(WEIGHTS), SMALL_WEIGHTS_BYTES);
    });

    it('stops a pause on abort', async () => {
      const abort = new AbortController();
      fixture.server.plan = () => ({ kind: 'status', status: 500 });
      const fetching = fixture.fetch(WEIGHTS, undefined, abort.signal);
      setTimeout(() => abort.abort(new Error('stop')), 5);
      await assert.rejects(fetching, /stop/);
    });
  });
});
