import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '../../../src/conversion/convert.js';
import type { ModelTask } from '../../../src/modelFolder/modelTask.js';
import { declareTask } from '../../support/declareTask.js';
import { writeOneSentenceCheckpoint } from './oneSentenceModel.js';

/** What the model reads from any text; two of the three names stand in the tests' texts. */
const ANSWER = 'cisplatin causes nephrotoxicity; amphotericin Causes hypokalemia; aspirin CAUSES glurbosis';

const SHAPE = { prompt: [5], lowerCase: false, maxSourceTokens: 900, maxTokens: 1000 };
const TASKS = {
  relations: {
    ...SHAPE,
    id: 'adverse-effects',
    form: {
      source: '{text}',
      answer: { kind: 'relations' as const, pattern: '{Chemical} causes {Disease}', separator: '; ' },
    },
  },
  answer: {
    ...SHAPE,
    id: 'questions',
    form: {
      source: 'question: {question} context: {text}',
      answer: { kind: 'choice' as const, phrase: 'the answer is', choices: ['yes', 'no', 'maybe'] },
    },
  },
  classes: { ...SHAPE, id: 'hoc' },
} satisfies Record<string, ModelTask>;

/** Folders of tiny models, one for each command of text mining: all of the same weights, which know one answer. */
export interface TaskModels {
  relations: string;
  answer: string;
  classes: string;
  remove(): void;
}

/** @param endless its answer begins anew where it ends, and so goes on as long as it may */
export async function makeTaskModels({ endless = false } = {}): Promise<TaskModels> {
  const root = mkdtempSync(join(tmpdir(), 'biogpt-tasks-'));
  const checkpoint = join(root, 'checkpoint');
  const chain = ['to', ...ANSWER.split(' '), ...(endless ? [] : ['</s>'])];
  await writeOneSentenceCheckpoint(checkpoint, { chain, positions: 1024 });
  const { dir } = await convert(checkpoint, join(root, 'model'), { precision: 'fp32', name: 'Tiny' });
  const folder = (name: keyof typeof TASKS): string => {
    const path = join(root, name);
    cpSync(dir, path, { recursive: true });
    declareTask(path, TASKS[name], { name: `Tiny ${name}` });
    return path;
  };
  return {
    relations: folder('relations'),
    answer: folder('answer'),
    classes: folder('classes'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
