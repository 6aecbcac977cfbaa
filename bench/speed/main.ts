// Speed beside other systems, on the same random weights of BioGPT's size; see README.md beside this file.
//
//   npm run bench                        everything: a table, and bench/speed/results.json
//   npm run bench -- --quick --json      the main rows, a JSON object a line
//   npm run bench -- --starter           the starter model alone, native path against plain; needs no peers
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OURS, systems, type Group } from './catalogue';
import { compareGroup } from './comparison';
import { Preparation, root } from './preparation';
import type { Plan } from './rounds';
import { compareStarter } from './starter';
import { percentile, median } from './statistics';
import { SystemProcess } from './systemProcess';
import { GHOST_TEXT, markdownTable, ratio, type Absence, type Row } from './table';
import { coldStart, typingSession } from './typing';

const FULL: Plan = { rounds: 5, prefill: [128, 512], decode: [128, 512, 1000], tokens: 16 };
const QUICK: Plan = { rounds: 3, prefill: [512], decode: [512], tokens: 12 };
/** The quick run has its five minutes; fp32 takes the longest and varies the least. */
const planOf = (quick: boolean, group: Group): Plan =>
  quick ? { ...QUICK, rounds: group === 'fp32' ? 2 : QUICK.rounds } : FULL;

const GROUPS: Group[] = ['int8', 'int4', 'fp32'];
const STARTS = 3;
const STARTER = 'Starter model';

const log = (line: string): void => console.error(line);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      starter: { type: 'boolean', default: false },
      groups: { type: 'string', default: GROUPS.join(',') },
      systems: { type: 'string' },
      threads: { type: 'string', default: '2' },
      out: { type: 'string', default: join(__dirname, 'results.json') },
      'no-session': { type: 'boolean', default: false },
    },
  });
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1) throw new Error('--threads takes a whole number from 1.');
  const unknown = values.groups.split(',').filter((group) => !GROUPS.includes(group as Group));
  if (unknown.length > 0) throw new Error(`There is no group ${unknown.join(', ')}. Groups: ${GROUPS.join(', ')}.`);
  const groups = values.groups.split(',') as Group[];
  const preparation = new Preparation(join(root, '.cache', 'bench'), log);
  if (values.starter) {
    report(await compareStarter(preparation, threads), [], [], values.json, threads);
    return;
  }
  const wanted = values.systems?.toLowerCase().split(',');
  const chosen = systems.filter(({ name }) => wanted?.some((it) => name.toLowerCase().includes(it)) ?? true);

  const rows: Row[] = [];
  const absences: Absence[] = [];
  const versions = new Set<string>();
  const decoderModule = await preparation.program('decoder', join(root, 'src', 'decoder', 'main.ts'));
  const bandwidthModule = await preparation.program('bandwidth', join(__dirname, 'systems', 'bandwidth.ts'));
  // Everything is made before anything is measured.
  for (const system of chosen.filter((it) => groups.includes(it.group))) {
    await system.prepare(preparation, threads).catch(() => undefined);
  }
  const bandwidth = new SystemProcess('bandwidth', { program: process.execPath, args: [bandwidthModule] });
  try {
    await bandwidth.ask({ op: 'load', threads });
    for (const group of groups) {
      const plan = planOf(values.quick, group);
      const result = await compareGroup(group, chosen, bandwidth, preparation, { plan, threads, log });
      rows.push(...result.rows);
      absences.push(...result.absences);
      result.versions.forEach((version) => versions.add(version));
    }
  } finally {
    await bandwidth.quit();
  }

  if (!values['no-session']) {
    const precisions = values.quick ? groups.filter((group) => group === 'int8') : groups;
    for (const precision of precisions) {
      const model = await preparation.ownModel(precision);
      rows.push(...(await sessionRows(OURS, precision, decoderModule, model, threads, values.quick)));
    }
    const starter = join(root, 'models', 'starter');
    rows.push(...(await sessionRows(STARTER, 'int8', decoderModule, starter, threads, values.quick)));
  }
  report(rows, absences, [...versions], values.json, threads);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, platform: process.platform, threads };
  const date = new Date().toISOString().slice(0, 10);
  const results = { date, machine, versions: [...versions], quick: values.quick, rows, absences };
  await writeFile(values.out, `${JSON.stringify(results, null, 2)}\n`);
  log(`Written to ${values.out}.`);
}

