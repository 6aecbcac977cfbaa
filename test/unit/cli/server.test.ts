import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelTask } from '../../../src/modelFolder/modelTask';
import { networkOf, type Network } from '../../support/testEngine/network';
import { TestEngine, type TestEngineOptions } from '../../support/testEngine/testEngine';
import { quiet, STARTER } from '../decoder/remote/support';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';
import { bundleCommandLine } from './support';

const GLOSSARY = join(__dirname, '..', '..', '..', 'glossary');
const WORDS = join(GLOSSARY, 'words.br');
const DOCUMENTS = 100;
const SHAPE = { prompt: [20, 21, 22], lowerCase: false, maxSourceTokens: 40, maxTokens: 48 };
const CHOICE: ModelTask = {
  ...SHAPE,
  id: 'choice',
  form: { source: '{text}', answer: { kind: 'choice', phrase: 'the protein', choices: ['is', 'was'] } },
};
const RELATIONS: ModelTask = {
  ...SHAPE,
  id: 'relations',
  form: { source: '{text}', answer: { kind: 'relations', pattern: '{a} and {b}' } },
};

describe('the command line with a server', function () {
  this.timeout(180_000);
  let bundle: string;
  let tiny: TinyModel;
  let network: Network;
  let dir: string;
  let documents: string;
  let server: TestEngine;

  before(async () => {
    bundle = await bundleCommandLine();
    tiny = await createTinyModel();
    network = await networkOf(tiny.dir);
    dir = mkdtempSync(join(tmpdir(), 'biogpt-server-'));
    documents = join(dir, 'documents.jsonl');
    const words = ['cells', 'cancer', 'receptor', 'patients', 'protein'];
    const lines = Array.from({ length: DOCUMENTS }, (_, i) =>
      JSON.stringify({
        id: `d${i}`,
        text: `the ${words[i % 5]} binds to ${words[(i * 7) % 4]} and the ${words[i % 3]}`,
      }),
    );
    writeFileSync(documents, `${lines.join('\n')}\n`);
  });
  after(async () => {
    await network?.dispose();
    await tiny?.remove();
    if (dir) rmSync(dir, { recursive: true, force: true });
    if (bundle) rmSync(dirname(bundle), { recursive: true, force: true });
  });
  afterEach(async () => {
    await quiet(server);
    await server.close();
  });

  const start = async (options?: TestEngineOptions, on = network): Promise<void> => {
    server = await TestEngine.start(on, options);
  };
  const withTask = async (task: ModelTask): Promise<void> => {
    const path = join(tiny.dir, 'model.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), task }));
  };

  interface Ended {
    code: number | null;
    output: string;
    errors: string;
  }
  const run = (
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; ended: Promise<Ended> } => {
    const child = spawn(process.execPath, [bundle, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, BIOGPT_SERVER_KEY: '', ...env },
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, output, errors })));
    return { child, ended };
  };
  const mine = (command: string, out: string, ...more: string[]): ReturnType<typeof run> =>
    run([command, documents, '--model', tiny.dir, '--format', 'jsonl', '--out', out, '--server', server.url, ...more]);

  describe('completes', () => {
    const complete = (...more: string[]): string[] => [
      ...['complete', '--json', '--field-words', WORDS, '--text', 'Patients with type 2 diab'],
      ...['--server', server.url, '--model', STARTER, ...more],
    ];
    let starter: Network;

    before(async () => {
      starter = await networkOf(STARTER);
    });
    after(() => starter.dispose());

    it('with the key of the environment, which nothing shows', async () => {
      await start({ key: 'SECRET' }, starter);
      const { code, output, errors } = await run(complete(), { BIOGPT_SERVER_KEY: ' SECRET\n' }).ended;
      assert.equal(code, 0, errors);
      assert.match((JSON.parse(output) as { insertText: string }).insertText, /^etes/);
      assert.equal(errors, '');
      const refused = await run(complete(), { BIOGPT_SERVER_KEY: 'WRONG' }).ended;
      assert.equal(refused.code, 1);
      assert.match(refused.errors, /did not accept the key \(status 401\)/);
      assert.doesNotMatch(refused.errors, /WRONG/);
    });

    it('only at an address that is safe, or said to be', async () => {
      await start(undefined, starter);
      const other = await run([...complete(), '--server', 'http://gpu.invalid:8000']).ended;
      assert.match(other.errors, /is not encrypted/);
      const allowed = await run([...complete(), '--server', 'http://gpu.invalid:8000', '--allow-http']).ended;
      assert.match(allowed.errors, /gpu\.invalid:8000 cannot be reached/);
      assert.equal(server.received.length, 0);
    });

    it('whole words alone where the server can no more, and says so', async () => {
      await start(undefined, starter);
      server.fault = () => ({ ignores: ['logprob_token_ids', 'allowed_token_ids'] });
      const { output, errors } = await run(complete()).ended;
      assert.equal((JSON.parse(output) as { insertText: string }).insertText, '');
      assert.match(errors, /^note: .*only whole words are suggested/);
    });
  });

  describe('mines', () => {
    const local = async (command: string, ...more: string[]): Promise<string> => {
      const out = join(dir, `${command}-local.jsonl`);
      const args = [command, documents, '--model', tiny.dir, '--format', 'jsonl', '--out', out, '--threads', '1'];
      const { code, errors } = await run([...args, ...more]).ended;
      assert.equal(code, 0, errors);
      return readFileSync(out, 'utf8');
    };
    /** Probabilities are the same to four digits. */
    const rounded = (jsonl: string): unknown[] =>
      jsonl
        .trimEnd()
        .split('\n')
        .map((line) =>
          JSON.parse(line, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
        );

    for (const [command, task, more] of [
      ['classify', CHOICE, []],
      ['relations', RELATIONS, ['--ungrounded', '--glossary', GLOSSARY]],
    ] as const) {
      it(`as on this machine, many at a time: ${command}`, async () => {
        await withTask(task);
        await start();
        server.fault = () => ({ slowMs: 1 });
        const out = join(dir, 'out.jsonl');
        const { code, errors } = await mine(command, out, '--in-flight', '16', ...more).ended;
        assert.equal(code, 0, errors);
        const written = rounded(readFileSync(out, 'utf8'));
        assert.deepEqual(written, rounded(await local(command, ...more)));
        assert.ok(server.mostRunning > 8, `${server.mostRunning} at a time`);
        if (command === 'classify') assert.ok(server.mostRunning <= 16, `${server.mostRunning} at a time`);
        rmSync(out);
      });
    }

    it('in spite of a server that is busy now and then', async () => {
      await withTask(CHOICE);
      await start();
      server.fault = (_, count) => (count > 20 && count % 40 === 0 ? { status: count % 80 ? 429 : 503 } : undefined);
      const out = join(dir, 'busy.jsonl');
      const { code, errors } = await mine('classify', out).ended;
      assert.equal(code, 0, errors);
      const ids = rounded(readFileSync(out, 'utf8')).map((line) => (line as { id: string }).id);
      assert.deepEqual(
        ids,
        Array.from({ length: DOCUMENTS }, (_, i) => `d${i}`),
      );
    });

    it('every document once, although it is killed twice', async () => {
      await withTask(CHOICE);
      await start();
      server.fault = () => ({ slowMs: 2 });
      const out = join(dir, 'killed.jsonl');
      let size = 0;
      for (let time = 0; time < 2; time++) {
        const { child, ended } = mine('classify', out, ...(time > 0 ? ['--resume'] : []));
        while (!existsSync(out) || statSync(out).size < size + 500) await sleep(1);
        child.kill('SIGKILL');
        await ended;
        size = statSync(out).size;
      }
      const { code, errors } = await mine('classify', out, '--resume').ended;
      assert.equal(code, 0, errors);
      const ids = rounded(readFileSync(out, 'utf8')).map((line) => (line as { id: string }).id);
      assert.deepEqual(
        ids,
        Array.from({ length: DOCUMENTS }, (_, i) => `d${i}`),
      );
    });

    it('until the key is refused: what is written stays, and the run can go on', async () => {
      await withTask(CHOICE);
      await start();
      server.fault = (_, count) => (count > 60 ? { status: 401 } : undefined);
      const out = join(dir, 'refused.jsonl');
      const { code, errors } = await mine('classify', out, '--in-flight', '4').ended;
      assert.equal(code, 1);
      assert.match(
        errors,
        /did not accept the key.*\d+ documents were written\. To continue, run the same command with --resume\./,
      );
      server.fault = () => undefined;
      assert.equal((await mine('classify', out, '--resume').ended).code, 0);
      assert.equal(rounded(readFileSync(out, 'utf8')).length, DOCUMENTS);
    });
  });
});
