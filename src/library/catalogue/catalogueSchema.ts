import * as v from 'valibot';
import type { Architecture } from '../../modelFolder/format';
import {
  exactly,
  flag,
  listOf,
  must,
  type Problem,
  rule,
  strict,
  text,
  wholeNumber,
} from '../../modelFolder/outsideData';
import { phrase } from '../../modelFolder/phrase';
import type { Decoding } from '../../protocol/decoder';
import type { PublishedNumbers } from '../../protocol/installer';
import type { KnownFile, KnownModel } from './knownModel';
import { KNOWN_MODELS } from './knownModels';

/** Far above any BioGPT: a number beyond is a mistake. */
const MOST = 16_777_216;
const size = wholeNumber(1, MOST);
const finite = v.pipe(v.number(must(phrase`a number`)), v.finite(must(phrase`a number`)));
const ids = listOf(wholeNumber(0, MOST));

const Shape: v.GenericSchema<unknown, Architecture> = v.pipe(
  exactly({
    hiddenSize: size,
    layers: size,
    heads: size,
    ffnSize: size,
    maxPositions: size,
    vocabSize: size,
    scaleEmbedding: flag,
  }),
  rule(({ hiddenSize, heads }) =>
    hiddenSize % heads === 0
      ? undefined
      : {
          at: ['heads'],
          problem: phrase`The hidden size of ${hiddenSize} is not divisible by ${heads} attention heads.`,
        },
  ),
);

const File: v.GenericSchema<unknown, KnownFile> = exactly({
  // A file in the repository's root: names with a folder or `..` could lead out of the download's.
  path: text({ pattern: /^\w[\w.-]*$/, words: phrase`the name of a file` }),
  sha256: v.exactOptional(
    text({ pattern: /^[0-9a-f]{64}$/, words: phrase`the SHA-256 hash of the file in lowercase hexadecimal` }),
  ),
});

const Files: v.GenericSchema<unknown, KnownFile[]> = v.pipe(
  listOf(File),
  rule((files) => {
    const paths = files.map(({ path }) => path);
    const missing = ['config.json', 'vocab.json', 'merges.txt'].find((needed) => !paths.includes(needed));
    if (missing !== undefined) return { problem: phrase`${missing} is missing.` };
    if (!paths.some((path) => /\.(bin|safetensors)$/.test(path))) {
      return { problem: phrase`The weights are missing (pytorch_model.bin or model.safetensors).` };
    }
    const twice = paths.find((path, index) => paths.indexOf(path) !== index);
    return twice === undefined ? undefined : { problem: phrase`${twice} is listed twice.` };
  }),
);

/** Greedy or beam search: what is drawn at random is no reference. */
const Reference: v.GenericSchema<unknown, Decoding> = v.variant(
  'strategy',
  [
    strict({ strategy: v.literal('greedy') }),
    strict({
      strategy: v.literal('beam'),
      beams: wholeNumber(1, 32),
      lengthPenalty: v.exactOptional(finite),
      earlyStopping: v.exactOptional(v.union([flag, v.literal('never')], must(phrase`true, false, or "never"`))),
    }),
  ],
  must(phrase`one of ${'greedy, beam'}`),
);

const Published: v.GenericSchema<unknown, PublishedNumbers> = exactly({
  source: text(),
  encodings: listOf(exactly({ text: text(), ids })),
  logits: listOf(exactly({ ids, values: listOf(listOf(finite)) })),
  generations: listOf(
    exactly({
      ids,
      decoding: Reference,
      minLength: v.exactOptional(wholeNumber(0, MOST)),
      maxLength: v.exactOptional(wholeNumber(1, MOST)),
      newIds: ids,
    }),
  ),
});