/** What is measured on the decoder process itself. */
async function sessionRows(
  system: string,
  precision: string,
  modulePath: string,
  modelDir: string,
  threads: number,
  quick: boolean,
): Promise<Row[]> {
  log(`${system} ${precision}: starts and a typing session`);
  const rows: Row[] = [];
  const add = (measure: string, context: number | null, value: number, unit: string): void => {
    rows.push({ system, precision, measure, context, value, unit });
  };
  const starts: number[] = [];
  // The first brings the files into the page cache.
  for (let i = 0; i <= (quick ? 1 : STARTS); i++) starts.push(await coldStart(modulePath, modelDir, threads));
  add('cold start', null, median(starts.slice(1)), 'ms');
  const manuscript = await readFile(join(root, 'bench', 'manuscript.txt'), 'utf8');
  const session = await typingSession({
    modulePath,
    modelDir,
    threads,
    manuscript,
    context: 512,
    keys: quick ? 30 : 80,
  });
  add(`${GHOST_TEXT}, p50`, session.context, percentile(session.ghostTextMs, 0.5), 'ms');
  add(`${GHOST_TEXT}, p95`, session.context, percentile(session.ghostTextMs, 0.95), 'ms');
  add("editor's event loop late, p99", null, session.eventLoopLagMs, 'ms');
  if (session.peakBytes !== null) add('peak memory of the decoder', null, session.peakBytes / 1e6, 'MB');
  return rows;
}

function report(rows: Row[], absences: Absence[], versions: string[], json: boolean, threads: number): void {
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row));
    for (const absence of absences) console.log(JSON.stringify({ ...absence, measure: 'absent' }));
    return;
  }
  const compared = rows.filter(({ measure }) => ['prefill', 'decode', 'roofline'].includes(measure));
  const others = rows.filter((row) => !compared.includes(row));
  console.log(`${cpus()[0]?.model}, ${threads} threads, ${new Date().toISOString().slice(0, 10)}\n`);
  for (const part of [compared, others]) if (part.length > 0) console.log(`${markdownTable(part)}\n`);
  for (const line of ratios(rows)) console.log(`- ${line}`);
  for (const { system, precision, context } of rows.filter(({ measure }) => measure === `${GHOST_TEXT}, p50`)) {
    console.log(`- ${system} ${precision}: the typing session was at a context of ${context} tokens.`);
  }
  for (const { system, precision, reason } of absences) console.log(`- ${system} ${precision} is absent: ${reason}`);
  const isThere = ({ name, precision }: { name: string; precision: string }): boolean =>
    rows.some((row) => row.system === name && row.precision === precision);
  for (const { name, precision, note } of systems.filter(isThere)) {
    console.log(`- ${name} ${precision}: ${note}.`);
  }
  if (versions.length > 0) console.log(`- Versions: ${versions.join('; ')}.`);
}

/** What the comparison is for, in words. */
function ratios(rows: readonly Row[]): string[] {
  const isOurs =
    (precision: string) =>
    (row: Row): boolean =>
      row.system === OURS && row.precision === precision;
  const isLlama =
    (precision: string) =>
    (row: Row): boolean =>
      row.system.startsWith('llama') && row.precision === precision;
  const isPeer =
    (precision: string) =>
    (row: Row): boolean =>
      row.system !== OURS && !row.system.startsWith('llama') && row.precision === precision;
  const lines: string[] = [];
  for (const [measure, precision, peer, name] of [
    ['decode', 'int8', isLlama('Q8_0'), 'llama.cpp Q8_0'],
    ['decode', 'int8', isPeer('int8'), 'the best other int8 peer'],
    ['decode', 'int4', isLlama('Q4_0'), 'llama.cpp Q4_0'],
    ['decode', 'fp32', isPeer('fp32'), 'the best fp32 peer'],
    ['prefill', 'int8', isLlama('Q8_0'), 'llama.cpp Q8_0'],
    ['prefill', 'int8', isPeer('int8'), 'the best other int8 peer'],
  ] as const) {
    const value = ratio(rows, measure, 512, isOurs(precision), peer);
    if (value !== null) lines.push(`${measure} at 512, ${precision}: ${value.toFixed(2)} × ${name}.`);
  }
  return lines;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
