/** The command line: the product's engine without an editor. */
import { resolve } from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { integer, real } from './arguments';
import { ask, type AskOptions } from './commands/ask';
import { classify, type ClassifyOptions } from './commands/classify';
import { complete, type CompleteOptions } from './commands/complete';
import { convert, type ConvertOptions } from './commands/convert';
import { define, type DefineOptions } from './commands/define';
import { describe, type DescribeOptions } from './commands/describe';
import { evaluateTask, type EvaluateTaskOptions } from './commands/evaluateTask';
import { exportCommand, type ExportOptions } from './commands/export';
import { logits } from './commands/logits';
import {
  defaultEndpoint,
  installModel,
  listModels,
  removeModel,
  verifyModel,
  type InstallModelOptions,
  type ModelsOptions,
} from './commands/models';
import { RELATION_FORMATS, relations, type RelationsOptions } from './commands/relations';
import { detokenize, tokenize } from './commands/tokenize';
import { SERVER_FORMS } from '../conversion/export/serverForm';
import { PRECISIONS } from '../modelFolder/format';
import { PAPER_TASKS } from '../modelFolder/modelTask';
import { TASKS, type TaskId } from '../mining/tasks';
import { INPUT_FORMATS } from './mining/inputs';
import { IN_FLIGHT } from './mining/mineAll';
import { defaultModelsFolder } from './modelsFolder';
import { failOnClosedPipe } from './output';

const starterModel = resolve(__dirname, '..', 'models', 'starter');
const shippedWords = resolve(__dirname, '..', 'glossary', 'words.br');
const shippedGlossary = resolve(__dirname, '..', 'glossary');

function tokenIds(value: string): number[] {
  const ids = value.split(',').map((part) => Number(part.trim() === '' ? NaN : part));
  if (ids.some((id) => !Number.isInteger(id) || id < 0)) {
    throw new InvalidArgumentError('expected token IDs separated by commas, such as 2,4805,9');
  }
  return ids;
}

/** A command with the options that all commands share. */
function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--model <dir>', 'model folder', starterModel)
    .option('--json', 'print JSON, one line per input', false);
}

/** As `command`, for what only some models can do: there is none that would always serve. */
function taskCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--model <dir>', 'model folder (default: the installed model that is fine-tuned for this)')
    .option('--json', 'print JSON, one line per input', false);
}

function withThreads(it: Command): Command {
  return it.option('--threads <n>', 'processor threads (default: chosen for this machine)', integer(1));
}

/** Options of commands that a server may compute for. */
function withServer(it: Command): Command {
  return it
    .option(
      '--server <url>',
      'base URL of an inference server with the same model, such as http://localhost:8000/v1; the key is read from BIOGPT_SERVER_KEY',
    )
    .option('--server-model <name>', 'what the server calls the model (default: the only one that it has)')
    .option('--allow-http', 'send text to another machine without encryption', false);
}

function withDecoding(it: Command): Command {
  return it
    .addOption(new Option('--beams <n>', 'beam search with n beams').argParser(integer(1)))
    .addOption(new Option('--length-penalty <x>', 'length penalty of beam search').argParser(real(-Infinity)))
    .option('--early-stopping', 'end beam search as soon as there are as many finished texts as beams', false)
    .addOption(new Option('--temperature <x>', 'sample at this temperature').argParser(real(Number.MIN_VALUE)))
    .addOption(new Option('--top-k <n>', 'sample from the n most likely tokens').argParser(integer(0)))
    .addOption(
      new Option('--top-p <x>', 'sample from the smallest set of tokens with this total probability').argParser(
        real(0, 1),
      ),
    )
    .addOption(new Option('--seed <n>', 'sample with this seed').argParser(integer(0)))
    .addOption(new Option('--max-tokens <n>', 'maximum number of new tokens').argParser(integer(1)))
    .addOption(new Option('--min-tokens <n>', 'minimum number of new tokens').argParser(integer(0)))
    .addOption(
      new Option('--time-budget <ms>', 'when this time is up, stop after the last complete word').argParser(integer(1)),
    );
}

/** Options of commands that mine documents. */
function withDocuments(it: Command, formats: readonly string[]): Command {
  return withServer(withThreads(it))
    .argument('[paths...]', 'files and folders with documents')
    .option('--text <text>', 'the text to analyze, instead of files')
    .addOption(
      new Option(
        '--input-format <form>',
        "format of the files (default: detected from each file's name and contents)",
      ).choices(INPUT_FORMATS),
    )
    .addOption(new Option('--format <form>', 'output format (default: tsv; with --json: jsonl)').choices(formats))
    .option('--out <path>', 'file to write; for brat, a folder (default: standard output)')
    .option('--resume', 'continue an interrupted run that wrote to the same --out', false)
    .addOption(
      new Option('--in-flight <n>', 'with --server: number of requests at a time')
        .argParser(integer(1))
        .default(IN_FLIGHT),
    );
}

