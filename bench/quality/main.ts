/** The yardstick, `npm run biogpt -- eval`: measures a model folder on held-out text, beside its peers. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { integer, real } from '../../src/cli/arguments';
import { failOnClosedPipe, print } from '../../src/cli/output';
import { ProgressLine } from '../../src/cli/progress';
import { evaluate, type EvaluateOptions } from './evaluate';
import { tables } from './report';
import { PARTS, type Part } from './system';

const starterModel = resolve(__dirname, '..', '..', 'models', 'starter');

type Options = EvaluateOptions & { json: boolean };

function parts(value: string): Part[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`'${unknown}' is none of ${PARTS.join(', ')}`);
  return names as Part[];
}

/** The training text that lies beside a corpus. */
function besides(corpus: string): string | undefined {
  const folder = dirname(resolve(corpus));
  return ['train.jsonl.xz', 'train.jsonl'].map((name) => join(folder, name)).find((path) => existsSync(path));
}

async function evalModel({ json, model, corpus, train, ...options }: Options): Promise<void> {
  const trainingText = train ?? besides(corpus);
  const progress = new ProgressLine(process.stderr, process.stderr.isTTY && !json);
  try {
    const report = await evaluate(
      { ...options, model, corpus, ...(trainingText !== undefined && { train: trainingText }) },
      (stage, done, total) => progress.show(stage, done, total),
    );
    progress.end();
    await print(json, report, () => tables(report));
  } finally {
    progress.end();
  }
}

failOnClosedPipe();
new Command('biogpt eval')
  .description('bits per character and keystroke savings of a model on held-out text, beside peers')
  .showHelpAfterError('(add --help for the options)')
  .option('--model <dir>', 'model folder', starterModel)
  .option('--json', 'print JSON', false)
  .option('--threads <n>', 'threads of the decoder (default: chosen by the machine)', integer(1))
  .requiredOption('--corpus <file>', 'held-out text (.jsonl or .jsonl.xz)')
  .option('--train <file>', 'text the n-gram peer learns from (default: train.jsonl[.xz] beside the corpus)')
  .option('--no-peers', 'measure the model alone')
  .addOption(new Option('--limit <n>', 'a quick look: n passages, documents and definitions').argParser(integer(1)))
  .addOption(new Option('--seed <n>', 'which passages and samples are drawn').argParser(integer(0)).default(1))
  .addOption(
    new Option('--caution <n>', "what a wrong word costs, in characters (default: the product's)").argParser(real(0)),
  )
  .addOption(
    new Option('--without <parts>', `leave parts out, separated by commas: ${PARTS.join(', ')}`).argParser(parts),
  )
  .option('--parts', 'also measure keys without each part, without all but healing, and without all')
  .option('--healing', 'also measure how half the letters of long terms complete them')
  .action((options: Options) => evalModel(options))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
