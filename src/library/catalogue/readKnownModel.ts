import type { Decoding } from '../../protocol/decoder';
import type { PublishedNumbers } from '../../protocol/installer';
import type { Architecture } from '../../modelFolder/format';
import type { KnownFile, KnownModel } from './knownModel';
import { type Fields, finiteNumber, Invalid, list, object, only, text, trueOrFalse, wholeNumber } from './validation';

const ID = { pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/, words: 'lower-case letters, digits and single hyphens' };
const REPO = { pattern: /^\w[\w.-]*\/\w[\w.-]*$/, words: 'a repository as on the Hub, "owner/name"' };
const REVISION = { pattern: /^[0-9a-f]{7,40}$/, words: 'a commit of 7 to 40 lower-case hex digits' };
const SHA256 = { pattern: /^[0-9a-f]{64}$/, words: 'a SHA-256 of 64 lower-case hex digits' };
/** A file in the repository's root: names with a folder or `..` could lead out of the download's. */
const FILE = { pattern: /^\w[\w.-]*$/, words: 'the name of a file' };
/** Far above any BioGPT: a number beyond is a mistake. */
const MOST = 16_777_216;

/**
 * Reads a model of a catalogue file.
 * @param key where it stands, for messages
 * @throws Invalid
 */
export function readKnownModel(value: unknown, key: string): KnownModel {
  const fields = object(value, key);
  const at = (name: string): string => `${key}.${name}`;
  only(
    fields,
    [
      'id',
      'name',
      'repo',
      'revision',
      'licence',
      'summary',
      'architecture',
      'parameters',
      'downloadBytes',
      'files',
      'published',
    ],
    key,
  );
  const architecture = readArchitecture(fields['architecture'], at('architecture'));
  return {
    id: text(fields['id'], at('id'), ID),
    name: text(fields['name'], at('name')),
    repo: text(fields['repo'], at('repo'), REPO),
    revision: text(fields['revision'], at('revision'), REVISION),
    licence: text(fields['licence'], at('licence')),
    // A lab's own words, shown as they are.
    summary: { text: text(fields['summary'], at('summary')), args: [] },
    architecture,
    parameters: wholeNumber(fields['parameters'], at('parameters'), 1),
    downloadBytes: wholeNumber(fields['downloadBytes'], at('downloadBytes'), 1),
    files: readFiles(fields['files'], at('files')),
    ...(fields['published'] !== undefined && {
      published: readPublished(fields['published'], at('published'), architecture),
    }),
  };
}

function readArchitecture(value: unknown, key: string): Architecture {
  const fields = object(value, key);
  only(fields, ['hiddenSize', 'layers', 'heads', 'ffnSize', 'maxPositions', 'vocabSize', 'scaleEmbedding'], key);
  const size = (name: string): number => wholeNumber(fields[name], `${key}.${name}`, 1, MOST);
  const architecture = {
    hiddenSize: size('hiddenSize'),
    layers: size('layers'),
    heads: size('heads'),
    ffnSize: size('ffnSize'),
    maxPositions: size('maxPositions'),
    vocabSize: size('vocabSize'),
    scaleEmbedding: trueOrFalse(fields['scaleEmbedding'], `${key}.scaleEmbedding`),
  };
  if (architecture.hiddenSize % architecture.heads !== 0) {
    const { hiddenSize, heads } = architecture;
    throw new Invalid(`${key}.heads: hiddenSize ${hiddenSize} cannot be divided among ${heads}.`);
  }
  return architecture;
}

function readFiles(value: unknown, key: string): KnownFile[] {
  const files = list(value, key).map((each, index): KnownFile => {
    const at = `${key}[${index}]`;
    const fields = object(each, at);
    only(fields, ['path', 'sha256'], at);
    const path = text(fields['path'], `${at}.path`, FILE);
    const sha256 = fields['sha256'];
    return { path, ...(sha256 !== undefined && { sha256: text(sha256, `${at}.sha256`, SHA256) }) };
  });
  for (const needed of ['config.json', 'vocab.json', 'merges.txt']) {
    if (!files.some(({ path }) => path === needed)) throw new Invalid(`${key}: ${needed} is missing.`);
  }
  if (!files.some(({ path }) => /\.(bin|safetensors)$/.test(path))) {
    throw new Invalid(`${key}: the weights are missing (pytorch_model.bin or model.safetensors).`);
  }
  const twice = files.find(({ path }, index) => files.findIndex((file) => file.path === path) !== index);
  if (twice) throw new Invalid(`${key}: ${twice.path} is there twice.`);
  return files;
}

