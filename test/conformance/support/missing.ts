import type { Context } from 'mocha';

/** Something a test needs: its path, or why it is not there. */
export type Located = { path: string } | { missing: string };

/**
 * Path of a required part. Where it is absent the running test or hook is skipped with the reason
 * printed; with `CI=true` it fails instead, so that a continuous build cannot quietly test less.
 */
export function required(context: Context, part: Located): string {
  if ('path' in part) {
    return part.path;
  }
  if (process.env['CI'] === 'true') {
    throw new Error(`${part.missing} (CI=true: a missing part is a failure)`);
  }
  return skipped(context, part.missing);
}

/** As `required`, but skips under `CI=true` as well: for data that does not come with the repository. */
export function optional(context: Context, part: Located): string {
  return 'path' in part ? part.path : skipped(context, part.missing);
}

function skipped(context: Context, reason: string): never {
  console.log(`      skipped: ${reason}`);
  return context.skip();
}
