import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer } from '../host/codeServer.js';
import { decodersBelow, isAlive } from '../host/processes.js';
import { Workbench } from '../host/workbench.js';
import { packagedExtension } from '../e2e/support/packagedExtension.js';
import { outOfMemory, type Death, type OutOfMemory } from './support/deaths.js';
import { quantiles, type Quantiles } from './support/quantiles.js';
import { seededRandom } from './support/random.js';
import { plainSentences, Typist } from './support/typist.js';

/** Ghost text is sure to follow it. */
const PROBE = 'Patients were randomly ';
const PACE_MS = 20;

export interface DecoderKilledOptions {
  times: number;
  seed: number;
  /** How long a stopped decoder stands still; seconds. */
  stopSeconds: number;
  log: (line: string) => void;
}

export interface DecoderKilledReport {
  deaths: Record<Death, number>;
  /** Typed while decoders died. */
  keys: number;
  keysLost: number;
  /** From a decoder's death, or from when it went on, to the next ghost text; milliseconds. */
  back: Quantiles;
  /** What the editor told, each sentence once. */
  messages: string[];
  /** Decoders that outlived their turn. */
  orphans: number;
  /** What is left in the extension's storage and in the folder for temporary files. */
  filesLeft: string[];
}

/**
 * Someone types in a real VS Code, and the decoder dies over and over: killed, stopped for a while, or out of memory.
 * Issue: no key may be lost, and ghost text comes back by itself.
 */
export async function decoderKilled(options: DecoderKilledOptions): Promise<DecoderKilledReport> {
  const { times, seed, stopSeconds, log } = options;
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-endurance-'));
  const file = join(folder, 'draft.md');
  writeFileSync(file, '');
  const browser = await launchChromium();
  // What is unlikely is shown as well: ghost text is missing only when nobody writes any.
  const server = await startCodeServer({
    extension: await packagedExtension(),
    settings: { 'biogpt.completion.caution': 0, 'biogpt.completion.facts': 'allow' },
  });
  const memory = memoryLimit(log);
  const temporary = new Set(readdirSync(tmpdir()));
  const report: Omit<DecoderKilledReport, 'back' | 'keys' | 'keysLost' | 'messages' | 'filesLeft'> = {
    deaths: { killed: 0, stopped: 0, outOfMemory: 0 },
    orphans: 0,
  };
  const back: number[] = [];
  const messages = new Set<string>();
  try {
    const workbench = await Workbench.open(browser, server, { folder, files: [file] });
    await workbench.waitForStatusItem(/BioGPT/);
    await workbench.focusEnd(file);
    const typist = new Typist(workbench, file, PACE_MS);
    const sentences = plainSentences();
    await typist.type(PROBE);
    await workbench.waitForGhostText();

    for (let turn = 0; turn < times; turn++) {
      const [decoder] = decodersBelow(server.pid);
      if (!decoder) throw new Error(`No decoder runs before death ${turn + 1}.`);
      const death = chooseDeath(turn, times, memory !== undefined);
      // It dies as it next asks for a page, which takes a few keys.
      if (death === 'outOfMemory') memory!.strike(decoder.pid);
      await typist.type(`\n${sentences.next().value} `);
      const cut = Math.floor(random() * PROBE.length);
      await typist.type(PROBE.slice(0, cut));
      let since = Date.now();
      let goesOn: Promise<void> | undefined;
      if (death === 'stopped') {
        process.kill(decoder.pid, 'SIGSTOP');
        goesOn = sleep(stopSeconds * 1000).then(() => {
          since = Date.now();
          process.kill(decoder.pid, 'SIGCONT');
        });
      } else if (death === 'killed' || isAlive(decoder.pid)) process.kill(decoder.pid, 'SIGKILL');
      report.deaths[death]++;
      await typist.type(PROBE.slice(cut));
      await goesOn;
      await backAgain(workbench, `death ${turn + 1} (${death})`);
      back.push(Date.now() - since - SETTLED_MS);
      for (const message of await workbench.notifications()) messages.add(message);
      if (death !== 'stopped' && isAlive(decoder.pid)) report.orphans++;
      if ((turn + 1) % 10 === 0) log(`${turn + 1} of ${times}: ${JSON.stringify(quantiles(back))}`);
    }
    const keysLost = await typist.lost();
    await workbench.close();
    for (let i = 0; i < 100 && decodersBelow(server.pid).length > 0; i++) await sleep(100);
    report.orphans += decodersBelow(server.pid).length;
    const storage = join(server.home, 'data', 'User', 'globalStorage');
    const filesLeft = [
      ...readdirSync(storage, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(storage, join(parentPath, name)))
        .filter((path) => path.startsWith('biogpt')),
      ...readdirSync(tmpdir()).filter((name) => !temporary.has(name) && /biogpt/i.test(name)),
    ];
    return { ...report, keys: typist.keys, keysLost, back: quantiles(back), messages: [...messages], filesLeft };
  } finally {
    await browser.close();
    await server.stop();
    await memory?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error, with a picture of the screen in `out`, where no ghost text comes back */
async function backAgain(workbench: Workbench, behind: string): Promise<void> {
  try {
    await workbench.waitForGhostText(30_000);
  } catch {
    const picture = join(__dirname, '..', '..', 'out', 'endurance.png');
    await workbench.screenshot(picture);
    throw new Error(`No ghost text came back after ${behind}; see ${picture}.`);
  }
}

/** `waitForGhostText` looks for so long whether ghost text still changes. */
const SETTLED_MS = 300;

/** Half are killed, two in a hundred are stopped (those take longest), the others run out of memory. */
function chooseDeath(turn: number, times: number, canRunOut: boolean): Death {
  const stops = Math.max(1, Math.round(times / 50));
  if (turn % Math.ceil(times / stops) === Math.floor(times / stops / 2)) return 'stopped';
  return turn % 2 === 1 && canRunOut ? 'outOfMemory' : 'killed';
}

function memoryLimit(log: (line: string) => void): OutOfMemory | undefined {
  try {
    const memory = outOfMemory();
    log(`Decoders run out of memory by a ${memory.how}.`);
    return memory;
  } catch (error) {
    log(`No decoder runs out of memory here: ${(error as Error).message}`);
    return undefined;
  }
}
