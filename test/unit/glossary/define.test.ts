import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeGlossary } from '../../../scripts/glossary/encode';
import type { PrintedDefinition } from '../../../src/cli/commands/define';
import { bundleCommandLine } from '../cli/support';
import { raw } from './support';

const repository = join(__dirname, '..', '..', '..');
const ENTRIES = [
  raw({ term: 'rheumatoid arthritis', synonyms: ['RA'], rank: 2 }),
  raw({ term: 'refractory anemia', synonyms: ['RA'], rank: 1 }),
];

interface Line {
  readonly term: string;
  readonly definitions: readonly PrintedDefinition[];
}

describe('biogpt define', function () {
  this.timeout(120_000);
  let bundle: string;
  let folder: string;
  let glossary: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-define-'));
    glossary = join(folder, 'glossary.bin');
    writeFileSync(glossary, encodeGlossary(ENTRIES));
    bundle = await bundleCommandLine();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(bundle, '..'), { recursive: true, force: true });
  });

  function define(args: string[], input = ''): { code: number | null; output: string; errors: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, 'define', ...args], {
      encoding: 'utf8',
      input,
    });
    return { code: status, output: stdout, errors: stderr };
  }

  function lines(args: string[], input?: string): Line[] {
    const { code, output, errors } = define(['--glossary', glossary, '--json', ...args], input);
    assert.equal(code, 0, errors);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  it('prints a line of JSON for each term, best definition first', () => {
    const [one, other, ...more] = lines(['Rheumatoid Arthritis', 'unheard of']);
    assert.equal(more.length, 0);
    const { definition, source, id, url, licence } = ENTRIES[0]!;
    assert.deepEqual(one, {
      term: 'Rheumatoid Arthritis',
      definitions: [{ term: 'rheumatoid arthritis', definition, source, id, url, licence, matched: 'name' }],
    });
    assert.deepEqual(other, { term: 'unheard of', definitions: [] });
  });

  it('reads terms from standard input', () =>
    assert.deepEqual(
      lines([], 'RA\r\nrefractory anaemia\n').map(({ term, definitions }) => [term, definitions.length]),
      [
        ['RA', 2],
        ['refractory anaemia', 1],
      ],
    ));

  it('takes the meaning from a text or a file', () => {
    const text = 'In rheumatoid arthritis (RA), …';
    const file = join(folder, 'paper.md');
    writeFileSync(file, text);
    for (const args of [
      ['--text', text],
      ['--file', file],
    ]) {
      const { definitions } = lines(['RA', ...args])[0]!;
      assert.deepEqual(
        definitions.map(({ term, matched }) => [term, matched]),
        [
          ['rheumatoid arthritis', 'abbreviation'],
          ['refractory anemia', 'synonym'],
        ],
      );
    }
  });

  it('prints words without --json', () => {
    const { code, output } = define(['--glossary', glossary, 'refractory anemia', 'nothing']);
    assert.equal(code, 0);
    const { term, definition, source, id, url, licence } = ENTRIES[1]!;
    assert.equal(output, `${term}: ${definition}\n  ${source}, ${id}, ${licence}, ${url}\nnothing: no definition\n`);
  });

  it('refuses with one line and exit code 1', () => {
    const damaged = join(folder, 'damaged.bin');
    const bytes = readFileSync(glossary);
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(damaged, bytes);
    const cases: [string[], RegExp][] = [
      [['RA', '--glossary', glossary, '--text', 'a', '--file', glossary], /cannot be combined/],
      [['RA', '--glossary', glossary, '--file', join(folder, 'missing.md')], /missing\.md/],
      [['RA', '--glossary', join(folder, 'missing.bin')], /missing\.bin/],
      [['RA', '--glossary', join(repository, 'package.json')], /not a glossary/],
      [['RA', '--glossary', damaged], /damaged/],
    ];
    for (const [args, said] of cases) {
      const { code, output, errors } = define(args);
      assert.equal(code, 1, args.join(' '));
      assert.equal(output, '');
      assert.match(errors, said);
      assert.equal(errors.trimEnd().split('\n').length, 1, errors);
    }
  });
});
