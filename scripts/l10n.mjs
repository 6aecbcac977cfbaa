// Writes the bundle of strings that translators work from: `npm run l10n`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUNDLE, bundleText } from './lib/l10n.mjs';
import { root } from './lib/project.mjs';

const file = join(root, BUNDLE);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, await bundleText());
