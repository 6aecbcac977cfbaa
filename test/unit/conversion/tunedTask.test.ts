import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert, type ConvertOptions } from '../../../src/conversion/convert';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import type { ModelTask } from '../../../src/modelFolder/modelTask';
import { english } from '../../../src/modelFolder/phrase';
import { tinyDict, writeFairseqFolder } from './support/fairseqFolder';
import { op } from './support/pickleWriter';
import { rejectsWith } from './support/throws';
import { temporaryFolder, tinyConfig, tinyTensors, tinyVocabulary, writeHuggingFaceFolder } from './support/tinyModel';

/** Of 29 symbols and `rows` more. */
const config = (rows: number): Record<string, unknown> =>
  tinyConfig({ vocab_size: 29 + rows, max_position_embeddings: 1024 });

const OWN: ModelTask = {
  id: 'natural-products',
  prompt: [2, 0],
  lowerCase: false,
  maxSourceTokens: 600,
  maxTokens: 1024,
  form: { source: '{title} {text}', answer: { kind: 'relations', pattern: '{organism} produces {chemical}' } },
};

describe('models that were tuned for a task', () => {
  let dir: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
  });
  afterEach(() => remove());

  const converted = async (
    options: Partial<ConvertOptions> = {},
  ): Promise<{ task: ModelTask | undefined; warnings: string[] }> => {
    const { warnings, dir: out } = await convert(join(dir, 'source'), join(dir, 'out'), {
      precision: 'fp32',
      ...options,
    });
    return { task: (await openModelFolder(out)).description.task, warnings: warnings.map(english) };
  };
  const fairseq = (rows: number, data: string): void =>
    writeFairseqFolder(join(dir, 'source'), {
      tensors: tinyTensors(config(rows)),
      dict: tinyDict(25),
      task: { data: op.text(data), learned_prompt: op.int(rows) },
    });
  const huggingFace = (rows: number): void =>
    writeHuggingFaceFolder(join(dir, 'source'), { config: config(rows), vocabulary: tinyVocabulary(29) });
  const rows = (count: number): number[] => Array.from({ length: count }, (_, i) => 29 + i);

  it('are known by the data that a fairseq checkpoint says it was trained on', async () => {
    for (const [data, id, count] of [
      ['../../data/BC5CDR/raw/relis-bin', 'bc5cdr', 9],
      ['../../data/DDI/raw/relis-bin', 'ddi', 9],
      ['../../data/KD-DTI/raw/relis-bin', 'kd-dti', 9],
      ['../../data/HoC/ansis-bin', 'hoc', 1],
      ['../../data/PubMedQA/pqal_qcl_ansis-bin', 'pubmedqa', 9],
    ] as const) {
      fairseq(count, data);
      const { task, warnings } = await converted();
      assert.deepEqual([task?.id, task?.prompt], [id, rows(count)]);
      assert.equal(task?.maxTokens, 1024);
      assert.equal(task?.lowerCase, id !== 'hoc' && id !== 'pubmedqa');
      assert.equal(warnings.length, id === 'pubmedqa' ? 1 : 0);
    }
  });

  it('and say so in a task.json are known by that, whatever their folder is called', async () => {
    huggingFace(9);
    const declared = { ...OWN, prompt: rows(9) };
    const path = join(dir, 'source', 'task.json');
    writeFileSync(path, JSON.stringify(declared));
    assert.deepEqual(await converted(), { task: declared, warnings: [] });
    assert.equal((await converted({ task: { id: 'ddi' } })).task?.id, 'ddi');

    writeFileSync(path, JSON.stringify({ ...declared, prompt: rows(10) }));
    await rejectsWith(converted(), /has no token 38/);
    writeFileSync(path, JSON.stringify({ ...declared, form: undefined }));
    await rejectsWith(converted(), /task\.json.*so it needs a form/s);
  });

  it('and whose task nothing tells are told apart by what the user says', async () => {
    huggingFace(9);
    const { task, warnings } = await converted();
    assert.equal(task, undefined);
    assert.match(warnings[0]!, /soft prompt has 9 tokens.*--task followed by one of: bc5cdr, ddi, kd-dti, pubmedqa/);
    assert.deepEqual((await converted({ task: { id: 'ddi' } })).task, {
      id: 'ddi',
      prompt: rows(9),
      lowerCase: true,
      maxSourceTokens: 640,
      maxTokens: 1024,
    });
    const asked = await converted({ task: { id: 'pubmedqa', withConclusion: true } });
    assert.deepEqual([asked.task?.withConclusion, asked.task?.lowerCase, asked.warnings], [true, true, []]);
    assert.deepEqual((await converted({ task: { declared: OWN } })).task, OWN);
  });

  it('are not those with as many added tokens as a prompt has rows', async () => {
    for (const count of [1, 9]) {
      huggingFace(count);
      const added = rows(count).map((id) => [`[ADDED${id}]`, id] as const);
      for (const special of [true, false]) {
        const decoder = Object.fromEntries(added.map(([content, id]) => [id, { content, special }]));
        writeFileSync(join(dir, 'source', 'tokenizer_config.json'), JSON.stringify({ added_tokens_decoder: decoder }));
        assert.deepEqual(await converted(), { task: undefined, warnings: [] });
      }
      rmSync(join(dir, 'source', 'tokenizer_config.json'));
      writeFileSync(join(dir, 'source', 'added_tokens.json'), JSON.stringify(Object.fromEntries(added)));
      assert.deepEqual(await converted(), { task: undefined, warnings: [] });
      rmSync(join(dir, 'source', 'added_tokens.json'));
    }
  });

  it('have the rows that the task needs, or are refused', async () => {
    huggingFace(0);
    assert.deepEqual(await converted(), { task: undefined, warnings: [] });
    await rejectsWith(
      convert(join(dir, 'source'), join(dir, 'refused'), { precision: 'fp32', task: { id: 'bc5cdr' } }),
      /cannot have been fine-tuned for bc5cdr: the soft prompt of that task has 9 tokens.* has 0/,
    );
    await rejectsWith(
      convert(join(dir, 'source'), join(dir, 'refused'), {
        precision: 'fp32',
        task: { declared: { ...OWN, prompt: [29] } },
      }),
      /has no token 29/,
    );
  });

  it("say in model.json which key of the task's declaration makes no sense", async () => {
    huggingFace(9);
    const { dir: out } = await convert(join(dir, 'source'), join(dir, 'out'), {
      precision: 'fp32',
      task: { declared: OWN },
    });
    const path = join(out, 'model.json');
    const description = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const answer = OWN.form!.answer;
    for (const [task, ...problem] of [
      [{ ...OWN, form: undefined }, /"natural-products" is not built in.* bc5cdr/],
      [{ ...OWN, prompt: [2, 38] }, /The model has no row 38/],
      [{ ...OWN, maxTokens: 2048 }, /at most 1024 tokens/],
      [{ ...OWN, maxSourceTokens: 1022 }, /leaves no room for an answer/],
      [{ ...OWN, id: 'a task' }, /"task.id" must be a name of letters/],
      [{ ...OWN, form: { source: '{body}', answer } }, /"task.form.source".*Unknown field "body"/],
      [
        { ...OWN, form: { source: '{text}', answer: { kind: 'relations', pattern: '{a}{b}' } } },
        /Put at least one word between/,
      ],
      [{ ...OWN, form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} is' } } }, /two names in braces/],
      [
        { ...OWN, form: { source: '{text}', answer: { kind: 'choice', phrase: 'is', choices: ['x'] } } },
        /at least two different choices/,
      ],
      [
        {
          ...OWN,
          form: {
            source: '{question} {text}',
            answer: { kind: 'choice', phrase: 'is', choices: ['x', 'y'], bySentence: true },
          },
        },
        /"task.form.answer.bySentence": A task that answers a question reads whole texts/,
      ],
      [
        { ...OWN, form: { source: '{text}', answer: { kind: 'table' } } },
        /"task.form.answer.kind" must be of the kind "relations"/,
      ],
    ] as const) {
      writeFileSync(path, JSON.stringify({ ...description, task }));
      await rejectsWith(openModelFolder(out), /model\.json/, ...problem);
    }
  });
});
