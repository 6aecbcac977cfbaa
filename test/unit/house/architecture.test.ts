import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAY_IMPORT } from '../../../scripts/lint/rooms.mjs';

const file = join(__dirname, '..', '..', '..', 'docs', 'architecture.md');

/** What the last column of a row says: names, "nothing …", or "all but" names. */
function imports(cell: string): string[] {
  if (cell.startsWith('nothing')) return [];
  const [, but, names] = /^(all but )?(.*)$/.exec(cell)!;
  const named = names!.split(', ');
  return but ? Object.keys(MAY_IMPORT).filter((room) => !named.includes(room)) : named;
}

describe('docs/architecture.md', () => {
  const rows = [...readFileSync(file, 'utf8').matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm)];

  it('has a row for every room, with what the lint rule lets it import', () => {
    const documented = rows.map(([, room, cell]) => [room!, imports(cell!).filter((name) => name !== room)] as const);
    const sorted = (names: readonly string[]): string[] => [...names].sort();
    assert.deepEqual(
      Object.fromEntries(documented.map(([room, names]) => [room, sorted(names)])),
      Object.fromEntries(Object.entries(MAY_IMPORT).map(([room, names]) => [room, sorted(names)])),
    );
  });
});
