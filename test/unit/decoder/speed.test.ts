import assert from 'node:assert/strict';
import { SpeedMeter } from '../../../src/decoder/speed';

describe('the speed meter', () => {
  it('averages what took time', () => {
    const meter = new SpeedMeter();
    assert.equal(meter.decode, null);
    meter.add({ reusedTokens: 0, prefillTokens: 100, prefillMs: 500, decodedTokens: 11, decodeMs: 1000 });
    assert.deepEqual([meter.prefill, meter.decode], [200, 10]);
    // Two prompt tokens and one new one say nothing.
    meter.add({ reusedTokens: 98, prefillTokens: 2, prefillMs: 500, decodedTokens: 1, decodeMs: 0 });
    assert.deepEqual([meter.prefill, meter.decode], [200, 10]);
    meter.add({ reusedTokens: 0, prefillTokens: 100, prefillMs: 1000, decodedTokens: 11, decodeMs: 500 });
    assert.deepEqual([meter.prefill, meter.decode], [170, 13]);
  });
});
