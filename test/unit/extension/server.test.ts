import { told } from './support/vscode';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import { bundleOf } from '../../support/bundle';
import { networkOf, type Network } from '../../support/testEngine/network';
import { TestEngine, type TestEngineOptions } from '../../support/testEngine/testEngine';
import { quiet, STARTER } from '../decoder/remote/support';
import { extensionFolder, Machine, WritingWindow } from './support/writingWindow';

const KEY = 'sk-secret-7f3a';
const TEXT = 'Patients with type 2 diabetes were randomly assigned to ';
/** What Node's fetch adds to a request by itself. */
const PLAIN_HEADERS = [
  ...['accept', 'accept-encoding', 'accept-language', 'connection', 'content-length', 'content-type', 'host'],
  ...['sec-fetch-mode', 'transfer-encoding', 'user-agent'],
];

describe('a server that its user connects to', function () {
  this.timeout(60_000);
  let bundle: Awaited<ReturnType<typeof bundleOf>>;
  let extension: ReturnType<typeof extensionFolder>;
  let network: Network;
  let tokenizer: BioGptTokenizer;
  let server: TestEngine;
  let machine: Machine;
  let window: WritingWindow;
  /** Every address that was asked for anything. */
  let asked: string[];
  /** The button that is pressed on a message. */
  let press: (message: string, buttons: readonly string[]) => string | undefined;
  const realFetch = globalThis.fetch;

  before(async () => {
    bundle = await bundleOf('decoder');
    extension = extensionFolder(bundle.path);
    network = await networkOf(STARTER);
    const read = (name: string): string => readFileSync(join(STARTER, name), 'utf8');
    tokenizer = BioGptTokenizer.fromFiles(read('vocab.json'), read('merges.txt'));
  });
  after(async () => {
    await network.dispose();
    extension.remove();
    await bundle.remove();
  });
  beforeEach(async () => {
    server = await TestEngine.start(network, { key: KEY });
    asked = [];
    globalThis.fetch = ((...request: Parameters<typeof fetch>) => {
      asked.push(String(request[0]));
      return realFetch(...request);
    }) as typeof fetch;
    press = (message, buttons) => (/^Send your text/.test(message) ? buttons[0] : undefined);
    machine = new Machine();
    open();
  });
  afterEach(async () => {
    globalThis.fetch = realFetch;
    await window.close();
    await quiet(server);
    await server.close();
  });

  const open = (): void => {
    window = new WritingWindow(machine, extension.path, (message, buttons) => press(message, buttons));
  };
  const connect = async (key = KEY): Promise<void> => {
    window.answers.splice(0, Infinity, [/base URL/, server.url], [/key for/, key]);
    await window.run('connectToServer');
  };
  /** Another server in the place of the one that is there. */
  const replace = async (options: TestEngineOptions, other = network): Promise<void> => {
    const { port } = server;
    await server.close();
    server = await TestEngine.start(other, options, port);
  };
  /** What the model of this machine writes, in a window that remembers nothing of it. */
  const writtenHere = async (): Promise<string> => {
    const text = await window.type(TEXT);
    await window.close();
    open();
    return text;
  };
  const messages = (kind: 'warning' | 'error'): string[] =>
    told.filter((each) => each.kind === kind && !/^Send your text/.test(each.message)).map(({ message }) => message);

  it('is sent nothing without a yes, whatever the settings say', async () => {
    window.set('biogpt.server.url', server.url);
    assert.notEqual(await window.type(TEXT), '');
    assert.match(window.status.text, /^\$\(plug\) BioGPT$/);
    assert.match(window.status.tooltip, /names the server 127\.0\.0\.1:\d+\. Nothing is sent to it unless you connect/);
    window.pick = (labels) => labels.find((label) => label.startsWith('$(server) Connect to 127.0.0.1'));
    await window.run('showMenu');
    assert.ok(window.ran.includes('biogpt.connectToServer'), window.list.join());

    press = () => undefined;
    await connect();
    assert.equal(window.questions.length, 1);
    await window.type(`${TEXT}the `);
    await window.run('reconnectToServer');
    assert.deepEqual([asked, server.received], [[], []]);
    assert.equal(machine.secrets.size, 0);
  });

  it('is what was shown, and is sent what was shown', async () => {
    const local = await writtenHere();
    await connect();
    const [question] = window.questions;
    assert.match(question!.message, /^Send your text to 127\.0\.0\.1:\d+\?$/);
    assert.match(question!.detail, /text before the cursor is sent to http:\/\/127\.0\.0\.1:\d+/);
    assert.match(question!.detail, /token IDs/);
    assert.match(question!.detail, /no whole file unless you mine it/);
    assert.doesNotMatch(question!.detail, /not encrypted/);
    assert.match(window.status.text, new RegExp(`^\\$\\(server\\) BioGPT: 127\\.0\\.0\\.1:${server.port}$`));
    assert.match(window.status.tooltip, /on 127\.0\.0\.1:\d+ is ready\. Your text is sent to 127\.0\.0\.1:\d+\./);

    const probed = server.received.length;
    assert.equal(await window.type(TEXT), local);
    const written = server.received.slice(probed);
    assert.ok(written.length > 0);
    const ids = tokenizer.encode(TEXT.trim());
    for (const { body } of written) {
      const prompt = [body['prompt']].flat(2) as number[];
      assert.deepEqual(prompt.slice(0, ids.length), ids.slice(0, prompt.length), 'the text before the cursor alone');
    }
    for (const { path, headers, raw } of server.received) {
      assert.ok(['/v1/models', '/v1/completions'].includes(path), path);
      const { authorization, ...others } = headers;
      assert.equal(authorization, `Bearer ${KEY}`);
      assert.deepEqual(
        Object.keys(others).filter((name) => !PLAIN_HEADERS.includes(name)),
        [],
      );
      assert.ok(!raw.includes(KEY) && !/draft|diabetes/.test(raw), raw);
    }
    assert.deepEqual([...new Set(asked.map((address) => new URL(address).origin))], [new URL(server.url).origin]);
  });

  it('has its key in secret storage alone', async () => {
    await connect();
    await window.type(TEXT);
    await replace({ key: 'another' });
    await window.type(`${TEXT}the `);
    assert.deepEqual([...machine.secrets.values()], [KEY]);
    const elsewhere = JSON.stringify([machine.settings, [...machine.state], window.log, told, window.status.tooltip]);
    assert.ok(!elsewhere.includes(KEY), elsewhere);
    await connect('');
    assert.deepEqual(window.offered.at(-1), { ...window.offered.at(-1), value: KEY, password: true });
    assert.equal(machine.secrets.size, 0, 'an empty key is none');
  });

  it('is told nothing of a text that nobody has asked about', async () => {
    await connect();
    assert.notEqual(await window.type(TEXT), '');
    const before = server.received.length;
    // Longer than what is written or read ahead of the writer waits.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.equal(server.received.length, before);
  });

  it('is used by the next window too, and no more once its user disconnects', async () => {
    await connect();
    await window.close();
    open();
    assert.match(window.status.text, /BioGPT: 127\.0\.0\.1/);
    const before = server.received.length;
    await window.type(TEXT);
    assert.ok(server.received.length > before);

    window.pick = (labels) => labels.find((label) => label.includes('Use Local Model'));
    await window.run('showMenu');
    assert.equal(window.ran.at(-1), 'biogpt.disconnectFromServer');
    await window.run('disconnectFromServer');
    const left = server.received.length;
    assert.notEqual(await window.type(`${TEXT}the `), '');
    assert.equal(window.status.text, '$(beaker) BioGPT');
    assert.ok(!('biogpt.server.url' in machine.settings));
    window.set('biogpt.server.url', server.url);
    await window.type(`${TEXT}a `);
    assert.equal(server.received.length, left, 'the yes is gone with it');
  });

  it('is used a moment later where another window has agreed to it', async () => {
    window.set('biogpt.server.url', server.url);
    await window.type(TEXT);
    assert.match(window.status.text, /^\$\(plug\)/);
    machine.state.set('server.agreed', [new URL(server.url).origin]);
    machine.secrets.set(`serverKey ${new URL(server.url).origin}`, KEY);
    while (!/BioGPT: 127/.test(window.status.text)) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notEqual(await window.type(`${TEXT}the `), '');
    assert.ok(server.received.length > 0);
  });

  it('that goes away is replaced by the model of this machine, which is said once, until it is back', async () => {
    await connect();
    const { port } = server;
    await server.close();
    assert.notEqual(await window.type(TEXT), '');
    assert.match(window.status.text, /^\$\(debug-disconnect\) BioGPT$/);
    assert.match(window.status.tooltip, /runs on this computer until the server answers again\. .*cannot be reached/);
    assert.equal(window.contexts.get('biogpt.serverLost'), true);
    assert.notEqual(await window.type(`${TEXT}the `), '');
    await window.run('reconnectToServer');
    assert.notEqual(await window.type(`${TEXT}a `), '');
    // Once by itself, and once more as somebody has asked for it again.
    assert.equal(messages('warning').length, 2);
    assert.match(messages('warning')[0]!, /cannot be reached \(ECONNREFUSED\).*Until it answers again/);

    server = await TestEngine.start(network, { key: KEY }, port);
    await window.run('reconnectToServer');
    assert.match(window.status.text, /^\$\(server\) BioGPT: 127\.0\.0\.1/);
    const before = server.received.length;
    assert.notEqual(await window.type(`${TEXT}an `), '');
    assert.ok(server.received.length > before);
  });

  it('that fails in the middle of an answer leaves the rest to the model of this machine', async () => {
    const local = await writtenHere();
    await connect();
    server.fault = () => ({ cutAfter: 1 });
    assert.equal(await window.type(TEXT), local);
    assert.match(window.status.text, /^\$\(debug-disconnect\)/);
  });

  const unfit: [what: string, options: TestEngineOptions, step: string, says: RegExp, changed?: true][] = [
    ['refuses the key', { key: 'another' }, 'Enter Key…', /did not accept the key/],
    ['has another model', { key: KEY }, 'Choose Model…', /another model than BioGPT Writer starter/, true],
    ['has no model', { key: KEY, models: [] }, 'Reconnect', /it has no model/],
  ];
  for (const [what, options, step, says, changed] of unfit) {
    it(`that ${what} is told of with the next step, and not tried again by itself`, async () => {
      const shifted = async (ids: readonly number[]): Promise<Float64Array> => {
        const row = await network.row(ids);
        return row.map((_, id) => row[(id + 1) % row.length]!);
      };
      await replace(options, changed ? { ...network, row: shifted } : network);
      await connect();
      assert.equal(messages('error').length, 1);
      assert.match(messages('error')[0]!, says);
      assert.deepEqual(told.find(({ kind }) => kind === 'error')!.buttons, [step, 'Use Local Model']);
      const before = server.received.length;
      assert.notEqual(await window.type(TEXT), '');
      assert.equal(server.received.length, before);
      assert.ok(window.status.backgroundColor !== undefined);
      assert.match(window.status.tooltip, says);
    });
  }

  it('with several models is asked for the one that is picked', async () => {
    await replace({ key: KEY, models: ['other', 'biogpt'] });
    window.pick = () => 'biogpt';
    await connect();
    assert.deepEqual(window.list, ['other', 'biogpt']);
    assert.equal(machine.settings['biogpt.server.model'], 'biogpt');
    assert.match(window.status.text, /BioGPT: 127\.0\.0\.1/);
    assert.equal(server.received.at(-1)!.body['model'], 'biogpt');
  });

  it('elsewhere without encryption is asked about in other words', async () => {
    press = () => undefined;
    for (const [address, pattern, button] of [
      ['http://gpu.example.org/v1', /not encrypted: others on the network can read your text and the key/, /Without/],
      ['https://gpu.example.org/v1', /sent to https:\/\/gpu\.example\.org:/, /^Connect$/],
    ] as const) {
      window.answers.splice(0, Infinity, [/base URL/, address], [/key for/, '']);
      await window.run('connectToServer');
      const question = window.questions.at(-1)!;
      assert.match(question.detail, pattern);
      assert.match(question.buttons[0]!, button);
    }
    assert.deepEqual([asked, 'biogpt.server.url' in machine.settings], [[], false]);
  });

  it('is named by settings of the machine, which no workspace can change', () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { scope: string }> }[] };
    };
    const scopes = manifest.contributes.configuration
      .flatMap(({ properties }) => Object.entries(properties))
      .filter(([name]) => name.startsWith('biogpt.server.'))
      .map(([, { scope }]) => scope);
    assert.deepEqual(scopes, ['machine', 'machine']);
  });
});
