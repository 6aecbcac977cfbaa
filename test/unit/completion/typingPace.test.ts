import assert from 'node:assert/strict';
import { TypingPace } from '../../../src/completion/typingPace';

describe('typing pace', () => {
  function typist(gapMs: number): TypingPace {
    const pace = new TypingPace();
    for (let key = 0; key < 30; key++) pace.keyPressed(key * gapMs);
    return pace;
  }

  it('waits as long as it may while nothing is known, and half of it between words', () => {
    assert.equal(new TypingPace().wait('The patien', 80), 80);
    assert.equal(new TypingPace().wait('The patients ', 80), 40);
  });

  it('waits less for a fast typist, and never longer than it may', () => {
    assert.equal(typist(40).wait('The patien', 80), 50);
    assert.equal(typist(200).wait('The patien', 80), 80);
  });

  it('takes no pause for a pace', () => {
    const pace = typist(40);
    pace.keyPressed(1_000_000);
    assert.equal(pace.wait('The patien', 80), 50);
  });

  it('takes off the time of an answer, but keeps a third', () => {
    const quick = typist(200);
    quick.answered(20);
    assert.equal(quick.wait('The patien', 90), 70);
    const slow = typist(200);
    slow.answered(800);
    assert.equal(slow.wait('The patien', 90), 30);
  });
});
