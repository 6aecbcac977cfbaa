import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../host/chromium.js';
import { startCodeServer } from '../host/codeServer.js';
import { Workbench } from '../host/workbench.js';
import { packagedExtension } from '../e2e/support/packagedExtension.js';
import { footprintsBelow, type Footprints } from './support/footprint.js';
import { KeyTimes } from './support/keyTimes.js';
import { quantiles, type Quantiles } from './support/quantiles.js';
import { seededRandom } from './support/random.js';
import { plainSentences } from './support/typist.js';

/** A word that stands in no program and no model: where it turns up, text has leaked. */
const MARKER = 'quexolimarbine';
/** Twenty times as fast as a person, who takes 200 ms. */
const PACE_MS = 10;
/** The editor's own copies of documents: unsaved buffers, the history of files, and its state of a workspace. */
const OF_THE_EDITOR = /[/\\](?:Backups|History|workspaceStorage[/\\][^/\\]+[/\\](?!biogpt))/;
const OUR_LOG = /[/\\]logs[/\\].*BioGPT[^/\\]*\.log$/;
/** What the editor, the extension, and its processes may leave in the folder for temporary files. */
const OURS = /biogpt|vscode|onnx|core|crash|\.dmp$/i;
/** No log and no report of a crash is as long; the heaps of other programs are. */
const LONGEST = 200e6;

export interface TypingOptions {
  minutes: number;
  seed: number;
  log: (line: string) => void;
}

export interface TypingReport {
  keys: number;
  accepted: number;
  /** In the order of time. */
  samples: (Footprints & { minute: number; key: Quantiles })[];
  /** Files that hold a word that was typed, but for the documents and what the editor keeps of them. */
  leaks: string[];
  /** How many files were searched for it. */
  searched: number;
  messages: string[];
}

/** Hours of writing in a real VS Code, in minutes: typing, accepting, undoing, pasting, switching files, describing. */
export async function typing({ minutes, seed, log }: TypingOptions): Promise<TypingReport> {
  const random = seededRandom(seed);
  const temporary = readdirSync(tmpdir());
  const folder = mkdtempSync(join(tmpdir(), 'biogpt-endurance-'));
  const files = ['first.md', 'second.md', 'third.md'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, `# Draft\n\nThe effect of ${MARKER} was studied.\n\n`);
  const browser = await launchChromium();
  const server = await startCodeServer({
    extension: await packagedExtension(),
    settings: { 'editor.wordWrap': 'on' },
    // The logs at their most talkative.
    logLevel: 'trace',
  });
  const samples: TypingReport['samples'] = [];
  const messages = new Set<string>();
  let keys = 0;
  let accepted = 0;
  try {
    const workbench = await Workbench.open(browser, server, { folder, files });
    const { page } = workbench;
    await workbench.waitForStatusItem(/BioGPT/);
    const times = await KeyTimes.in(page);
    const sentences = plainSentences();
    const typeOne = async (text: string): Promise<void> => {
      await workbench.type(text, PACE_MS);
      keys += text.length;
    };
    let at = files.length - 1;
    await workbench.openFile(files[at]!);
    const began = Date.now();
    let nextSample = began;
    while (Date.now() - began < minutes * 60_000) {
      const sentence = sentences.next().value as string;
      const half = sentence.indexOf(' ', Math.floor(sentence.length / 2)) + 1;
      await typeOne(sentence.slice(0, half));
      if ((await workbench.waitForGhostText(400).catch(() => '')) !== '') {
        await page.keyboard.press('Tab');
        accepted++;
      }
      await typeOne(`${sentence.slice(half)} ${random() < 0.2 ? `Then ${MARKER} was given. ` : ''}`);
      const what = random();
      if (what < 0.1) for (let i = 0; i < 5; i++) await page.keyboard.press('Control+Z');
      else if (what < 0.2) {
        await page.keyboard.press('Shift+Home');
        await page.keyboard.press('Control+C');
        await page.keyboard.press('End');
        await page.keyboard.press('Control+V');
      } else if (what < 0.3) {
        at = (at + 1) % files.length;
        await workbench.openFile(files[at]!);
      } else if (what < 0.32) {
        await workbench.runCommand('BioGPT: Describe Term');
        await page.waitForTimeout(1_500);
        await workbench.focusEnd(files[at]!);
      } else if (what < 0.6) await page.keyboard.press('Enter');
      else if (what < 0.65) await page.keyboard.press('Control+S');
      if (Date.now() >= nextSample) {
        const footprints = footprintsBelow(server.pid);
        if (footprints) {
          const sample = { minute: (Date.now() - began) / 60_000, ...footprints, key: quantiles(await times.take()) };
          samples.push(sample);
          log(JSON.stringify(sample));
        }
        for (const message of await workbench.notifications()) messages.add(message);
        nextSample += Math.max(10_000, (minutes * 60_000) / 48);
      }
    }
    await workbench.close();
    const before = new Set(temporary);
    const added = readdirSync(tmpdir()).filter((name) => !before.has(name) && OURS.test(name));
    const places = [server.home, ...added.map((name) => join(tmpdir(), name)).filter((path) => path !== folder)];
    const written = [...new Set(places)].flatMap(filesIn);
    // A search that finds nothing where the marker is would prove nothing, nor one without the logs.
    if (!written.some((path) => OUR_LOG.test(path))) throw new Error('The extension has written no log.');
    if (filesIn(folder).filter(holds).length === 0) throw new Error(`No document holds ${MARKER}.`);
    const leaks = written.filter((path) => !OF_THE_EDITOR.test(path)).filter(holds);
    return { keys, accepted, samples, leaks, searched: written.length, messages: [...messages] };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The plain files at a path and below it. */
function filesIn(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return stats.size <= LONGEST ? [path] : [];
  if (!stats?.isDirectory()) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink())
    .flatMap(({ name }) => filesIn(join(path, name)));
}

function holds(path: string): boolean {
  try {
    return readFileSync(path).includes(MARKER);
  } catch (error) {
    // Another program's, which has cleared it away meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
