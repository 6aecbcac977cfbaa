import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');

describe("the README's picture", () => {
  it('moves, repeats, and is small enough to load at once', () => {
    const [, path] = /!\[[^\]]+\]\(([^)]+)\)/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    assert.ok(path, 'the README has no picture');
    const gif = readFileSync(join(root, path)).toString('latin1');
    assert.equal(gif.slice(0, 6), 'GIF89a');
    assert.ok(gif.includes('NETSCAPE2.0\x03\x01\x00\x00'), 'it does not repeat for ever');
    // A graphic control extension comes before each frame.
    const frames = gif.split('\x21\xf9\x04').length - 1;
    assert.ok(frames > 30, `it has ${frames} frames`);
    assert.ok(gif.length < 1.5e6, `it has ${gif.length} bytes`);
  });
});
