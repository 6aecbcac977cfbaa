import assert from 'node:assert/strict';
import { ModelError } from '../../../../src/modelFolder/modelError';

/** Asserts that a promise fails with a ModelError whose message matches every pattern. */
export async function rejectsWith(promise: Promise<unknown>, ...patterns: RegExp[]): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ModelError, String(error));
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}

/** The same for a function. */
export function throwsWith(run: () => unknown, ...patterns: RegExp[]): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ModelError, String(error));
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  });
}
