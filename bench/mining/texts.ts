import { join } from 'node:path';
import * as v from 'valibot';
import { readJsonLines } from '../../src/cli/jsonLines';
import { taskInput } from '../../src/decoder/mine/taskInput';
import type { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { TASKS } from './models';

/** Abstracts of one task's test set. */
export interface Texts {
  sources: string[];
  /** The same as the model reads them, prompt included. */
  inputs: number[][];
  /** How long the data set's answers are, on average, their `</s>` included. */
  newTokens: number;
}

const DATA = { relations: 'bc5cdr.test.jsonl.xz', answers: 'pubmedqa.test.jsonl.xz' };
const Line = v.object({ source: v.string(), target: v.string() });

export async function readTexts(
  folder: string,
  documents: number,
  tokenizer: BioGptTokenizer,
): Promise<Record<keyof typeof DATA, Texts>> {
  const read = async (task: keyof typeof DATA): Promise<Texts> => {
    const sources: string[] = [];
    let answers = 0;
    let tokens = 0;
    for await (const { source, target } of readJsonLines(join(folder, DATA[task]), Line, 'abstracts')) {
      if (sources.length < documents) sources.push(source);
      answers++;
      // The leading </s> counts for the one that ends it.
      tokens += tokenizer.encode(target).length;
    }
    const inputs = sources.map((source) => taskInput(source, TASKS[task], (text) => tokenizer.encode(text)).ids);
    return { sources, inputs, newTokens: Math.round(tokens / answers) };
  };
  return { relations: await read('relations'), answers: await read('answers') };
}
