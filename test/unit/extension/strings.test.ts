import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE, bundleText, phrasesIn } from '../../../scripts/lib/l10n.mjs';

const root = join(__dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Setting {
  markdownDescription: string;
  enum?: string[];
  markdownEnumDescriptions?: string[];
  minimum?: number;
  maximum?: number;
}

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, Setting> }[];
    keybindings: { when: string }[];
    menus: Record<string, { when?: string }[]>;
    walkthroughs: { featuredFor: string[] }[];
  };
}

/** Keys of `contributes` whose values a person reads. */
const READ_BY_PEOPLE =
  /^(title|shortTitle|category|description|markdownDescription|enumDescriptions|markdownEnumDescriptions|enumItemLabels|deprecationMessage|markdownDeprecationMessage|name|label)$/;

/** Every text of `contributes` that a person reads, with where it stands. */
function textsOf(value: unknown, path = 'contributes'): { path: string; text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}.${key}`;
    if (!READ_BY_PEOPLE.test(key)) return textsOf(inner, here);
    return [inner].flat().map((text) => ({ path: here, text: String(text) }));
  });
}

describe('the strings of the user interface', () => {
  const manifest = JSON.parse(read('package.json')) as Manifest;
  const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;

  it('are all in the bundle, and the bundle holds no other', async () => {
    assert.equal(read(BUNDLE), await bundleText(), 'run "npm run l10n"');
  });

  it('that packages read by other processes are found by their tag', () => {
    const source =
      'const a = phrase`is cut off.`; const b = phrase`holds ${n} of ${m} bytes.`; const c = `not ${this}`;';
    assert.deepEqual(phrasesIn('a.ts', source), ['is cut off.', 'holds {0} of {1} bytes.']);
  });

  it('of the manifest are in package.nls.json, each of them used', () => {
    const texts = textsOf(manifest.contributes);
    const used = new Set<string>();
    for (const { path, text } of texts) {
      const key = /^%(.+)%$/.exec(text)?.[1];
      assert.ok(key !== undefined, `${path}: "${text}" is not in package.nls.json`);
      assert.ok(nls[key], `${path}: package.nls.json lacks ${key}`);
      used.add(key);
    }
    assert.deepEqual(
      Object.keys(nls).filter((key) => !used.has(key)),
      [],
    );
  });

  it('name the range of every setting that has one, and describe each of its values', () => {
    for (const { properties } of manifest.contributes.configuration) {
      for (const [name, setting] of Object.entries(properties)) {
        const { markdownDescription, minimum, maximum } = setting;
        const text = nls[markdownDescription.slice(1, -1)]!;
        if (minimum !== undefined && minimum !== 0) assert.ok(text.includes(String(minimum)), `${name}: ${minimum}`);
        if (maximum !== undefined) assert.ok(text.includes(String(maximum)), `${name}: ${maximum}`);
        assert.equal(setting.markdownEnumDescriptions?.length, setting.enum?.length, name);
        for (const [, other] of text.matchAll(/`#([\w.]+)#`/g)) {
          assert.ok(
            manifest.contributes.configuration.some((section) => other! in section.properties),
            `${name} names ${other}`,
          );
        }
      }
    }
  });

  it('name commands that there are', () => {
    const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
    for (const [key, text] of Object.entries(nls)) {
      for (const [, command] of text.matchAll(/\(command:(biogpt\.\w+)\)/g)) assert.ok(commands.has(command!), key);
    }
  });
});

describe('the manifest', () => {
  const { activationEvents, contributes } = JSON.parse(read('package.json')) as Manifest;

  it('starts the extension with the languages it suggests in by default, and nothing else', () => {
    assert.deepEqual(activationEvents, [
      'onLanguage:markdown',
      'onLanguage:latex',
      'onLanguage:quarto',
      'onLanguage:rmd',
      'onLanguage:rsweave',
    ]);
  });

  it('leaves the list of languages to src/extension/languages.ts', () => {
    const conditions = [...contributes.keybindings, ...Object.values(contributes.menus).flat()].map(({ when }) => when);
    for (const when of conditions) assert.doesNotMatch(when ?? '', /markdown|latex|quarto|rmd|rsweave/);
    assert.ok(contributes.keybindings.every(({ when }) => /editorLangId in biogpt\.proseLanguages/.test(when)));
  });

  it('features its walkthrough to those who write science', () => {
    for (const { featuredFor } of contributes.walkthroughs) {
      assert.ok(featuredFor.includes('**/*.tex'));
      assert.ok(!featuredFor.includes('**/*.md'), 'Markdown is what everybody writes');
    }
  });
});