/** Options of commands that look terms up. */
function withContext(command: Command): Command {
  return command
    .argument('[terms...]', 'the terms (default: one per line from standard input)')
    .option('--text <text>', 'the text in which the terms occur, used to choose between meanings')
    .option('--file <path>', 'a document in which the terms occur')
    .option('--glossary <path>', 'the glossary: a file, or the folder of the one that ships', shippedGlossary);
}

function createProgram(): Command {
  const program = new Command('biogpt')
    .description('BioGPT on your own machine: suggestions, definitions, text mining, and models.')
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', '\nTo measure a model on held-out text: npm run -s biogpt -- eval --help');

  program.addCommand(
    command('tokenize', 'convert text to Moses tokens and token IDs, line by line from standard input').action(
      tokenize,
    ),
  );
  program.addCommand(
    command(
      'detokenize',
      'convert token IDs (separated by commas or spaces) to text, line by line from standard input',
    ).action(detokenize),
  );
  program.addCommand(
    withThreads(command('logits', 'print the logits at every position of a sequence of token IDs'))
      .requiredOption('--ids <ids>', 'token IDs separated by commas, including the leading 2', tokenIds)
      .action(logits),
  );
  program.addCommand(
    withServer(withDecoding(withThreads(command('complete', 'print the ghost text for a cursor position'))))
      .option('--text <text>', 'the text before the cursor')
      .option('--file <path>', 'a document; needs --offset')
      .addOption(
        new Option('--offset <n>', 'the cursor, in UTF-16 units from the start of the document').argParser(integer(0)),
      )
      .addOption(
        new Option('--language <id>', 'language of the text (default: by the file name, else markdown)').choices([
          'markdown',
          'latex',
        ]),
      )
      .addOption(
        new Option('--until <end>', 'where to stop').choices(['sentence', 'line', 'budget']).default('sentence'),
      )
      .addOption(
        new Option(
          '--caution <n>',
          'cost of a wrong word, in keystrokes: a word is written only if it is likely to save more',
        ).argParser(real(0)),
      )
      .addOption(
        new Option('--field-words <file>', 'words that finish half-typed ones').default(shippedWords).hideHelp(),
      )
      .action((options: CompleteOptions) => complete(options)),
  );
  program.addCommand(
    withContext(
      withServer(
        withDecoding(
          withThreads(command('describe', 'print definitions of biomedical terms, and a description by the model')),
        ),
      ),
    )
      .addOption(
        new Option(
          '--facts <rule>',
          'whether the model may state facts that are in neither the text nor the definitions',
        )
          .choices(['documentOnly', 'allow'])
          .default('documentOnly'),
      )
      .option('--ask-anyway', 'ask the model even if it is too small to describe terms, like the starter', false)
      .action((terms: string[], options: DescribeOptions) => describe(terms, options)),
  );
  program.addCommand(
    withContext(new Command('define').description('print sourced definitions of biomedical terms, best first'))
      .option('--json', 'print JSON, one line per input', false)
      .action((terms: string[], options: DefineOptions) => define(terms, options)),
  );
  program.addCommand(
    command('convert', 'convert a Hugging Face or fairseq model to a model folder of this product')
      .argument(
        '<source>',
        'folder with config.json, vocab.json, merges.txt, and the weights, or with a fairseq checkpoint',
      )
      .requiredOption('--out <dir>', 'the model folder to write')
      .addOption(new Option('--precision <form>', 'precision of the weights').choices(PRECISIONS).default('fp32'))
      .option('--name <name>', 'name of the model')
      .option('--source <text>', 'where the weights came from, in your own words')
      .option('--licence <text>', 'license of the weights')
      .option(
        '--task <task>',
        `what the model was fine-tuned for: ${PAPER_TASKS.join(', ')}, or a file that declares a task`,
      )
      .option('--with-conclusion', 'with --task pubmedqa: the model was trained with the conclusion too')
      .option('--adapter <dir>', 'a LoRA adapter (PEFT) to merge into the weights')
      .option('--normalize-punctuation', 'normalize punctuation before tokenizing (default: depends on the vocabulary)')
      .option('--no-normalize-punctuation', 'keep punctuation as it is')
      .option('--no-describe', 'mark the model as too small to describe terms, like the starter')
      .action((source: string, options: ConvertOptions) => convert(source, options)),
  );
  program.addCommand(
    new Command('export')
      .description('write a Hugging Face or fairseq model in a form that inference servers load')
      .argument('<source>', 'a folder as for convert, or an archive (.tgz, .tar) of one')
      .addOption(
        new Option('--for <server>', 'vllm: vLLM 0.30 or later; opt: servers that know OPT but not BioGPT')
          .choices(SERVER_FORMS)
          .makeOptionMandatory(),
      )
      .requiredOption('--out <dir>', 'the folder to write; must not exist or must be empty')
      .option('--adapter <dir>', 'a LoRA adapter (PEFT) to merge into the weights')
      .option('--json', 'print JSON', false)
      .action((source: string, options: ExportOptions) => exportCommand(source, options)),
  );
  program.addCommand(
    withDocuments(
      taskCommand('relations', 'extract relations from texts, with a model fine-tuned for this task'),
      RELATION_FORMATS,
    )
      .addOption(new Option('--beams <n>', 'beam search with n beams (default: greedy)').argParser(integer(1)))
      .addOption(
        new Option('--min-probability <p>', 'leave out relations with a lower probability, from 0 to 1').argParser(
          real(0, 1),
        ),
      )
      .option('--ungrounded', 'also write relations whose names do not occur in the text', false)
      .option('--no-identifiers', 'do not look up identifiers of names in the glossary')
      .option('--glossary <path>', 'the glossary: a file, or the folder of the one that ships', shippedGlossary)
      .action((paths: string[], options: RelationsOptions) => relations(paths, options)),
  );
  program.addCommand(
    withDocuments(
      taskCommand(
        'ask',
        'answer a yes/no question about each text, with probabilities and a model fine-tuned for this task',
      ),
      ['tsv', 'jsonl'],
    )
      .option('--question <text>', "the question (default: each document's own)")
      .option('--conclusion <text>', 'the conclusion, for models that were trained with it')
      .action((paths: string[], options: AskOptions) => ask(paths, options)),
  );
  program.addCommand(
    withDocuments(
      taskCommand('classify', 'classify each sentence, with probabilities and a model fine-tuned for this task'),
      ['tsv', 'jsonl'],
    ).action((paths: string[], options: ClassifyOptions) => classify(paths, options)),
  );
  program.addCommand(
    new Command('evaluate-task')
      .description("score a text-mining model's answers as the task's official program does")
      .addArgument(new Argument('<task>', 'the task').choices(Object.keys(TASKS)))
      .requiredOption(
        '--predictions <file>',
        'JSON Lines that relations, ask, or classify wrote, or what the model wrote: {"id", "output"} on each line (.jsonl, .jsonl.xz)',
      )
      .requiredOption('--gold <file>', 'the data set: {"id", "gold"} on each line (.jsonl, .jsonl.xz)')
      .option('--names <file>', "BC5CDR: the data set's table of names and identifiers (.json, .json.xz)")
      .option('--parsed', 'first print how each answer was parsed', false)
      .option('--json', 'print JSON', false)
      .action((task: TaskId, options: EvaluateTaskOptions) => evaluateTask(task, options)),
  );
  program.addCommand(modelsCommand());
  return program;
}

