import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelTask } from '../../../src/modelFolder/modelTask';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';
import { bundleCommandLine } from './support';

const TASK: ModelTask = {
  id: 'ours',
  prompt: [20, 21, 22],
  lowerCase: false,
  maxSourceTokens: 40,
  maxTokens: 64,
  form: { source: '{text}', answer: { kind: 'choice', phrase: 'the protein', choices: ['is', 'was'] } },
};
const DOCUMENTS = 150;

describe('mining that somebody stops with Ctrl+C', function () {
  this.timeout(180_000);
  // Windows has no signal that a program could send here.
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  let bundle: string | undefined;
  let tiny: TinyModel | undefined;
  let dir: string;
  let documents: string;

  before(async () => {
    bundle = await bundleCommandLine();
    tiny = await createTinyModel({ hidden: 64, task: TASK });
    dir = mkdtempSync(join(tmpdir(), 'biogpt-interrupted-'));
    documents = join(dir, 'documents.jsonl');
    const words = ['cells', 'cancer', 'receptor', 'patients'];
    const lines = Array.from({ length: DOCUMENTS }, (_, i) =>
      JSON.stringify({ id: `d${i}`, text: `the ${words[i % 4]} binds to ${words[(i >> 2) % 4]} of patients` }),
    );
    writeFileSync(documents, `${lines.join('\n')}\n`);
  });
  after(async () => {
    await tiny?.remove();
    if (dir) rmSync(dir, { recursive: true, force: true });
    if (bundle) rmSync(dirname(bundle), { recursive: true, force: true });
  });

  const classify = (out: string, ...more: string[]) => {
    const args = [bundle!, 'classify', documents, '--model', tiny!.dir, '--format', 'jsonl', '--out', out, ...more];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, errors })),
    );
    return { child, ended };
  };

  it('leaves whole lines, and goes on to what one run would have written', async () => {
    const whole = join(dir, 'whole.jsonl');
    assert.equal((await classify(whole).ended).code, 0);

    const out = join(dir, 'stopped.jsonl');
    const { child, ended } = classify(out);
    while (!existsSync(out) || statSync(out).size < 300) await sleep(1);
    child.kill('SIGINT');
    const { code, errors } = await ended;
    assert.equal(code, 130, errors);
    const written = readFileSync(out, 'utf8');
    assert.ok(written.endsWith('\n'));
    const lines = written.trimEnd().split('\n');
    lines.forEach((line) => JSON.parse(line));
    assert.ok(lines.length < DOCUMENTS, 'it was stopped midway');
    assert.match(
      errors,
      new RegExp(`Stopped after ${lines.length} documents?\\. To continue, run the same command with --resume\\.`),
    );

    assert.equal((await classify(out, '--resume').ended).code, 0);
    assert.equal(readFileSync(out, 'utf8'), readFileSync(whole, 'utf8'));
  });
});
