import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineSettingsFile } from '../host/codeServer.js';
import { decodersBelow, descendantsOf } from '../host/processes.js';
import { networkOf, type Network } from '../support/testEngine/network.js';
import { TestEngine } from '../support/testEngine/testEngine.js';
import { Desk } from './support/desk.js';
import { Dialogs } from './support/dialogs.js';
import { networkCalls, requireStrace, SystemCalls } from './support/systemCalls.js';

const STARTER = join(__dirname, '..', '..', 'models', 'starter');
/** Not what is told in the status bar for a moment. */
const STATUS_ITEM = /^\s*BioGPT(:.*)?\s*$/;
const KEY = 'sk-secret-7f3a';
/** Another one each time: what a text says already is not suggested again. */
const SENTENCES = [
  ' Patients were randomly assigned to ',
  ' The primary outcome was the change in ',
  ' Breast cancer is the most common ',
  ' The aim of this study was to ',
  ' We measured the effect of vitamin D on ',
  ' Children with asthma who received ',
];

describe('a writer whose model runs on a server', function () {
  // The server is a busy test's.
  const desk = Desk.inSuite({ 'biogpt.completion.caution': 0, 'biogpt.completion.timeBudgetMs': 20_000 });
  let network: Network;
  let server: TestEngine;
  let dialogs: Dialogs;

  let calls: SystemCalls | undefined;

  before(async function () {
    requireStrace(this);
    network = await networkOf(STARTER);
    server = await TestEngine.start(network, { key: KEY });
  });
  after(async () => {
    await calls?.stop();
    await server?.close();
    await network?.dispose();
  });

  const picture = (name: string): Promise<void> => desk.picture(`server-${name}`);
  /** Waits until the status bar says so; whatever a screen reader reads of it. */
  async function status(says: RegExp): Promise<void> {
    const item = desk.workbench.statusItem(STATUS_ITEM).first();
    let label = '';
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await desk.workbench.page.waitForTimeout(100)) {
      label = (await item.locator('a').first().getAttribute('aria-label')) ?? '';
      if (says.test(label)) return;
    }
    throw new Error(`The status bar says: ${label}`);
  }
  let sentences = 0;
  /** @param name of the picture that is taken */
  async function write(file: string, name?: string): Promise<string> {
    await desk.workbench.focusEnd(file);
    await desk.workbench.type(SENTENCES[sentences++]!);
    const ghost = await desk.workbench.waitForGhostText();
    if (name !== undefined) await picture(name);
    await desk.workbench.page.keyboard.press('Escape');
    await desk.workbench.type('treatment.');
    return ghost;
  }
  const settings = (): string => readFileSync(machineSettingsFile(desk.server.home), 'utf8');

  it('connects, writes, loses it, goes on, gets it back, and disconnects', async () => {
    const file = await desk.open('server.md', 'Sepsis is a frequent cause of death.');
    const { workbench } = desk;
    dialogs = new Dialogs(workbench);
    const hosts = descendantsOf(desk.server.pid).filter(({ command }) => command.includes('--type=extensionHost'));
    calls = await SystemCalls.of(
      hosts.map(({ pid }) => pid),
      'network',
    );
    assert.notEqual((await write(file)).trim(), '');
    assert.deepEqual(server.received, []);

    await workbench.runCommand('BioGPT: Connect to a Server…');
    await dialogs.answer('Connect to a Server', server.url);
    await workbench.page.locator('.quick-input-widget input[type="password"]').waitFor();
    await picture('key');
    await dialogs.answer('Connect to a Server', KEY);
    const question = workbench.page.locator('.monaco-dialog-box').filter({ hasText: 'Send your text to 127.0.0.1' });
    await question.waitFor();
    await picture('question');
    assert.deepEqual(server.received, [], 'nothing is sent without a yes');
    assert.match(await dialogs.decide('Send your text to', 'Connect'), /as token IDs/);
    await status(/on 127\.0\.0\.1:\d+ is ready\. Your text is sent to 127\.0\.0\.1:\d+\./);
    const probed = server.received.length;
    assert.notEqual((await write(file, 'in-use')).trim(), '');
    assert.ok(server.received.length > probed);
    assert.match(
      await workbench.statusItem(STATUS_ITEM).first().innerText(),
      new RegExp(`BioGPT: 127.0.0.1:${server.port}`),
    );

    const { port } = server;
    await server.close();
    assert.notEqual((await write(file)).trim(), '');
    assert.match(await dialogs.told('cannot be reached'), /Until it answers again, the model runs on this computer\./);
    await status(/runs on this computer until the server answers again/);
    await picture('lost');

    server = await TestEngine.start(network, { key: KEY }, port);
    await dialogs.press('cannot be reached', 'Reconnect');
    await status(/on 127\.0\.0\.1:\d+ is ready/);
    const again = server.received.length;
    await write(file);
    assert.ok(server.received.length > again);
    assert.ok(!settings().includes(KEY) && settings().includes('biogpt.server.url'), settings());

    await workbench.statusItem(STATUS_ITEM).first().click();
    await dialogs.row(/Use Local Model/);
    await picture('menu');
    await dialogs.pick(/Use Local Model/);
    await status(/is ready\. Suggestions appear|loads when it is first needed/);
    const left = server.received.length;
    assert.notEqual((await write(file)).trim(), '');
    assert.equal(server.received.length, left);
    assert.ok(!settings().includes('biogpt.server'), settings());
    assert.equal(decodersBelow(desk.server.pid).length, 1);

    // Of all processes the extension host alone opens sockets, to that server alone.
    const threads = hosts.flatMap(({ pid }) => readdirSync(`/proc/${pid}/task`));
    const seen = networkCalls(calls.lines());
    assert.ok(seen.some((call) => call.includes(`htons(${port})`)));
    const there = `sin_port=htons(${port}), sin_addr=inet_addr("127.0.0.1")`;
    assert.deepEqual(
      seen.filter(
        (call) => !threads.includes(call.split(' ')[0]!) || (/connect\(/.test(call) && !call.includes(there)),
      ),
      [],
    );
  });
});
