/**
 * Descriptions of many terms, held against what they promise: whole sentences, none twice, and no number, gene symbol or
 * drug that the glossary's definitions do not hold. The checks are written apart from the rules that the decoder keeps.
 * `npm run bench:descriptions [-- --model FOLDER] [--count N] [--terms FILE] [--show]`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openGlossary } from '../src/cli/glossaryFile';
import { DESCRIPTION_DEFAULTS, firstDescription, furtherDescription } from '../src/completion/description';
import { Engine } from '../src/decoder/engine';

const root = join(__dirname, '..');
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models', 'starter') },
    count: { type: 'string', default: '200' },
    /** A term a line; kinds before a tab are left out. Default: words and phrases of the bench's manuscript. */
    terms: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});

function termsToDescribe(): string[] {
  if (values.terms !== undefined) {
    const lines = readFileSync(values.terms, 'utf8').split('\n');
    return lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t').at(-1)!.trim());
  }
  const words =
    readFileSync(join(root, 'bench', 'manuscript.txt'), 'utf8').match(/[A-Za-z][A-Za-z-]{4,}(?: [a-z]{5,})?/g) ?? [];
  return [...new Set(words)];
}

const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?]["”’)]?) (?=[\p{Lu}\d])/u);
const normal = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Digits, and words with a capital and a digit or three capitals, that the grounds lack. */
function invented(text: string, grounds: string): string[] {
  const held = normal(grounds);
  const facts = text.match(/\p{N}+(?:[.,]\p{N}+)*|\p{Lu}[\p{L}\p{N}-]*\p{N}[\p{L}\p{N}-]*|\p{Lu}{3,}/gu) ?? [];
  const harmless =
    /^(?:DNA|RNA|HIV|AIDS|USA|MRI|NIH|FDA|WHO|III|VII|VIII|XII|ATP|BMI|CNS|CSF|ECG|EEG|LDL|HDL|ICU|PCR|PET|NHS)$/;
  return facts.filter((fact) => !harmless.test(fact) && !held.includes(normal(fact)));
}

async function main(): Promise<void> {
  const glossary = openGlossary(join(root, 'glossary', 'glossary.bin'));
  const engine = await Engine.open(values.model);
  const tally = { asked: 0, empty: 0, unfinished: 0, twice: 0, invented: 0, sentences: 0, steps: 0, ms: 0 };
  for (const [index, term] of termsToDescribe().slice(0, Number(values.count)).entries()) {
    const grounds = glossary.lookup(term).map(({ entry }) => `${entry.term}: ${entry.definition}`);
    // Every fourth as a further description, which is sampled.
    const how =
      index % 4 === 3 ? furtherDescription(DESCRIPTION_DEFAULTS, index) : firstDescription(DESCRIPTION_DEFAULTS);
    const { text, timings, finishReason } = await engine.describe({ term, facts: 'documentOnly', grounds, ...how });
    tally.asked++;
    tally.steps += timings.decodedTokens;
    tally.ms += timings.decodeMs;
    const sentences = text === '' ? [] : sentencesOf(text);
    const faults = {
      unfinished: text !== '' && !/[.!?]["”’)]?$/.test(text),
      twice: new Set(sentences.map(normal)).size < sentences.length,
      invented: invented(text, `${grounds.join('\n')}\n${term}`).length > 0,
    };
    tally.sentences += sentences.length;
    if (text === '') tally.empty++;
    for (const fault of ['unfinished', 'twice', 'invented'] as const) if (faults[fault]) tally[fault]++;
    const wrong = Object.values(faults).some(Boolean);
    if (wrong || values.show) console.log(`${wrong ? 'WRONG ' : ''}${term} [${finishReason}]: ${text}`);
  }
  await engine.dispose();
  const { steps, ms, ...counts } = tally;
  console.log(JSON.stringify({ ...counts, msPerStep: Number((ms / steps).toFixed(2)) }));
  if (tally.unfinished + tally.twice + tally.invented > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