const Model: v.GenericSchema<unknown, KnownModel> = v.pipe(
  exactly({
    id: text({ pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/, words: phrase`lowercase letters, digits, and single hyphens` }),
    name: text(),
    repo: text({ pattern: /^\w[\w.-]*\/\w[\w.-]*$/, words: phrase`a repository on the Hugging Face Hub, owner/name` }),
    revision: text({ pattern: /^[0-9a-f]{7,40}$/, words: phrase`a commit of 7 to 40 lowercase hexadecimal digits` }),
    licence: text(),
    // A lab's own words, shown as they are.
    summary: v.pipe(
      text(),
      v.transform((words) => ({ text: words, args: [] })),
    ),
    architecture: Shape,
    parameters: wholeNumber(1),
    downloadBytes: wholeNumber(1),
    files: Files,
    published: v.exactOptional(Published),
  }),
  rule(({ architecture, published }) => published && problemOfNumbers(published, architecture)),
);

/** Published numbers that the model could not give: unknown ids, more tokens than it reads, rows of the wrong size. */
function problemOfNumbers(
  { encodings, logits, generations }: PublishedNumbers,
  { vocabSize, maxPositions }: Architecture,
): Problem | undefined {
  const idsProblem = (list: readonly number[], at: (string | number)[]): Problem | undefined => {
    const unknown = list.findIndex((id) => id >= vocabSize);
    if (unknown >= 0) {
      const problem = phrase`Token ID ${list[unknown]!} is outside the vocabulary (0 to ${vocabSize - 1}).`;
      return { at: ['published', ...at, unknown], problem };
    }
    if (list.length > 0 && list.length <= maxPositions) return undefined;
    return { at: ['published', ...at], problem: phrase`Specify between 1 and ${maxPositions} token IDs.` };
  };
  for (const [i, { ids }] of encodings.entries()) {
    const problem = idsProblem(ids, ['encodings', i, 'ids']);
    if (problem) return problem;
  }
  for (const [i, { ids, values }] of logits.entries()) {
    const problem = idsProblem(ids, ['logits', i, 'ids']);
    if (problem) return problem;
    const at = ['published', 'logits', i, 'values'];
    if (values.length === 0) return { at, problem: phrase`At least one row of logits is needed.` };
    if (values.length > ids.length || values.some((row) => row.length === 0 || row.length > vocabSize)) {
      return {
        at,
        problem: phrase`There can be at most one row for each token ID and one column for each token of the vocabulary.`,
      };
    }
  }
  for (const [i, { ids, newIds, minLength = 0, maxLength = maxPositions }] of generations.entries()) {
    const problem = idsProblem(ids, ['generations', i, 'ids']) ?? idsProblem(newIds, ['generations', i, 'newIds']);
    if (problem) return problem;
    const at = (name: string): (string | number)[] => ['published', 'generations', i, name];
    const length = ids.length + newIds.length;
    if (length > maxPositions) {
      return {
        at: at('newIds'),
        problem: phrase`Together with the input tokens, these are more than the ${maxPositions} tokens that the model can read.`,
      };
    }
    if (minLength > maxPositions) {
      return {
        at: at('minLength'),
        problem: phrase`This is more than the ${maxPositions} tokens that the model can read.`,
      };
    }
    if (maxLength < length || maxLength > maxPositions) {
      return { at: at('maxLength'), problem: phrase`This must be from ${length} to ${maxPositions}.` };
    }
  }
  return undefined;
}

/** A lab's catalogue: known models beyond the built-in ones. */
export const CatalogueFile = exactly({
  models: v.pipe(
    listOf(Model),
    rule((models) => {
      for (const [index, { id }] of models.entries()) {
        if (KNOWN_MODELS.some((model) => model.id === id)) {
          return { at: [index, 'id'], problem: phrase`"${id}" is built in and cannot be redefined.` };
        }
        const first = models.findIndex((model) => model.id === id);
        if (first < index)
          return { at: [index, 'id'], problem: phrase`"${id}" is already the ID of models[${first}].` };
      }
      return undefined;
    }),
  ),
});
