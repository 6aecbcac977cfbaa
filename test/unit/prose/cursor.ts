import assert from 'node:assert/strict';
import { scopeAt, type BlockKind, type ProseLanguage, type Scope, type ScopeReason } from '../../../src/prose/index';

const CURSOR = '█';

/** The scope at the `█` of a text. */
export function scopeAtCursor(language: ProseLanguage, marked: string): Scope {
  const offset = marked.indexOf(CURSOR);
  assert.ok(offset >= 0 && marked.indexOf(CURSOR, offset + 1) < 0, 'one cursor expected');
  return scopeAt(language, marked.replace(CURSOR, ''), offset);
}

/** A golden case: a text with its cursor, and what the model reads there or why nothing is offered. */
export type Golden = [name: string, marked: string, expected: { quiet: ScopeReason } | { reads: string; block?: BlockKind }];

export function quiet(reason: ScopeReason): { quiet: ScopeReason } {
  return { quiet: reason };
}

export function reads(text: string, block?: BlockKind): { reads: string; block?: BlockKind } {
  return block === undefined ? { reads: text } : { reads: text, block };
}

export function goldenTests(language: ProseLanguage, goldens: readonly Golden[]): void {
  for (const [name, marked, expected] of goldens) {
    it(name, () => {
      const scope = scopeAtCursor(language, marked);
      if ('quiet' in expected) {
        assert.equal(scope.prose ? `prose: ${scope.textBefore}` : scope.reason, expected.quiet);
        assert.ok(!scope.prose && /^[A-Z].*\.$/.test(scope.message));
        return;
      }
      assert.equal(scope.prose ? scope.textBefore : `quiet: ${scope.reason}`, expected.reads);
      if (expected.block !== undefined) assert.equal(scope.prose && scope.block, expected.block);
    });
  }
}