function modelsCommand(): Command {
  const subcommand = (name: string, description: string): Command =>
    new Command(name)
      .description(description)
      .option('--folder <dir>', 'folder of installed models', defaultModelsFolder)
      .option('--shared <dir>', 'a second folder of models, which is never changed')
      .option('--catalogue <file>', 'a catalog of additional models (JSON)')
      .option('--json', 'print JSON', false);
  return new Command('models')
    .description('install, list, verify, and remove models')
    .addCommand(
      subcommand('list', 'list the models that are installed, unfinished, or available to install').action(
        (options: ModelsOptions) => listModels(options),
      ),
    )
    .addCommand(
      subcommand('install', 'download, verify, convert, and check a model; resumes where an earlier try stopped')
        .argument('<source>', 'a known model, owner/name[@revision] on the Hugging Face Hub, or a file or folder')
        .addOption(new Option('--precision <form>', 'precision of the weights').choices(PRECISIONS).default('int8'))
        .option(
          '--endpoint <url>',
          'address of the Hugging Face Hub or of a mirror (default: the value of HF_ENDPOINT, if set)',
          defaultEndpoint,
        )
        .option('--stall <seconds>', 'give up a connection after this many seconds without data', real(0.1), 60)
        .option('--offline', 'download nothing', false)
        .option('--keep-original', 'keep the downloaded files', false)
        .action((source: string, options: InstallModelOptions) => installModel(source, options)),
    )
    .addCommand(
      subcommand('verify', 'check the hashes and results of an installed model')
        .argument('<name>')
        .action((name: string, options: ModelsOptions) => verifyModel(name, options)),
    )
    .addCommand(
      subcommand('remove', 'delete an installed model')
        .argument('<name>')
        .action((name: string, options: ModelsOptions) => removeModel(name, options)),
    );
}

failOnClosedPipe();
createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
