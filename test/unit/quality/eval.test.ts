import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../../bench/quality/report';

const repository = join(__dirname, '..', '..', '..');
const fixtures = join(repository, 'test', 'unit', 'quality', 'fixtures');
const program = [join('node_modules', 'tsx', 'dist', 'cli.mjs'), join('bench', 'quality', 'main.ts')].map((path) =>
  join(repository, path),
);

describe('biogpt eval', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-eval-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function evalWith(...args: string[]): { code: number | null; output: string; errors: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
      encoding: 'utf8',
    });
    return { code: status, output: stdout, errors: stderr };
  }

  /** Exits with 1 and one line that says what is wrong. */
  function refuses(said: RegExp, ...args: string[]): void {
    const { code, output, errors } = evalWith(...args);
    assert.equal(code, 1);
    assert.equal(output, '');
    assert.match(errors, said);
    assert.equal(
      errors
        .trim()
        .split('\n')
        .filter((line) => !/, \d+ %$/.test(line)).length,
      1,
      errors,
    );
  }

  it('prints JSON and nothing else, the peers trained on the text beside the corpus', () => {
    const { code, output, errors } = evalWith('--corpus', join(fixtures, 'valid.jsonl'), '--limit', '4', '--json');
    assert.equal(code, 0, errors);
    const report = JSON.parse(output) as Report;
    assert.ok(report.bitsPerCharacter! > 0.5 && report.bitsPerCharacter! < 3);
    for (const figures of [report, report.peers.kneserNey5!, report.peers.wordSuggestions!]) {
      assert.equal(typeof figures.keystrokeSavings.byWord, 'number');
      assert.equal(typeof figures.keystrokeSavings.whole, 'number');
      assert.equal(typeof figures.acceptanceRate, 'number');
      assert.equal(typeof figures.wrongShownPer100Words, 'number');
    }
    assert.ok(report.latencyMs!.p50 > 0 && report.latencyMs!.p95 > 0);
    assert.match(errors, /^model: writing, 0%$/m);
    assert.doesNotMatch(errors, /\u001b/);
  });

  it('prints tables, and why a peer is missing', () => {
    const alone = join(folder, 'valid.jsonl');
    copyFileSync(join(fixtures, 'valid.jsonl'), alone);
    const { code, output, errors } = evalWith('--corpus', alone, '--limit', '2');
    assert.equal(code, 0, errors);
    assert.match(output, /bits per character/);
    assert.match(output, /VS Code word suggestions/);
    assert.doesNotMatch(output, /Kneser–Ney 5-gram +\|/);
    assert.match(output, /5-gram peer was left out.*--train/);
  });

  it('measures without parts, every part in turn, and half-typed terms', () => {
    const { code, output, errors } = evalWith(
      '--corpus',
      join(fixtures, 'valid.jsonl'),
      '--no-peers',
      '--limit',
      '1',
      '--without',
      'gate,facts',
      '--parts',
      '--healing',
      '--json',
    );
    assert.equal(code, 0, errors);
    const report = JSON.parse(output) as Report;
    assert.deepEqual(report.without, ['gate', 'facts']);
    assert.deepEqual(
      report.parts!.map(({ without }) => without.length),
      [0, 1, 1, 1, 1, 1, 1, 1, 6, 7],
    );
    const [everything, plain] = [report.parts![0]!.figures, report.parts!.at(-1)!.figures];
    assert.ok(everything.wrongShownPer100Words < plain.wrongShownPer100Words);
    assert.ok(report.healing!.known >= 1 && report.healing!.completed <= report.healing!.known);
    const { unknown, completed, wrong } = report.finishing!;
    assert.ok(unknown >= 1 && completed + wrong <= unknown);
    assert.equal(evalWith('--corpus', 'any', '--without', 'gate,spelling').code, 1);
  });

  it('says in a line what is wrong with its files', () => {
    const corpus = join(fixtures, 'valid.jsonl');
    refuses(/none\.jsonl: there is no such file/, '--corpus', join(folder, 'none.jsonl'));
    refuses(/it is a folder/, '--corpus', folder);
    refuses(/none\.jsonl: there is no such file/, '--corpus', corpus, '--train', join(folder, 'none.jsonl'));
    refuses(/is not a model folder/, '--corpus', corpus, '--model', folder);
    const damaged = join(folder, 'damaged.jsonl');
    writeFileSync(damaged, '');
    refuses(/holds no prose/, '--corpus', damaged);
    writeFileSync(damaged, '{"id": "a", "sections": []}\n\n{"id": \n');
    refuses(/damaged\.jsonl, line 3: this is no JSON/, '--corpus', damaged);
  });

  it('tells a damaged archive from a wrong line', function () {
    if (spawnSync('xz', ['--version']).status !== 0) this.skip();
    const packed = join(folder, 'packed.jsonl');
    copyFileSync(join(fixtures, 'valid.jsonl'), packed);
    assert.equal(spawnSync('xz', [packed]).status, 0);
    truncateSync(`${packed}.xz`, 600);
    refuses(/Cannot unpack .*packed\.jsonl\.xz/, '--corpus', `${packed}.xz`);
  });
});
