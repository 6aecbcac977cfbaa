// Text mining at BioGPT's size, with random weights and nine rows of a prompt: see docs/speed.md.
//
//   npm run bench:mining                          everything
//   npm run bench:mining -- --parts throughput    abstracts a minute, beside transformers
//   npm run bench:mining -- --parts first         how long one abstract takes, the model loaded
//   npm run bench:mining -- --parts typing        ghost text while 200 abstracts are mined
//   npm run bench:mining -- --parts memory        memory of the command line over 10,000 documents, on Linux
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Precision } from '../../src/modelFolder/format';
import { Preparation, root } from '../speed/preparation';
import { firstResults } from './first';
import { memoryOfMany } from './memory';
import { MiningModels } from './models';
import { readTexts, type Texts } from './texts';
import { oursAMinute, peersAMinute, type Throughput } from './throughput';
import { typingBeside } from './typing';

const PARTS = ['throughput', 'first', 'typing', 'memory'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      parts: { type: 'string', default: PARTS.join(',') },
      precisions: { type: 'string', default: 'int8,int4' },
      documents: { type: 'string', default: '48' },
      many: { type: 'string', default: '10000' },
      batches: { type: 'string', default: '4,8,16' },
      'peer-precisions': { type: 'string', default: 'bf16,fp32' },
      rows: { type: 'string', default: '8' },
      threads: { type: 'string', default: '2' },
      keys: { type: 'string', default: '80' },
      shared: { type: 'string', default: process.env['BIOGPT_SHARED'] ?? join(root, '..', 'shared') },
    },
  });
  const parts = values.parts.split(',');
  const precisions = values.precisions.split(',') as Precision[];
  const threads = Number(values.threads);
  const log = (line: string): void => console.error(line);
  const preparation = new Preparation(join(root, '.cache', 'bench'), log);
  const models = new MiningModels(preparation, join(values.shared, 'biogpt-vocabulary'), log);
  // Everything is made before anything is measured.
  const folders = new Map<Precision, Record<'relations' | 'answers', string>>();
  if (parts.some((part) => part !== 'memory')) {
    for (const precision of precisions) folders.set(precision, await models.converted(precision));
  }
  const texts = await readTexts(join(values.shared, 'mining', 'data'), Number(values.documents), models.vocabulary);
  const load = (): string => loadavg()[0]!.toFixed(1);
  log(`Load before: ${load()}.`);

  if (parts.includes('throughput')) {
    for (const task of ['relations', 'answers'] as const) {
      const rows: Throughput[] = [];
      for (const [precision, dirs] of folders) {
        rows.push(
          ...(await oursAMinute(task, precision, dirs[task], texts[task], { threads, rows: Number(values.rows) })),
        );
      }
      rows.push(
        ...(await peersAMinute(preparation, await models.base(), texts[task], {
          threads,
          precisions: values['peer-precisions'].split(',').filter((name) => name !== ''),
          batches: values.batches.split(',').map(Number),
        })),
      );
      print(task, texts[task], rows);
    }
  }
  for (const [precision, dirs] of folders) {
    if (parts.includes('first')) await firstResults(precision, dirs, texts, threads);
  }
  if (parts.includes('typing')) {
    const [dirs] = folders.values();
    await typingBeside(preparation, dirs!, texts.relations, { threads, keys: Number(values.keys), log });
  }
  if (parts.includes('memory')) await memoryOfMany(preparation, texts.relations, Number(values.many));
  log(`Load after: ${load()}.`);
}

function print(task: string, { inputs, newTokens }: Texts, rows: readonly Throughput[]): void {
  const tokens = inputs.reduce((sum, ids) => sum + ids.length, 0) / inputs.length;
  console.log(`\n${task}: ${inputs.length} abstracts of ${tokens.toFixed(0)} tokens, answers of ${newTokens}\n`);
  console.log('| | Abstracts a minute | Reads at a time |\n|---|--:|--:|');
  for (const { name, aMinute, batch } of rows) console.log(`| ${name} | ${aMinute.toFixed(1)} | ${batch} |`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
