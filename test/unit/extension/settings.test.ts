import { configuration } from './support/vscode';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as v from 'valibot';
import type { Uri } from 'vscode';
import { readOwnWords } from '../../../src/extension/ownWords';
import {
  completionSchema,
  decoderSchema,
  describeSchema,
  miningSchema,
  hoverSchema,
  hubSchema,
  modelSchema,
  serverSchema,
  readDecoderSettings,
  readDescribeSettings,
  readModelSettings,
} from '../../../src/extension/settings';
import { parse } from 'valibot';

interface Shown {
  default: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
}

describe('settings', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, Shown> }[] };
  };
  const shown = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
    string,
    Shown
  >;
  const groups: Record<string, v.ObjectSchema<v.ObjectEntries, undefined>> = {
    completion: completionSchema,
    describe: describeSchema,
    mining: miningSchema,
    hover: hoverSchema,
    decoder: decoderSchema,
    model: modelSchema,
    hub: hubSchema,
    server: serverSchema,
  };
  /** What a group is read as when one of its settings has this value and the others none. */
  const readWith = (group: string, name: string, value: unknown): unknown => {
    const none = Object.fromEntries(Object.keys(groups[group]!.entries).map((key) => [key, undefined]));
    return (parse(groups[group]!, { ...none, [name]: value }) as Record<string, unknown>)[name];
  };

  afterEach(() => {
    configuration.values = {};
  });

  it('are read as many as are shown', () => {
    const read = Object.entries(groups).flatMap(([group, { entries }]) =>
      Object.keys(entries).map((name) => `biogpt.${group}.${name}`),
    );
    assert.deepEqual(read.sort(), Object.keys(shown).sort());
  });

  it('have the defaults and the ranges that are shown', () => {
    for (const [id, { default: otherwise, minimum, maximum, enum: values }] of Object.entries(shown)) {
      const [, group, name] = id.split('.') as [string, string, string];
      assert.deepEqual(readWith(group, name, undefined), otherwise, id);
      assert.deepEqual(readWith(group, name, { no: 'sense' }), otherwise, id);
      if (minimum !== undefined) assert.equal(readWith(group, name, minimum - 1000), minimum, id);
      if (maximum !== undefined) assert.equal(readWith(group, name, maximum + 1000), maximum, id);
      for (const value of values ?? []) assert.equal(readWith(group, name, value), value, id);
    }
  });

  it('hold as they are set', () => {
    configuration.values = {
      'biogpt.describe.maxTokens': 64.4,
      'biogpt.decoder.idleMinutes': 0.5,
      'biogpt.decoder.threads': 'many',
      'biogpt.model.use': ' biogpt-int8 ',
      'biogpt.hub.endpoint': '  ',
    };
    assert.equal(readDescribeSettings().maxTokens, 64);
    assert.deepEqual(readDecoderSettings(), { threads: 0, idleMinutes: 0.5 });
    const { use, hubEndpoint, allowDownloads } = readModelSettings();
    assert.deepEqual([use, hubEndpoint, allowDownloads], ['biogpt-int8', 'https://huggingface.co', true]);
  });

  it('of spell checkers give the words that make sense', () => {
    const uri = {} as Uri;
    assert.deepEqual(readOwnWords(uri), []);
    configuration.values = {
      'cSpell.words': ['IL-6R', 7, null],
      'cSpell.userWords': 'nonsense',
      'ltex.dictionary': [],
    };
    assert.deepEqual(readOwnWords(uri), ['IL-6R']);
    configuration.values = { 'ltex.dictionary': { 'en-GB': ['sarilumab', {}], default: 'nonsense', de: ['Zelle'] } };
    assert.deepEqual(readOwnWords(uri), ['sarilumab']);
  });
});
