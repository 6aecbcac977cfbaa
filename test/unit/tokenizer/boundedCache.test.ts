import assert from 'node:assert/strict';
import { BoundedCache } from '../../../src/tokenizer/boundedCache';

describe('BoundedCache', () => {
  it('forgets what has not been used lately, and keeps what has', () => {
    const cache = new BoundedCache<string, number>(10);
    cache.set('often', 1);
    for (let i = 0; i < 1000; i++) {
      cache.set(`once ${i}`, i);
      assert.equal(cache.get('often'), 1);
      assert.ok(cache.size <= 20);
    }
    assert.equal(cache.get('once 0'), undefined);
    assert.equal(cache.get('once 999'), 999);
  });
});
