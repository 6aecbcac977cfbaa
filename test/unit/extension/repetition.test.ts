import assert from 'node:assert/strict';
import { cutRepetition } from '../../../src/extension/repetition';

describe('repetition', () => {
  const cases: [string, string][] = [
    ['found in the brain, and the brain, and the brain, and', 'found in the brain'],
    ['is a a a a a', ''],
    ['is a rare disorder. In addition, the condition, the condition, the', 'is a rare disorder. In addition, the condition'],
    ['were treated with aspirin and with placebo.', 'were treated with aspirin and with placebo.'],
    ['were 5 5 5 and 6 6', 'were 5 5 5 and 6 6'],
    [' leading and trailing ', ' leading and trailing '],
    ['', ''],
  ];
  for (const [text, cut] of cases) {
    it(`${JSON.stringify(text)} → ${JSON.stringify(cut)}`, () => assert.equal(cutRepetition(text), cut));
  }
});
