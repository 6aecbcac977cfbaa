import assert from 'node:assert/strict';
import { insertionFor } from '../../../src/prose/insertion';
import { repairSpacing } from '../../../src/prose/spacing';
import { scopeAt } from '../../../src/prose/proseDocument';
import { goldenFiles, type Expectation, type GoldenCase } from './goldenCases';

function check({ language, marked }: GoldenCase, expected: Expectation): void {
  const offset = marked.indexOf('█');
  const text = marked.replace('█', '');
  const scope = scopeAt(language, text, offset);
  if (expected.kind === 'quiet') {
    assert.equal(scope.prose ? `prose: ${scope.textBefore}` : scope.reason, expected.reason);
    return;
  }
  assert.ok(scope.prose, `quiet: ${scope.prose ? '' : scope.reason}`);
  if (expected.kind === 'reads') {
    assert.equal(scope.textBefore, expected.text);
    if (expected.block !== undefined) assert.equal(scope.block, expected.block);
    return;
  }
  const lineEnd = text.indexOf('\n', offset);
  const lineSuffix = text.slice(offset, lineEnd < 0 ? text.length : lineEnd);
  const { text: inserted, covers } = insertionFor(
    language,
    scope,
    { linePrefix: scope.linePrefix, lineSuffix },
    repairSpacing(expected.answer),
  );
  assert.equal(`${scope.linePrefix}${inserted}█${lineSuffix.slice(covers)}`, expected.line);
}

describe('golden cases', () => {
  const files = goldenFiles();
  for (const { name, cases } of files) {
    describe(name, () => {
      for (const golden of cases) it(golden.name, () => golden.expected.forEach((expected) => check(golden, expected)));
    });
  }

  it('have one name each in their file: a failure says which case it is', () => {
    const names = files.flatMap(({ name, cases }) => cases.map((golden) => `${name}: ${golden.name}`));
    assert.equal(new Set(names).size, names.length);
  });
});
