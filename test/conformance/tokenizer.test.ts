import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as characterClasses from '../../src/tokenizer/characterClasses';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { detokenize } from '../../src/tokenizer/detokenizer';
import { optional, required } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { sharedData } from './support/shared';

const FUZZ_STRINGS = 20_000;

/** A line of the reference's output (see tokenizer_reference.py). */
interface IdsRecord {
  ids: number[];
  decoded: string;
  cleaned: string;
}
interface TextRecord extends IdsRecord {
  text: string;
  count: number;
  tokens: string[];
  detokenized: string;
}

/** Lines compared and, by what was compared, those that differ. */
interface Comparison {
  lines: number;
  characters: number;
  ms: number;
  /** Texts that transformers' optional clean-up of spaces would change; ours is compared without it. */
  cleanedUp: number;
  differences: Map<string, string[]>;
}

describe('tokenizer against sacremoses and transformers', function () {
  let folder: string;
  let tokenizer: BioGptTokenizer;

  before(async function () {
    const vocabulary = optional(this, sharedData('biogpt-vocabulary'));
    const corpus = optional(this, sharedData('corpus/valid.jsonl.xz'));
    const python = required(this, await conformancePython());
    tokenizer = BioGptTokenizer.fromFiles(
      readFileSync(join(vocabulary, 'vocab.json'), 'utf8'),
      readFileSync(join(vocabulary, 'merges.txt'), 'utf8'),
    );
    folder = mkdtempSync(join(tmpdir(), 'biogpt-tokenizer-'));
    const start = performance.now();
    await runPython(python, 'tokenizer_reference.py', [vocabulary, corpus, folder, String(FUZZ_STRINGS)]);
    console.log(`      reference: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  });

  after(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  it('agrees on the character class of every code point', () => {
    const expected = JSON.parse(readFileSync(join(folder, 'classes.json'), 'utf8')) as Record<
      keyof typeof characterClasses,
      [number, number][]
    >;
    assert.deepEqual(Object.keys(expected).sort(), Object.keys(characterClasses).sort());
    for (const [name, inside] of Object.entries(characterClasses)) {
      const pattern = new RegExp(`^[${inside}]$`, 'u');
      assert.deepEqual(
        rangesOf((character) => pattern.test(character)),
        expected[name as keyof typeof expected],
        name,
      );
    }
  });

  it('agrees on every title, heading and paragraph of the validation corpus, both ways', async () => {
    const comparison = await compareTexts(join(folder, 'corpus.jsonl'), tokenizer);
    report('corpus', comparison);
    assert.ok(comparison.lines > 10_000);
    assertNone(comparison);
  });

  it('agrees on made-up strings, both ways', async () => {
    const comparison = await compareTexts(join(folder, 'fuzz.jsonl'), tokenizer);
    report('fuzz', comparison);
    assert.equal(comparison.lines, FUZZ_STRINGS);
    assertNone(comparison);
  });

  it('agrees on the text of made-up ids, whole and one by one', async () => {
    const comparison = await compare<IdsRecord>(join(folder, 'ids.jsonl'), (record, differs) => {
      const incremental = tokenizer.incrementalDecoder();
      record.ids.forEach((id, i) => {
        incremental.push(id);
        differs('incremental', incremental.text, tokenizer.decode(record.ids.slice(0, i + 1)));
      });
      differs('decoded', tokenizer.decode(record.ids), record.decoded);
    });
    report('ids', comparison);
    assert.equal(comparison.lines, FUZZ_STRINGS / 2);
    assertNone(comparison);
  });
});

function compareTexts(file: string, tokenizer: BioGptTokenizer): Promise<Comparison> {
  return compare<TextRecord>(file, (record, differs) => {
    differs('tokens', tokenizer.tokenize(record.text), record.tokens);
    differs('ids', tokenizer.encode(record.text), record.ids);
    differs('decoded', tokenizer.decode(record.ids), record.decoded);
    // Beyond ids: characters outside the vocabulary would be lost as <unk>.
    differs('detokenized', detokenize(record.tokens), record.detokenized);
  });
}

async function compare<R extends IdsRecord & { text?: string; count?: number }>(
  file: string,
  check: (record: R, differs: (what: string, actual: unknown, expected: unknown) => void) => void,
): Promise<Comparison> {
  const comparison: Comparison = { lines: 0, characters: 0, ms: 0, cleanedUp: 0, differences: new Map() };
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    const record = JSON.parse(line) as R;
    const start = performance.now();
    check(record, (what, actual, expected) => {
      const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
      if (a !== b) {
        const found = comparison.differences.get(what) ?? [];
        comparison.differences.set(what, [...found, `${JSON.stringify(record.text ?? record.ids)}: ${a} is not ${b}`]);
      }
    });
    comparison.ms += performance.now() - start;
    comparison.lines += record.count ?? 1;
    comparison.characters += (record.text?.length ?? 0) * (record.count ?? 1);
    comparison.cleanedUp += record.cleaned === record.decoded ? 0 : (record.count ?? 1);
  }
  return comparison;
}

function report(name: string, { lines, characters, ms, cleanedUp, differences }: Comparison): void {
  const counts = [...differences].map(([what, found]) => `${found.length} in ${what}`).join(', ') || '0 differences';
  console.log(
    `      ${name}: ${lines} lines, ${characters} characters, ${(ms / 1000).toFixed(1)} s: ${counts} ` +
      `(clean_up_tokenization_spaces would change ${cleanedUp})`,
  );
}

function assertNone({ differences }: Comparison): void {
  const first = [...differences].map(([what, found]) => `${what}: ${found.slice(0, 5).join('\n')}`);
  assert.equal(differences.size, 0, first.join('\n'));
}

/** Ranges of the code points in a set, surrogates aside. */
function rangesOf(contains: (character: string) => boolean): [number, number][] {
  const ranges: [number, number][] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if ((code < 0xd800 || code > 0xdfff) && contains(String.fromCodePoint(code))) {
      const last = ranges.at(-1);
      if (last?.[1] === code - 1) {
        last[1] = code;
      } else {
        ranges.push([code, code]);
      }
    }
  }
  return ranges;
}
