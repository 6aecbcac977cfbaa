// Builds the glossary that ships: `npm run build:glossary -- PATH/glossary.jsonl.xz [--out FILE] [--show RULE]`
// writes `glossary.bin`, the definitions of the sources; without a path, it writes `additions.bin`, our own.
//
// The same input gives the same bytes. `--show` prints what a rule did, to be read; nothing is written then.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeGlossary } from './encode';
import { prepare } from './prepare';
import { readAdditions } from './readAdditions';
import { readRaw } from './readRaw';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, show: { type: 'string' }, dump: { type: 'string' } },
});
const [path] = positionals;
const shipped = join(__dirname, '..', '..', 'glossary');
const raw = path === undefined ? [] : readRaw(path);
const additions = path === undefined ? readAdditions(join(shipped, 'additions.tsv')) : [];
const { entries, done } = prepare(raw, additions);
if (values.show !== undefined) {
  const examples = done.get(values.show)?.examples ?? [];
  const step = Math.max(1, Math.floor(examples.length / 40));
  for (let i = 0; i < examples.length; i += step) {
    const [before, after] = examples[i]!;
    console.log(`${before.source} [${before.term}] (${before.synonyms.join('; ')})\n  - ${before.definition}`);
    if (after !== null && after.definition !== before.definition) console.log(`  + ${after.definition}`);
    if (
      after !== null &&
      (after.term !== before.term || after.synonyms !== before.synonyms || after.rank !== before.rank)
    )
      console.log(`  + [${after.term}] (${after.synonyms.join('; ')}) rank ${after.rank} ${after.kind}`);
  }
} else {
  for (const [name, { mended, dropped }] of done) console.log(`${name}: ${mended} mended, ${dropped} dropped`);
  console.log(`${raw.length + additions.length} definitions read, ${entries.length} kept`);
  if (values.dump !== undefined)
    writeFileSync(values.dump, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  else {
    const out = values.out ?? join(shipped, path === undefined ? 'additions.bin' : 'glossary.bin');
    const bytes = encodeGlossary(entries);
    writeFileSync(out, bytes);
    console.log(`${out}: ${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`);
  }
}
