import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convert } from '../../../src/conversion/convert';
import { writeOneSentenceCheckpoint } from '../../e2e/support/oneSentenceModel';
import { bundleCommandLine } from './support';

const GLOSSARY = join(__dirname, '..', '..', '..', 'glossary');
const FILES = {
  complete: ['--field-words', join(GLOSSARY, 'words.br')],
  describe: ['--glossary', GLOSSARY],
};

describe('spaces in what the command line prints', function () {
  this.timeout(120_000);
  let bundle: string;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-spaces-'));
    bundle = await bundleCommandLine();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(dirname(bundle), { recursive: true, force: true });
  });

  /** A model that writes these words, each behind the one before; behind any other word the second. */
  async function modelOf(name: string, words: string): Promise<string> {
    const checkpoint = join(folder, `${name}-checkpoint`);
    await writeOneSentenceCheckpoint(checkpoint, { chain: words.split(' ') });
    return (await convert(checkpoint, join(folder, name), { precision: 'fp32', name })).dir;
  }

  function json(command: keyof typeof FILES, model: string, ...args: string[]): Record<string, unknown> {
    const program = [bundle, command, '--json', '--model', model, ...FILES[command], ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('complete: the charge of an ion or a marker joins the word that the writer has typed', async () => {
    const model = await modelOf('cells', 'of CD4 + T cells were counted .');
    const after = (text: string): unknown => json('complete', model, '--text', text)['insertText'];
    assert.equal(after('the number of CD4'), '+ T cells were counted.');
    assert.equal(after('the number of'), ' CD4+ T cells were counted.');
  });

  it('complete: a sum keeps its spaces', async () => {
    const model = await modelOf('sum', 'of CD4 + CD8 were counted .');
    const text = 'the number of CD4';
    assert.equal(json('complete', model, '--text', text)['insertText'], ' + CD8 were counted.');
  });

  it('describe: units are written as in print, and the term as it was given', async () => {
    const model = await modelOf('unit', 'is measured in mg / kg per day .');
    // Tokens for one sentence: this model has nothing to say in a second one.
    const allow = ['--facts', 'allow', '--max-tokens', '12'];
    assert.equal(json('describe', model, 'the dose', ...allow)['text'], 'the dose is measured in mg/kg per day.');
    assert.equal(json('describe', model, 'mg / kg', ...allow)['text'], 'mg / kg is measured in mg/kg per day.');
  });
});
