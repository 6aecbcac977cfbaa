import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { ADDED_TOKENS_FILE, SPECIAL_TOKENS_FILE, TOKENIZER_CONFIG_FILE } from '../../modelFolder/checkpointFiles';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { flag, objectOf, readJsonAs, wholeNumber } from '../../modelFolder/outsideData';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import type { AddedToken } from '../../tokenizer/addedTokens';

/** An added token as the files tell of it. */
type ToldToken = AddedToken & { special: boolean };

const Content = v.object({ content: v.string(), special: v.nullish(flag, false), single_word: v.nullish(flag, false) });

const TokenizerConfig = objectOf({ added_tokens_decoder: v.nullish(v.record(v.string(), Content)) });
const AddedTokensFile = v.record(v.string(), wholeNumber(0));
/** `pad_token: "[PAD]"` or `{content: "[PAD]"}`; `additional_special_tokens` is a list of these. */
const Special = v.union([v.string(), v.object({ content: v.string() })]);
const SpecialTokens = v.record(v.string(), v.union([Special, v.array(Special), v.unknown()]));

const REMEDY = phrase`Use the tokenizer files that came with the model.`;

/**
 * Reads the tokens that were added to a vocabulary, where transformers looks for them (`tokenization_utils_base.py`,
 * `_from_pretrained`): `added_tokens_decoder` of `tokenizer_config.json`, else `added_tokens.json`, of which
 * `special_tokens_map.json` tells the special ones. Special tokens are no text and left out.
 * @returns the tokens, and the ids of all that were added, special ones too
 * @param rows of the embedding: a token without a row, as one that was added after training, is read as ordinary text
 * @throws ModelError if one of the files is there and makes no sense
 */
export async function readAddedTokens(
  dir: string,
  rows: number,
): Promise<{ addedTokens: AddedToken[]; addedIds: number[]; warnings: Phrase[] }> {
  const config = await readIfThere(dir, TOKENIZER_CONFIG_FILE, TokenizerConfig);
  const all = config?.added_tokens_decoder
    ? fromDecoder(join(dir, TOKENIZER_CONFIG_FILE), config.added_tokens_decoder)
    : await fromOlderFiles(dir);
  const text = all.filter((token) => !token.special && token.text.trim() !== '');
  const without = text.filter(({ id }) => id >= rows);
  const warnings = without.map(
    ({ text, id }) =>
      phrase`${dir}: the added token ${JSON.stringify(text)} has the ID ${id}, for which the model has no weights. It is read as ordinary text.`,
  );
  const addedTokens = text.filter(({ id }) => id < rows).map(({ special: _, ...token }) => token);
  return { addedTokens, addedIds: all.map(({ id }) => id), warnings };
}

function fromDecoder(path: string, decoder: Record<string, v.InferOutput<typeof Content>>): ToldToken[] {
  return Object.entries(decoder).map(([key, { content, special, single_word: singleWord }]) => {
    if (!/^\d{1,9}$/.test(key)) {
      throw new ModelError(path, phrase`gives an added token the ID ${JSON.stringify(key)}.`, REMEDY);
    }
    return { text: content, id: Number(key), special, ...(singleWord && { singleWord }) };
  });
}

async function fromOlderFiles(dir: string): Promise<ToldToken[]> {
  const added = await readIfThere(dir, ADDED_TOKENS_FILE, AddedTokensFile);
  if (added === undefined) return [];
  const special = new Set<string>();
  const specials = (await readIfThere(dir, SPECIAL_TOKENS_FILE, SpecialTokens)) ?? {};
  for (const value of Object.values(specials).flat()) {
    const token = v.safeParse(Special, value);
    if (token.success) special.add(typeof token.output === 'string' ? token.output : token.output.content);
  }
  return Object.entries(added).map(([text, id]) => ({ text, id, special: special.has(text) }));
}

async function readIfThere<S extends v.GenericSchema>(
  dir: string,
  name: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const path = join(dir, name);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asModelError(path, error);
  }
  const reading = readJsonAs(schema, json);
  if (!reading.ok) throw new ModelError(path, reading.problem, REMEDY);
  return reading.value;
}
