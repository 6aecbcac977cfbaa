import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { machineSettingsFile, startCodeServer, type CodeServer } from '../host/codeServer.js';
import { DRIVER } from '../host/driver.js';
import { decodersBelow } from '../host/processes.js';
import type { Workbench } from '../host/workbench.js';
import { TestHub } from '../support/testHub/testHub.js';
import { Dialogs } from './support/dialogs.js';
import { LivingWindow, type WindowOptions } from './support/livingWindow.js';
import { SENTENCE, writeOneSentenceCheckpoint } from './support/oneSentenceModel.js';
import { packagedExtension } from './support/packagedExtension.js';
import { requireChromium } from './support/requireChromium.js';
import { sharedBrowser } from './support/sharedEditor.js';

const root = join(__dirname, '..', '..');
const pictures = join(root, 'out', 'screenshots');
const STATUS_ITEM = /BioGPT/;
const WEIGHTS = 'model.safetensors';
const TEXT = '# Draft\n\nThe cells of patients with cancer ';

describe('a writer who manages models', function () {
  let folder: string;
  let browser: Browser;
  let server: CodeServer;
  let hub: TestHub;
  let checkpoint: string;
  let window: LivingWindow;
  let workbench: Workbench;
  let dialogs: Dialogs;

  before(async function () {
    requireChromium(this);
    mkdirSync(pictures, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'biogpt-e2e-models-'));
    checkpoint = join(folder, 'checkpoints', 'tiny');
    await writeOneSentenceCheckpoint(checkpoint);
    hub = await TestHub.start();
    await hub.publish('lab/tiny', checkpoint);
    writeCatalogue(await hub.publish('lab/known', checkpoint));
    browser = await sharedBrowser();
    server = await startCodeServer({
      extension: await packagedExtension(),
      neighbours: [DRIVER],
      // Made-up models are sure of little.
      settings: { 'editor.minimap.enabled': false, 'editor.wordWrap': 'on', 'biogpt.completion.caution': 0 },
      machineSettings: { 'biogpt.hub.endpoint': hub.url, 'biogpt.model.catalogue': catalogue() },
    });
    window = new LivingWindow(browser, server, folder);
  });

  after(async () => {
    await window?.close();
    await server?.stop();
    await hub?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    hub.plan = () => undefined;
    hub.requests.length = 0;
    await showDraft();
  });

  afterEach(async function () {
    if (workbench === undefined) return;
    const failed = this.currentTest?.state === 'failed';
    if (failed) {
      const name = this.currentTest!.title.replace(/\W+/g, '-');
      await workbench.screenshot(join(pictures, `failed-${name}.png`));
      console.log(await workbench.notifications());
      console.log(
        workbench.consoleLines
          .filter((line) => !line.includes('bindings file'))
          .slice(-20)
          .join('\n'),
      );
    }
    if (failed || workbench.foreignRequests.length > 0) await workbench.close();
    assert.deepEqual(workbench.foreignRequests, [], 'the page asked another machine');
  });

  /** A laboratory's own catalogue, with the tiny model at this commit. */
  const catalogue = (): string => join(folder, 'catalogue.json');
  function writeCatalogue(revision: string): void {
    const config = JSON.parse(readFileSync(join(checkpoint, 'config.json'), 'utf8')) as Record<string, number>;
    const model = {
      id: 'lab-known',
      name: 'Laboratory model',
      repo: 'lab/known',
      revision,
      licence: 'CC0-1.0',
      summary: 'Writes about proteins.',
      architecture: {
        hiddenSize: config['hidden_size'],
        layers: config['num_hidden_layers'],
        heads: config['num_attention_heads'],
        ffnSize: config['intermediate_size'],
        maxPositions: config['max_position_embeddings'],
        vocabSize: config['vocab_size'],
        scaleEmbedding: true,
      },
      parameters: Math.round(statSync(join(checkpoint, WEIGHTS)).size / 4),
      downloadBytes: statSync(join(checkpoint, WEIGHTS)).size,
      files: ['config.json', 'vocab.json', 'merges.txt', WEIGHTS].map((path) => ({ path })),
    };
    writeFileSync(catalogue(), JSON.stringify({ models: [model] }));
  }

  const draft = (): string => join(folder, 'draft.md');

  /** A new draft in the window, the extension running. */
  async function showDraft(options: WindowOptions = {}): Promise<void> {
    await window.show(draft(), () => writeFileSync(draft(), TEXT), options);
    workbench = window.workbench;
    dialogs = new Dialogs(workbench);
  }

  async function chooseModel(): Promise<void> {
    await workbench.runCommand('BioGPT: Choose Model…');
    await dialogs.list('Choose a Model');
  }
  const picture = (name: string): Promise<void> => workbench.screenshot(join(pictures, `models-${name}.png`));

  /** Folder where the extension keeps its models. */
  const models = (): string =>
    join(server.home, 'data', 'User', 'globalStorage', 'biogpt-writer.biogpt-writer', 'models');
  const names = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);
  const installed = (): string[] => names(models()).filter((name) => !name.startsWith('.'));
  const downloads = (): string[] => names(join(models(), '.downloads')).filter((name) => !name.endsWith('.lock'));
  const settings = (): Record<string, unknown> =>
    JSON.parse(readFileSync(machineSettingsFile(server.home), 'utf8')) as Record<string, unknown>;

  /** Name of the model that is in use and loaded, as the status bar tells it. */
  async function modelInUse(): Promise<string> {
    await workbench.focusEnd(draft());
    await workbench.type('and ');
    let label = '';
    await until('the status bar names the model', async () => {
      label = (await workbench.statusItem(STATUS_ITEM).locator('a').first().getAttribute('aria-label')) ?? '';
      return /is ready\./.test(label);
    });
    return /BioGPT Writer: (.*) is ready/.exec(label)![1]!;
  }

  async function until(what: string, ready: () => boolean | Promise<boolean>, timeout = 30_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!(await ready())) {
      if (Date.now() > deadline) throw new Error(`Not within ${timeout} ms: ${what}`);
      await workbench.page.waitForTimeout(50);
    }
  }

  /** Begins to install the tiny model from the Hub by its name. */
  async function installFromHub(precision: string): Promise<void> {
    await chooseModel();
    await dialogs.pick(/^Install from Hugging Face…/);
    await dialogs.answer('Install a Model from Hugging Face', 'lab/tiny');
    await dialogs.list('Install lab/tiny');
    await dialogs.pick(new RegExp(`^${precision}`));
  }

  it('picks one from the Hub, watches the progress, cancels, resumes and writes with it', async () => {
    const starter = await modelInUse();
    assert.match(starter, /starter/i);
    hub.plan = () => ({ kind: 'slow', bytesPerSecond: 3e6 });

    await chooseModel();
    await dialogs.row(/^BioGPT Writer starter/);
    await picture('list');
    const rows = await dialogs.rows();
    console.log(rows.map((row) => `      ${row}`).join('\n'));
    assert.match(rows[0]!, /starter.*in use/);
    assert.match(rows[1]!, /^BioGPT.*1\.6 GB download · MIT.*Needs \d+ MB on disk/);
    await dialogs.pick(/^Install from Hugging Face…/);
    await dialogs.answer('Install a Model from Hugging Face', 'lab/tiny');
    await dialogs.row(/^fp32/);
    await picture('precisions');
    assert.deepEqual(hub.requests, [], 'nothing is asked of the Hub before its user says so');
    await dialogs.pick(/^fp32/);

    const progress = 'Installing lab/tiny (fp32)';
    await until('bytes are counted', async () => /\d MB of \d+ MB, .*\/s/.test(await dialogs.told(progress)));
    const item = workbench.statusItem(STATUS_ITEM).first();
    await until('the status bar counts too', async () => /BioGPT\s\d+%/.test(await item.innerText()));
    await picture('progress');
    await dialogs.press('Installing lab/tiny', 'Cancel');
    const stopped = await dialogs.told('The download of lab/tiny was canceled');
    assert.match(stopped, /canceled at \d+%\. The files downloaded so far are kept\./);
    await picture('cancelled');
    assert.deepEqual(installed(), []);

    await dialogs.press('was canceled at', 'Resume');
    await dialogs.told('tiny (fp32) is installed and in use.');
    await picture('ready');
    const bytes = statSync(join(checkpoint, WEIGHTS)).size;
    const sent = hub.bytesSent(WEIGHTS);
    console.log(`      ${sent} bytes sent for a file of ${bytes}`);
    assert.ok(sent <= bytes * 1.05, 'bytes were fetched twice');
    assert.deepEqual(installed(), ['lab--tiny-fp32']);
    assert.equal(settings()['biogpt.model.use'], 'lab--tiny-fp32');
    assert.deepEqual(downloads(), [], 'the original is not kept');

    assert.equal(await modelInUse(), 'tiny (fp32)');
    await workbench.type('\n\nThe protein binds to ');
    assert.equal((await workbench.waitForGhostText()).trim(), SENTENCE);
    await picture('ghost');
  });

  it('finds it in use in the next window, and switches to the starter and back', async () => {
    await showDraft({ fresh: true });
    assert.equal(await modelInUse(), 'tiny (fp32)');
    const [before] = decodersBelow(server.pid);
    await chooseModel();
    await dialogs.pick(/starter/i);
    await until('the starter is in use', async () => /starter/i.test(await modelInUse()));
    assert.ok(!('biogpt.model.use' in settings()));
    await workbench.type('\n\nThe protein binds to ');
    assert.notEqual((await workbench.waitForGhostText()).trim(), SENTENCE);
    assert.ok(!decodersBelow(server.pid).some(({ pid }) => pid === before!.pid), 'two models are in memory');

    await chooseModel();
    await picture('installed');
    await dialogs.pick(/^tiny/);
    await until('the other is in use again', async () => (await modelInUse()) === 'tiny (fp32)');
    await workbench.runCommand('BioGPT: Show Model Information');
    assert.match(await dialogs.decide('tiny', 'Cancel'), /fp32[\s\S]*backend: native[\s\S]*lab--tiny-fp32/);
  });

  it('offers in the next window to go on with a download that the end of a window has interrupted', async () => {
    hub.plan = () => ({ kind: 'slow', bytesPerSecond: 2e6 });
    await installFromHub('int8');
    await until('bytes are counted', async () => /\d MB of/.test(await dialogs.told('Installing lab/tiny (int8)')));
    await workbench.close();

    await showDraft();
    const offer = await dialogs.told('The download of lab/tiny was interrupted at');
    await picture('interrupted');
    assert.match(offer, /interrupted at [1-9]\d?%/);
    const asked = hub.requests.length;
    await workbench.page.waitForTimeout(2000);
    assert.equal(hub.requests.length, asked, 'the Hub was asked before anyone said so');
    hub.plan = () => undefined;
    await dialogs.press('was interrupted at', 'Resume');
    await dialogs.told('tiny (int8) is installed and in use.');
    assert.ok(hub.bytesSent(WEIGHTS) <= statSync(join(checkpoint, WEIGHTS)).size * 1.05, 'bytes were fetched twice');
    assert.equal(await modelInUse(), 'tiny (int8)');
  });

  it('pauses a download, finds it in the list and resumes it; another window waits for it', async () => {
    hub.plan = () => ({ kind: 'slow', bytesPerSecond: 3e6 });
    await installFromHub('int4');
    await until('bytes are counted', async () => /\d MB of/.test(await dialogs.told('Installing lab/tiny (int4)')));
    await workbench.runCommand('BioGPT: Pause Download');
    await until('the progress is gone', async () => !(await dialogs.notification('Installing lab/tiny').isVisible()));
    await chooseModel();
    const paused = await dialogs.row(/^lab\/tiny/);
    await picture('paused');
    assert.match(paused.label, /int4 · \d+% downloaded.* of 1\d MB downloaded\. Select to resume/);
    // Slow enough for another window to open meanwhile.
    const pace = { kind: 'slow' as const, bytesPerSecond: 1e5 };
    hub.plan = () => pace;
    await dialogs.pick(/^lab\/tiny/);
    await dialogs.told('Installing lab/tiny (int4)');

    const first = [window, dialogs] as const;
    window = new LivingWindow(browser, server, folder);
    await showDraft();
    await installFromHub('int4');
    await dialogs.told('Waiting: another VS Code window is installing lab/tiny.');
    await picture('waiting');
    pace.bytesPerSecond = 3e6;
    await first[1].told('tiny (int4) is installed and in use.', 90_000);
    await first[0].close();
    await dialogs.told('tiny (int4) is installed and in use.');
    assert.ok(hub.bytesSent(WEIGHTS) <= statSync(join(checkpoint, WEIGHTS)).size * 1.05, 'bytes were fetched twice');
  });

  it('throws away what was downloaded', async () => {
    await hub.publish('lab/other', checkpoint);
    hub.plan = () => ({ kind: 'slow', bytesPerSecond: 3e6 });
    await chooseModel();
    await dialogs.pick(/^Install from Hugging Face…/);
    await dialogs.answer('Install a Model from Hugging Face', 'lab/other');
    await dialogs.pick(/^int8/);
    await until('bytes are counted', async () => /\d MB of/.test(await dialogs.told('Installing lab/other (int8)')));
    await workbench.runCommand('BioGPT: Cancel Installation');
    await dialogs.told('The download of lab/other was canceled');
    await dialogs.press('was canceled at', 'Discard');
    await until('nothing is left', () => !downloads().some((name) => name.startsWith('lab--other')));
  });

  it('verifies a model, is told what is wrong with it, and deletes it', async () => {
    await workbench.runCommand('BioGPT: Verify Model');
    await dialogs.list('Verify a Model');
    await dialogs.pick(/^tiny \(int8\)/);
    await dialogs.told('tiny (int8) passed verification');
    await picture('verified');
    await dialogs.dismissAll();

    await chooseModel();
    await dialogs.pick(/^tiny.*int8/);
    await until('it is in use', async () => (await modelInUse()) === 'tiny (int8)');
    await flipByte(join(models(), 'lab--tiny-int8', 'model.onnx.data'));
    await chooseModel();
    await dialogs.pressInRow(/^tiny.*int8/, 'Verify');
    assert.match(await dialogs.told('tiny (int8) failed verification'), /will not be used\. .*model\.onnx\.data/);
    await picture('failed');
    await until('the starter serves', async () => /starter/i.test(await modelInUse()));

    await dialogs.press('failed verification', 'Delete');
    assert.match(await dialogs.decide('Delete tiny (int8)?', 'Delete'), /This frees \d+ MB/);
    await until('it is gone', () => !installed().includes('lab--tiny-int8'));
  });

  it('deletes the model in use: the starter takes over', async () => {
    await chooseModel();
    await dialogs.pick(/^tiny.*int4/);
    await until('it is in use', async () => (await modelInUse()) === 'tiny (int4)');
    await chooseModel();
    await dialogs.pressInRow(/^tiny.*int4/, 'Delete');
    assert.match(
      await dialogs.decide('Delete tiny (int4)?', 'Delete'),
      /After it is deleted, the starter model is used/,
    );
    await until('it is gone', () => !installed().includes('lab--tiny-int4'));
    await until('the starter serves', async () => /starter/i.test(await modelInUse()));
    await workbench.type('\n\nPatients were randomly ');
    await workbench.waitForGhostText();
  });

  it('is served by the starter, with one warning, when the chosen model goes missing', async () => {
    await chooseModel();
    await dialogs.pick(/^tiny.*fp32/);
    await until('it is in use', async () => (await modelInUse()) === 'tiny (fp32)');
    rmSync(join(models(), 'lab--tiny-fp32', 'model.onnx'));
    await workbench.runCommand('BioGPT: Restart Model');
    assert.match(
      await dialogs.told('uses the starter model because lab--tiny-fp32 is not available'),
      /model\.onnx is missing/,
    );
    await picture('missing');
    assert.match(await modelInUse(), /starter/i);
  });

  it('installs from a folder on this machine, without any Hub', async () => {
    await chooseModel();
    await dialogs.pick(/^Install from File or Folder…/);
    await dialogs.list('from a File or Folder');
    // The dialog first writes the folder it begins with, also over what is typed meanwhile; then it follows.
    await dialogs.row(/^draft\.md/);
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.fill(checkpoint);
    await dialogs.row(/^tiny/);
    assert.equal(await input.inputValue(), checkpoint);
    await workbench.page.keyboard.press('Enter');
    await dialogs.pick(/^int8/);
    await dialogs.told('tiny (int8) is installed and in use.');
    assert.deepEqual(hub.requests, []);
    assert.equal(await modelInUse(), 'tiny (int8)');
  });

  it('installs a model of the laboratory’s catalogue, and updates it when the catalogue does', async () => {
    await chooseModel();
    await dialogs.pick(/^Laboratory model.*1\d MB download · CC0-1\.0/);
    await dialogs.row(/^int8.*MB on disk · about \d+ MB of memory · recommended/);
    await picture('known');
    assert.deepEqual(hub.requests, []);
    await dialogs.pick(/^int8/);
    await dialogs.told('Laboratory model (int8) is installed and in use.');
    await dialogs.dismissAll();

    const config = join(checkpoint, 'config.json');
    writeFileSync(config, `${readFileSync(config, 'utf8')}\n`);
    const revision = await hub.publish('lab/known', checkpoint);
    writeCatalogue(revision);
    await chooseModel();
    await dialogs.row(/^Laboratory model.*update available · in use/);
    await picture('update');
    await dialogs.pressInRow(/^Laboratory model.*update available/, 'Update');
    const question = await dialogs.decide('An update for Laboratory model (int8) is available.', 'Update');
    assert.match(question, /Downloads 1\d MB from lab\/known/);
    await dialogs.told('Laboratory model (int8) is installed and in use.');
    const description = readFileSync(join(models(), 'lab-known-int8', 'model.json'), 'utf8');
    assert.equal((JSON.parse(description) as { origin: { revision: string } }).origin.revision, revision);
    assert.equal(await modelInUse(), 'Laboratory model (int8)');
  });

  it('sees why nothing can be downloaded where that is turned off', async () => {
    const file = machineSettingsFile(server.home);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...settings(), 'biogpt.hub.allowDownloads': false }));
    try {
      await until('the list says so', async () => {
        await chooseModel();
        if (/downloads are turned off/.test((await dialogs.row(/^BioGPT,/)).label)) return true;
        await workbench.page.keyboard.press('Escape');
        return false;
      });
      await picture('forbidden');
      await dialogs.pick(/^BioGPT,/);
      assert.match(await dialogs.told('Downloads are turned off'), /can still install a model from a file or folder/);
    } finally {
      writeFileSync(file, before);
    }
  });
});

async function flipByte(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, 1000);
    byte[0]! ^= 0x10;
    await handle.write(byte, 0, 1, 1000);
  } finally {
    await handle.close();
  }
}
