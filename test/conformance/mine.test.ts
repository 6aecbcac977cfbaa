import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '../../src/conversion/convert';
import { Engine } from '../../src/decoder/engine';
import { taskInput } from '../../src/decoder/mine/taskInput';
import type { Miner } from '../../src/decoder/mine/miner';
import type { Precision } from '../../src/modelFolder/format';
import type { ModelTask } from '../../src/modelFolder/modelTask';
import type { MineParams, MineResult } from '../../src/protocol/decoder';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { optional, required, type Located } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { repositoryRoot, sharedData } from './support/shared';

/** Of a token's log-probability. */
const TOLERANCE = 1e-3;
const PROMPT_ROWS = 9;

const SOURCES = [
  'famotidine-associated delirium. a series of six cases.',
  'the authors report on six cases of famotidine-associated delirium in hospitalized patients who cleared completely upon removal of famotidine.',
  'naloxone reverses the antihypertensive effect of clonidine.',
  'in unanesthetized, spontaneously hypertensive rats the decrease in blood pressure and heart rate produced by intravenous clonidine, 5 to 20 micrograms/kg, was inhibited or reversed by nalozone, 0.2 to 2 mg/kg.',
  'no effect of lidocaine on heart rate was seen.',
];
const CHOICES = ['yes', 'no', 'maybe'].map((word) => `the answer to the question given the context is ${word}`);

interface Answer {
  ids: number[];
  logProbabilities: number[];
}
interface Reference {
  greedy: Answer;
  beams: Answer;
  choices: number[];
}

const starterVocabulary: Located = existsSync(join(repositoryRoot, 'models/starter/vocab.json'))
  ? { path: join(repositoryRoot, 'models/starter') }
  : { missing: 'no vocabulary in models/starter' };

for (const { size, vocabulary, need } of [
  { size: 'tiny', vocabulary: starterVocabulary, need: required },
  { size: 'full', vocabulary: sharedData('biogpt-vocabulary'), need: optional },
] as const) {
  describe(`models with a task against transformers, ${size} size`, function () {
    this.timeout(900_000);
    let folder: string;
    let task: ModelTask;
    let reference: Reference[];

    before(async function () {
      const vocabularyFolder = need(this, vocabulary);
      const python = required(this, await conformancePython());
      folder = mkdtempSync(join(tmpdir(), `biogpt-mine-${size}-`));
      const read = (name: string): string => readFileSync(join(vocabularyFolder, name), 'utf8');
      const tokenizer = BioGptTokenizer.fromFiles(read('vocab.json'), read('merges.txt'));
      const rows = Array.from({ length: PROMPT_ROWS }, (_, row) => tokenizer.vocabSize + row);
      task = {
        id: 'ours',
        prompt: rows,
        lowerCase: true,
        maxSourceTokens: 40,
        maxTokens: 90,
        form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} and {b}' } },
      };
      const inputs = SOURCES.map((source) => taskInput(source, task, (text) => tokenizer.encode(text)).ids);
      assert.ok(
        inputs.some(({ length }) => length === 1 + 40 + PROMPT_ROWS),
        'one source is cut',
      );
      const wanted = {
        inputs,
        choices: CHOICES.map((choice) => tokenizer.encode(choice).slice(1)),
        maxTokens: task.maxTokens,
      };
      writeFileSync(join(folder, 'inputs.json'), JSON.stringify(wanted));
      const script = 'mine_reference.py';
      await runPython(python, script, ['--size', size, '--vocabulary', vocabularyFolder, '--out', folder]);
      await runPython(python, script, ['--out', folder, '--inputs', join(folder, 'inputs.json')]);
      reference = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Reference[];
    });
    after(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true });
    });

    /** The model in a precision, made when it is first asked for. */
    const converted = async (precision: Precision): Promise<string> => {
      const dir = join(folder, precision);
      if (!existsSync(dir)) await convert(join(folder, 'base'), dir, { precision, task: { declared: task } });
      return dir;
    };
    /** What a model of a precision makes of every source. */
    const mined = async (precision: Precision, params: Partial<MineParams>): Promise<MineResult[]> => {
      const engine = await Engine.open(await converted(precision));
      try {
        const miner: Miner = engine.miner((pass) => pass());
        const results: MineResult[] = [];
        for (const source of SOURCES) results.push(await miner.mine({ task: task.id, source, ...params }));
        return results;
      } finally {
        await engine.dispose();
      }
    };
    const farthest = (ours: readonly number[], theirs: readonly number[]): number => {
      assert.equal(ours.length, theirs.length);
      return ours.reduce((worst, value, i) => {
        const difference = Math.abs(value - theirs[i]!);
        return difference <= worst ? worst : difference;
      }, 0);
    };

    for (const [name, decoding] of [
      ['greedy', { strategy: 'greedy' }],
      ['beams', { strategy: 'beam', beams: 3 }],
    ] as const) {
      it(`${name}: the same answers, with the same probabilities of their tokens`, async () => {
        let worst = 0;
        for (const [i, { tokens, cut }] of (await mined('fp32', { decoding })).entries()) {
          const { ids, logProbabilities } = reference[i]![name];
          assert.deepEqual(
            tokens.map(({ id }) => id),
            ids,
            SOURCES[i],
          );
          worst = Math.max(
            worst,
            farthest(
              tokens.map((token) => token.logProbability),
              logProbabilities,
            ),
          );
          assert.equal(cut, i === 3);
        }
        assert.ok(worst <= TOLERANCE, `max |Δ log p| ${worst}`);
        console.log(`      max |Δ log p| ${worst.toExponential(1)}`);
      });
    }

    it('choices: the same probabilities', async () => {
      const results = await mined('fp32', { choices: CHOICES });
      const worst = results.map(({ choices }, i) => farthest(choices!, reference[i]!.choices));
      assert.ok(Math.max(...worst) <= TOLERANCE, `max |Δ log p| ${Math.max(...worst)}`);
      console.log(`      max |Δ log p| ${Math.max(...worst).toExponential(1)}`);
    });

    // Of random weights, whose choices are close to one another: twice what was measured.
    for (const [precision, farthestShare] of [
      ['int8', 0.05],
      ['int4', 0.17],
    ] as const) {
      it(`${precision}: nearly the same probabilities`, async () => {
        const shares = (logs: readonly number[]): number[] => {
          const sum = logs.reduce((all, log) => all + Math.exp(log - Math.max(...logs)), 0);
          return logs.map((log) => Math.exp(log - Math.max(...logs)) / sum);
        };
        const chosen = await mined(precision, { choices: CHOICES });
        const apart = chosen.map(({ choices }, i) => farthest(shares(choices!), shares(reference[i]!.choices)));
        const written = await mined(precision, {});
        const alike = written.map(({ tokens }, i) => {
          const { ids } = reference[i]!.greedy;
          const first = tokens.findIndex(({ id }, at) => id !== ids[at]);
          return first < 0 ? ids.length : first;
        });
        assert.ok(Math.max(...apart) <= farthestShare, `a share differs by ${Math.max(...apart)}`);
        console.log(
          `      share of a choice off by at most ${Math.max(...apart).toFixed(3)}; first tokens alike ${alike.join(', ')} of ${reference.map(({ greedy }) => greedy.ids.length).join(', ')}`,
        );
      });
    }
  });
}
