import * as v from 'valibot';
import {
  MODEL_FORMAT_VERSION,
  PRECISIONS,
  type Architecture,
  type FileEntry,
  type ModelDescription,
  type ModelOrigin,
} from './format';
import { ModelError } from './modelError';
import { Task } from './modelTask';
import { flag, listOf, must, objectOf, oneOf, readJsonAs, rule, text, wholeNumber } from './outsideData';
import { phrase } from './phrase';

export const CONVERT_AGAIN = phrase`Download or convert the model again.`;

const string = v.string(must(phrase`text`));
const size = wholeNumber(1);
/** Values that one token may take in the KV cache; BioGPT-Large's takes 153,600. */
const MOST_VALUES_PER_TOKEN = 10_000_000;

const Shape: v.GenericSchema<unknown, Architecture> = v.pipe(
  objectOf({
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
          problem: phrase`Its hidden size of ${hiddenSize} is not divisible by its ${heads} attention heads.`,
        },
  ),
  rule(({ hiddenSize, layers }) =>
    2 * layers * hiddenSize <= MOST_VALUES_PER_TOKEN
      ? undefined
      : {
          at: ['hiddenSize'],
          problem: phrase`Its hidden size of ${hiddenSize} in ${layers} layers is more than any BioGPT model has.`,
        },
  ),
);

const Origin: v.GenericSchema<unknown, ModelOrigin> = objectOf({
  knownModel: v.exactOptional(string),
  repo: v.exactOptional(string),
  revision: v.exactOptional(string),
  local: v.exactOptional(string),
});

const Entry: v.GenericSchema<unknown, FileEntry> = objectOf({
  bytes: wholeNumber(0),
  sha256: text({ pattern: /^[0-9a-f]{64}$/, words: phrase`the SHA-256 hash of the file in lowercase hexadecimal` }),
});

const Description: v.GenericSchema<unknown, ModelDescription> = v.pipe(
  objectOf({
    formatVersion: v.literal(MODEL_FORMAT_VERSION, must(phrase`${MODEL_FORMAT_VERSION}`)),
    name: string,
    source: string,
    licence: string,
    origin: v.exactOptional(Origin),
    architecture: Shape,
    parameters: size,
    precision: oneOf(PRECISIONS),
    tokenizer: objectOf({
      vocab: string,
      merges: string,
      normalizePunctuation: flag,
      added: v.exactOptional(listOf(objectOf({ text: text(), id: wholeNumber(0), singleWord: v.exactOptional(flag) }))),
    }),
    graph: string,
    weights: string,
    describes: v.exactOptional(flag),
    task: v.exactOptional(Task),
    files: v.record(v.string(), Entry, must(phrase`an object`)),
  }),
  rule(({ task, architecture: { vocabSize, maxPositions } }) => {
    if (task === undefined) return undefined;
    if (task.maxTokens > maxPositions) {
      const problem = phrase`The model reads at most ${maxPositions} tokens.`;
      return { at: ['task', 'maxTokens'], problem };
    }
    const outside = task.prompt.find((id) => id >= vocabSize);
    return outside === undefined
      ? undefined
      : {
          at: ['task', 'prompt'],
          problem: phrase`The model has no row ${outside}: its rows go from 0 to ${vocabSize - 1}.`,
        };
  }),
  rule(({ files }) => {
    const outside = Object.keys(files).find((name) => !isFileName(name));
    return outside === undefined
      ? undefined
      : { at: ['files'], problem: phrase`The model lists a file outside its folder (${JSON.stringify(outside)}).` };
  }),
  rule(({ graph, weights, tokenizer: { vocab, merges }, files }) => {
    const unlisted = [graph, weights, vocab, merges].find((name) => !Object.hasOwn(files, name));
    return unlisted === undefined
      ? undefined
      : { at: ['files'], problem: phrase`The model does not list ${JSON.stringify(unlisted)} among its files.` };
  }),
);

const Version = objectOf({ formatVersion: wholeNumber(1) });

/**
 * Reads `model.json`.
 * @param path for messages
 * @throws ModelError naming the key that is wrong
 */
export function readDescription(path: string, json: string): ModelDescription {
  const version = readJsonAs(Version, json);
  if (version.ok && version.value.formatVersion > MODEL_FORMAT_VERSION) {
    throw new ModelError(
      path,
      phrase`has format version ${version.value.formatVersion}. This version of BioGPT Writer reads up to ${MODEL_FORMAT_VERSION}.`,
      phrase`Update the extension.`,
    );
  }
  const description = version.ok ? readJsonAs(Description, json) : version;
  if (!description.ok) throw new ModelError(path, description.problem, CONVERT_AGAIN);
  return description.value;
}

/** A plain name: no separators, drive letters or parents, so that it stays in the folder. */
function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);
}
