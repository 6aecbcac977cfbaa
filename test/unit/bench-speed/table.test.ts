import assert from 'node:assert/strict';
import { fractionOfRoofline } from '../../../bench/speed/roofline';
import { median, percentile } from '../../../bench/speed/statistics';
import { GHOST_TEXT, markdownTable, ratio, type Row } from '../../../bench/speed/table';

const row = (system: string, precision: string, value: number, more: Partial<Row> = {}): Row => ({
  system,
  precision,
  measure: 'decode',
  context: 512,
  unit: 'tokens/s',
  value,
  ...more,
});

describe('speed bench: figures', () => {
  it('takes the nearest value as a percentile, whatever the order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(percentile([4, 1, 3, 2], 0.95), 4);
    assert.equal(percentile([4, 1, 3, 2], 0), 1);
    assert.ok(Number.isNaN(median([])));
  });

  it('counts weights and cache once per token against the bandwidth', () => {
    // 100 + 2 × 50 bytes in 10 ms are 20,000 bytes a second.
    assert.equal(fractionOfRoofline({ weightBytes: 100, cacheBytesPerToken: 2 }, 50, 10, 40_000), 0.5);
    assert.equal(fractionOfRoofline({}, 50, 10, 40_000), null);
  });

  it('compares with the fastest of the others, at the same measure and context', () => {
    const rows = [
      row('a', 'int8', 50),
      row('b', 'int8', 40),
      row('c', 'int8', 25),
      row('c', 'int8', 99, { context: 128 }),
      row('b', 'int8', 99, { measure: 'prefill' }),
    ];
    const isA = ({ system }: Row): boolean => system === 'a';
    assert.equal(
      ratio(rows, 'decode', 512, isA, (it) => !isA(it)),
      1.25,
    );
    assert.equal(
      ratio(rows, 'decode', 1000, isA, (it) => !isA(it)),
      null,
    );
  });
});

describe('speed bench: table', () => {
  it('has a line per system and precision, and says where there is no figure', () => {
    const rows = [row('a', 'int8', 57.44), row('a', 'int8', 523.4, { measure: 'prefill' }), row('b', 'fp32', 8.777)];
    assert.deepEqual(markdownTable(rows).split('\n'), [
      '| system | decode 512, tokens/s | prefill 512, tokens/s |',
      '| --- | --: | --: |',
      '| a int8 | 57.4 | 523 |',
      '| b fp32 | 8.78 | – |',
    ]);
  });

  it('keeps typing sessions of different lengths in one column', () => {
    const measure = `${GHOST_TEXT}, p50`;
    const ours = row('a', 'int8', 80, { measure, unit: 'ms' });
    const table = markdownTable([ours, { ...ours, system: 'b', context: 300 }]);
    assert.equal(table.split('\n')[0], `| system | ${measure}, ms |`);
  });
});
