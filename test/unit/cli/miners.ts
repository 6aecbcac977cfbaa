/** Models of text mining that answer as a test has it, without one being there. */
import assert from 'node:assert/strict';
import type { OpenMiner } from '../../../src/cli/mining/mineAll';
import { taskReader, type ChoiceTask, type RelationTask } from '../../../src/mining/taskReader';
import type { MineResult } from '../../../src/protocol/decoder';

const RESULT: MineResult = {
  text: '',
  tokens: [],
  cut: false,
  finishReason: 'endOfText',
  timings: { reusedTokens: 0, prefillTokens: 1, prefillMs: 1, decodedTokens: 1, decodeMs: 1 },
};

/** Writes relations. */
export class Answering implements OpenMiner<RelationTask> {
  readonly dir = '/models/relations';
  readonly task: RelationTask;
  readonly sources: string[] = [];

  /** @param says the answer to a source, or what of a result it decides */
  constructor(
    id: string,
    private readonly says: (source: string, before: number) => string | Partial<MineResult>,
  ) {
    this.task = taskReader({ id, lowerCase: true }) as RelationTask;
  }

  async mine({ source }: { source: string }): Promise<MineResult> {
    const said = this.says(source, this.sources.length);
    this.sources.push(source);
    return { ...RESULT, ...(typeof said === 'string' ? { text: said } : said) };
  }
}

/** Chooses what the source says, else the first. */
export class Choosing implements OpenMiner<ChoiceTask> {
  readonly dir = '/models/choices';
  readonly task: ChoiceTask;
  readonly sources: string[] = [];

  constructor(task: string | Parameters<typeof taskReader>[0]) {
    this.task = taskReader(typeof task === 'string' ? { id: task, lowerCase: false } : task) as ChoiceTask;
  }

  async mine({ source, choices }: { source: string; choices?: readonly string[] }): Promise<MineResult> {
    this.sources.push(source);
    assert.equal(choices!.length, this.task.choices.length);
    return { ...RESULT, choices: this.task.choices.map(({ answer }) => (source.includes(answer) ? -1 : -3)) };
  }
}
