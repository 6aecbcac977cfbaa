import { describeVocabulary, type Vocabulary } from '../checkpoint/vocabulary';
import { ModelError } from '../../modelFolder/modelError';
import { BPE_CODES_FILE, DICT_FILE } from '../../modelFolder/checkpointFiles';
import type { FairseqSettings } from '../checkpoint/fairseqPickle';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { lastSymbol } from '../../tokenizer/endOfWord';
import { SPECIAL_SYMBOLS } from '../../tokenizer/vocabularyFiles';

/** More rows than this are no soft prompt, where the checkpoint doesn't tell its length. */
const MAX_UNTOLD_PROMPT = 64;

/** Where the two files are that the published archives leave out, and where to put them. */
export function getVocabulary(folder: string): Phrase {
  return phrase`Download ${DICT_FILE} and ${BPE_CODES_FILE} from https://github.com/microsoft/BioGPT, folder data/BioGPT (data/BioGPT-Large for the large models), and put both into ${folder}.`;
}

export interface FairseqVocabulary {
  vocabulary: Vocabulary;
  /** In Hugging Face's form: the dictionary's symbols from id 4 on, then the soft prompt's, then the special tokens. */
  json: string;
}

/**
 * Makes a vocabulary of fairseq's `dict.txt`. Line k has the id 4 + k; the spelling `x@@` of an inner
 * piece becomes `x`, any other symbol `x` becomes `x</w>` (as in transformers' conversion script).
 * Rows of the embedding beyond it are a soft prompt, which fairseq's task appends as `learned1`,
 * `learned2`, … (BioGPT `language_modeling_prompt.py`).
 * @param rows of the embedding
 * @param task the checkpoint's settings of its task
 * @throws ModelError if a line makes no sense or the number of symbols doesn't fit
 */
export function vocabularyFromDict(path: string, dict: string, rows: number, task: FairseqSettings): FairseqVocabulary {
  const fail = (problem: Phrase): never => {
    throw new ModelError(path, problem, phrase`Use the dict.txt that the checkpoint was trained with.`);
  };
  const symbols = parseDict(dict, fail).map(huggingFaceSpelling);
  const known = symbols.length + SPECIAL_SYMBOLS.length;
  if (known > rows)
    fail(phrase`has ${known} symbols (including the four special ones), but the checkpoint has only ${rows}.`);
  symbols.push(...softPrompt(rows - known, task, fail));

  const ids = new Map<string, number>();
  for (const [index, symbol] of symbols.entries()) {
    const id = index + SPECIAL_SYMBOLS.length;
    if (ids.has(symbol)) fail(phrase`has ${JSON.stringify(symbol)} twice (IDs ${ids.get(symbol)!} and ${id}).`);
    ids.set(symbol, id);
  }
  for (const [id, symbol] of SPECIAL_SYMBOLS.entries()) {
    if (ids.has(symbol)) fail(phrase`contains ${JSON.stringify(symbol)}, which is reserved for a special token.`);
    ids.set(symbol, id);
  }
  return {
    vocabulary: describeVocabulary([...ids.keys()]),
    // Not an object: it would put symbols that are numbers first.
    json: `{${[...ids].map(([symbol, id]) => `${JSON.stringify(symbol)}: ${id}`).join(', ')}}`,
  };
}

/** Symbols may hold anything but the last space of their line, which precedes the count. */
function parseDict(text: string, fail: (problem: Phrase) => never): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const match = /^(.+) \d+$/su.exec(line);
    return match
      ? match[1]!
      : fail(phrase`line ${index + 1} is not a symbol followed by its count: ${JSON.stringify(line.slice(0, 40))}.`);
  });
}

function huggingFaceSpelling(symbol: string): string {
  return symbol.endsWith('@@') ? symbol.slice(0, -2) : lastSymbol(symbol);
}

/** The symbols that the task has appended to its dictionary. */
function softPrompt(rows: number, task: FairseqSettings, fail: (problem: Phrase) => never): string[] {
  if (rows === 0) return [];
  const pattern = task.get('learned_prompt_pattern');
  const separator = task.get('sep_token');
  const symbols = task.get('prefix') === true && typeof separator === 'string' ? [separator] : [];
  const told = task.get('learned_prompt');
  const length = typeof told === 'number' ? told : rows - symbols.length;
  if (length + symbols.length !== rows || (told === undefined && rows > MAX_UNTOLD_PROMPT)) {
    fail(
      typeof told === 'number'
        ? phrase`has ${rows} fewer symbols than the checkpoint, but the soft prompt accounts for ${length}.`
        : phrase`has ${rows} fewer symbols than the checkpoint, too many to be a soft prompt.`,
    );
  }
  for (let i = 1; i <= length; i++) symbols.push(`${typeof pattern === 'string' ? pattern : 'learned'}${i}`);
  return symbols.map(lastSymbol);
}
