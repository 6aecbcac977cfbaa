import type { Context } from 'mocha';
import { findChromium, INSTALL_CHROMIUM } from '../../host/chromium.js';

/** Skips the suite where there is no Chromium, with the command that installs one; fails with `CI=true`. */
export function requireChromium(context: Context): void {
  if (findChromium()) return;
  const reason = `No Chromium was found. Install one: ${INSTALL_CHROMIUM}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.log(`      skipped: ${reason}`);
  context.skip();
}
