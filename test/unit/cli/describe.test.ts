import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeGlossary } from '../../../scripts/glossary/encode';
import { groundsAround } from '../../../src/completion/description';
import { raw } from '../glossary/support';
import { bundleCommandLine } from './support';

const STARTER = join(__dirname, '..', '..', '..', 'models', 'starter');

interface Line {
  term: string;
  definitions: { term: string }[];
  text: string;
  tokens: number;
  ms: number;
  reason?: string;
}

describe('biogpt describe', function () {
  this.timeout(120_000);
  let bundle: string;
  let folder: string;
  let glossary: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-describe-'));
    glossary = join(folder, 'glossary.bin');
    writeFileSync(glossary, encodeGlossary([raw({ term: 'asthma' })]));
    bundle = await bundleCommandLine();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(bundle), { recursive: true, force: true });
  });

  function run(args: string[], input = ''): { code: number | null; output: string; errors: string } {
    const program = [bundle, 'describe', '--model', STARTER, '--glossary', glossary, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8', input });
    return { code: status, output: stdout, errors: stderr };
  }

  function lines(args: string[], input?: string): Line[] {
    const { code, output, errors } = run(['--json', ...args], input);
    assert.equal(code, 0, errors);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  it('does not ask a model that is not fit to describe, and says so', () => {
    const [line] = lines(['asthma']);
    assert.equal(line!.text, '');
    assert.equal(line!.tokens, 0);
    assert.deepEqual(
      line!.definitions.map(({ term }) => term),
      ['asthma'],
    );
    assert.match(line!.reason!, /was not asked.*--ask-anyway/);

    const { output } = run(['asthma']);
    assert.match(output, /^asthma: What asthma is.*\n.*Disease Ontology.*\n\n.*was not asked/);
  });

  it('asks it all the same with --ask-anyway: whole sentences, no reason', () => {
    const [line] = lines(['asthma', '--ask-anyway']);
    assert.match(line!.text, /^asthma is .*[.]$/);
    assert.ok(line!.tokens > 3);
    assert.equal('reason' in line!, false);
  });

  it('lets the model state facts with --facts allow alone', () => {
    const term = 'cystic fibrosis';
    const [free] = lines([term, '--ask-anyway', '--facts', 'allow', '--max-tokens', '60']);
    const [bound] = lines([term, '--ask-anyway']);
    const symbol = /\b[A-Z]+\d\w*/;
    assert.match(free!.text, symbol);
    assert.doesNotMatch(bound!.text, symbol);
    const [named] = lines([
      term,
      '--ask-anyway',
      '--text',
      `The gene ${symbol.exec(free!.text)![0]} in cystic fibrosis.`,
    ]);
    assert.match(named!.text, symbol);
    assert.equal(run([term, '--facts', 'some']).code, 1);
  });

  it('says why no sentence could stand', () => {
    const [line] = lines(['asthma', '--ask-anyway', '--max-tokens', '2']);
    assert.equal(line!.text, '');
    assert.match(line!.reason!, /The model's description was left out/);
  });

  it('takes several terms, or a term a line from standard input, in their order', () => {
    const terms = ['unheard of', 'asthma', 'unheard of'];
    for (const found of [lines(terms), lines([], terms.join('\r\n'))]) {
      assert.deepEqual(
        found.map(({ term, definitions }) => [term, definitions.length]),
        [
          ['unheard of', 0],
          ['asthma', 1],
          ['unheard of', 0],
        ],
      );
    }
  });

  it('refuses what it cannot do with one line', () => {
    for (const [args, said] of [
      [['asthma', '--text', 'a', '--file', glossary], /cannot be combined/],
      [['asthma', '--ask-anyway', '--model', folder], /model\.json/],
      [[' ', '--ask-anyway'], /Enter a term/],
    ] as const) {
      const { code, output, errors } = run([...args]);
      assert.equal(code, 1, errors);
      assert.equal(output, '');
      assert.match(errors, said);
    }
  });
});

describe('groundsAround', () => {
  it('keeps what lies around a term, in whole words', () => {
    const text = `${'12 '.repeat(100)}Sepsis ${'34 '.repeat(100)}`;
    assert.equal(groundsAround(text, 'sepsis', 1000), text);
    const part = groundsAround(text, 'sepsis', 100);
    assert.ok(part.length <= 100);
    assert.match(part, /^(?:12 )+Sepsis(?: 34)+$/);
    assert.match(groundsAround(text, 'unknown', 50), /^12(?: 12)+$/);
  });
});
