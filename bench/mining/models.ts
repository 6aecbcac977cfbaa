import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { convert } from '../../src/conversion/convert';
import type { Precision } from '../../src/modelFolder/format';
import type { ModelTask } from '../../src/modelFolder/modelTask';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { root, type Log, type Preparation } from '../speed/preparation';

const PROMPT_ROWS = 9;
/** Behind BioGPT's own vocabulary. */
const PROMPT = Array.from({ length: PROMPT_ROWS }, (_, row) => 42384 + row);
const LENGTHS = { prompt: PROMPT, maxSourceTokens: 900, maxTokens: 1024 };

export const TASKS: Record<'relations' | 'answers', ModelTask> = {
  relations: { ...LENGTHS, id: 'bc5cdr', lowerCase: true },
  answers: { ...LENGTHS, id: 'pubmedqa', lowerCase: false },
};

/** The checkpoint with random weights and rows for a prompt, and its model folders. */
export class MiningModels {
  constructor(
    private readonly preparation: Preparation,
    private readonly vocabularyFolder: string,
    private readonly log: Log,
  ) {}

  get vocabulary(): BioGptTokenizer {
    const read = (name: string): string => readFileSync(join(this.vocabularyFolder, name), 'utf8');
    return BioGptTokenizer.fromFiles(read('vocab.json'), read('merges.txt'));
  }

  /** The checkpoint. */
  async base(): Promise<string> {
    return join(
      await this.make('mining-checkpoint', async (out) => {
        await mkdir(out, { recursive: true });
        const script = join(root, 'test', 'conformance', 'mine_reference.py');
        const settings = ['--size', 'full', '--vocabulary', this.vocabularyFolder, '--prompt-rows', `${PROMPT_ROWS}`];
        await promisify(execFile)(await this.preparation.python(), [script, ...settings, '--out', out]);
      }),
      'base',
    );
  }

  async converted(precision: Precision): Promise<Record<keyof typeof TASKS, string>> {
    const base = await this.base();
    const folder = (task: keyof typeof TASKS): Promise<string> =>
      this.make(`mining-${task}-${precision}`, (out) =>
        convert(base, out, { precision, task: { declared: TASKS[task] } }).then(() => undefined),
      );
    return { relations: await folder('relations'), answers: await folder('answers') };
  }

  private async make(name: string, write: (out: string) => Promise<void>): Promise<string> {
    const path = join(this.preparation.cache, name);
    if (existsSync(path)) return path;
    this.log(`Writing ${name} …`);
    const draft = join(this.preparation.cache, `new-${name}`);
    await rm(draft, { recursive: true, force: true });
    await mkdir(this.preparation.cache, { recursive: true });
    await write(draft);
    await rename(draft, path);
    return path;
  }
}