function readPublished(value: unknown, key: string, { vocabSize, maxPositions }: Architecture): PublishedNumbers {
  const fields = object(value, key);
  only(fields, ['source', 'encodings', 'logits', 'generations'], key);
  const ids = (input: unknown, at: string): number[] => {
    const read = list(input, at).map((id, index) => wholeNumber(id, `${at}[${index}]`, 0, vocabSize - 1));
    if (read.length > 0 && read.length <= maxPositions) return read;
    throw new Invalid(`${at}: 1 to ${maxPositions} ids are needed.`);
  };
  const each = <T>(name: string, keys: readonly string[], read: (item: Fields, at: string) => T): T[] =>
    list(fields[name], `${key}.${name}`).map((item, index) => {
      const at = `${key}.${name}[${index}]`;
      const itemFields = object(item, at);
      only(itemFields, keys, at);
      return read(itemFields, at);
    });

  return {
    source: text(fields['source'], `${key}.source`),
    encodings: each('encodings', ['text', 'ids'], (item, at) => ({
      text: text(item['text'], `${at}.text`),
      ids: ids(item['ids'], `${at}.ids`),
    })),
    logits: each('logits', ['ids', 'values'], (item, at) => {
      const input = ids(item['ids'], `${at}.ids`);
      const values = list(item['values'], `${at}.values`).map((row, position) =>
        list(row, `${at}.values[${position}]`).map((logit, id) =>
          finiteNumber(logit, `${at}.values[${position}][${id}]`),
        ),
      );
      if (values.length > input.length || values.some((row) => row.length === 0 || row.length > vocabSize)) {
        throw new Invalid(`${at}.values: at most a row for each id and a column for each token.`);
      }
      if (values.length === 0) throw new Invalid(`${at}.values: a row of logits is needed.`);
      return { ids: input, values };
    }),
    generations: each('generations', ['ids', 'decoding', 'minLength', 'maxLength', 'newIds'], (item, at) => {
      const input = ids(item['ids'], `${at}.ids`);
      const newIds = ids(item['newIds'], `${at}.newIds`);
      if (input.length + newIds.length > maxPositions) {
        throw new Invalid(`${at}.newIds: with its input it is longer than maxPositions, ${maxPositions}.`);
      }
      const { minLength, maxLength } = item;
      return {
        ids: input,
        decoding: readDecoding(item['decoding'], `${at}.decoding`),
        ...(minLength !== undefined && { minLength: wholeNumber(minLength, `${at}.minLength`, 0, maxPositions) }),
        ...(maxLength !== undefined && {
          maxLength: wholeNumber(maxLength, `${at}.maxLength`, input.length + newIds.length, maxPositions),
        }),
        newIds,
      };
    }),
  };
}

/** Greedy or beam search: what is drawn at random is no reference. */
function readDecoding(value: unknown, key: string): Decoding {
  const fields = object(value, key);
  if (fields['strategy'] === 'greedy') {
    only(fields, ['strategy'], key);
    return { strategy: 'greedy' };
  }
  if (fields['strategy'] !== 'beam') throw new Invalid(`${key}.strategy must be "greedy" or "beam".`);
  only(fields, ['strategy', 'beams', 'lengthPenalty', 'earlyStopping'], key);
  const { lengthPenalty, earlyStopping } = fields;
  if (earlyStopping !== undefined && typeof earlyStopping !== 'boolean' && earlyStopping !== 'never') {
    throw new Invalid(`${key}.earlyStopping must be true, false or "never".`);
  }
  return {
    strategy: 'beam',
    beams: wholeNumber(fields['beams'], `${key}.beams`, 1, 32),
    ...(lengthPenalty !== undefined && { lengthPenalty: finiteNumber(lengthPenalty, `${key}.lengthPenalty`) }),
    ...(earlyStopping !== undefined && { earlyStopping }),
  };
}
