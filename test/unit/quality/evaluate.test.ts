import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, type EvaluateOptions } from '../../../bench/quality/evaluate';
import { tables, type Report } from '../../../bench/quality/report';

const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const options: EvaluateOptions = {
  model: join(__dirname, '../../../models/starter'),
  corpus: fixture('valid.jsonl'),
  train: fixture('train.jsonl'),
  peers: true,
  limit: 4,
  seed: 1,
};

/** The report without what depends on the machine. */
function withoutLatency(report: Report): unknown {
  return JSON.parse(JSON.stringify(report, (key, value: unknown) => (key === 'latencyMs' ? undefined : value)));
}

describe('evaluate', function () {
  this.timeout(120_000);
  let report: Report;

  before(async () => {
    report = await evaluate(options, () => undefined);
  });

  it('gives every figure, for the peers too', () => {
    for (const figures of [report, report.peers.kneserNey5!, report.peers.wordSuggestions!]) {
      const { byWord, whole } = figures.keystrokeSavings;
      assert.ok(byWord >= -1 && byWord < 1 && whole >= -1 && whole < 1);
      const [low, high] = figures.intervals.keystrokeSavings.byWord;
      assert.ok(low <= byWord && byWord <= high);
      assert.ok(Number.isFinite(figures.wrongShownPer100Words));
    }
    assert.ok(report.latencyMs!.p50 > 0 && report.latencyMs!.p50 <= report.latencyMs!.p95);
    assert.equal(report.definitions!.count, 2);
    assert.equal(report.text.documents, 4);
    assert.equal(report.text.passages, 4);
    assert.deepEqual(report.notes, []);
  });

  it('tells a better model from a worse one', () => {
    // The n-grams have read five paragraphs, the starter thousands of articles.
    assert.ok(report.bitsPerCharacter! < report.peers.kneserNey5!.bitsPerCharacter! - 0.5);
    assert.ok(report.keystrokeSavings.byWord > report.peers.wordSuggestions!.keystrokeSavings.byWord);
    assert.ok(report.wrongShownPer100Words < report.peers.wordSuggestions!.wrongShownPer100Words);
  });

  it('gives the same figures for the same seed', async () => {
    const again = await evaluate({ ...options, train: fixture('train.jsonl') }, () => undefined);
    assert.deepEqual(withoutLatency(again), withoutLatency(report));
  });

  it('is quieter the more a wrong word costs', async () => {
    const loud = await evaluate({ ...options, peers: false, caution: 0 }, () => undefined);
    assert.ok(loud.wrongShownPer100Words > report.wrongShownPer100Words);
    assert.deepEqual(loud.peers, {});
  });

  it('writes tables with every system and section', () => {
    const text = tables(report);
    for (const part of [
      'BioGPT Writer starter',
      'Kneser–Ney 5-gram',
      'VS Code word suggestions',
      'abstract',
      'ROUGE-L',
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it('says what is missing', async () => {
    const { train, ...untrained } = options;
    assert.match((await evaluate({ ...untrained, limit: 1 }, () => undefined)).notes[0]!, /--train/);
    await assert.rejects(
      evaluate({ ...options, corpus: fixture('none.jsonl') }, () => undefined),
      /none\.jsonl: there is no such file/,
    );
    await assert.rejects(
      evaluate({ ...options, model: train! }, () => undefined),
      /train\.jsonl/,
    );
    const folder = mkdtempSync(join(tmpdir(), 'biogpt-eval-'));
    try {
      const damaged = join(folder, 'damaged.jsonl');
      writeFileSync(damaged, '{"id": "a", "sections": []}\n{"id": \n');
      await assert.rejects(
        evaluate({ ...options, corpus: damaged }, () => undefined),
        /damaged\.jsonl, line 2: this is no JSON/,
      );
      writeFileSync(damaged, '{"id": "a", "sections": [{"heading": "x"}]}\n');
      await assert.rejects(
        evaluate({ ...options, corpus: damaged }, () => undefined),
        /line 1: a document needs/,
      );
      writeFileSync(damaged, '{"id": "a", "sections": []}\n');
      await assert.rejects(
        evaluate({ ...options, corpus: damaged }, () => undefined),
        /holds no prose/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
