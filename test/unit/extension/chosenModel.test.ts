import './support/vscode';
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ResponseError } from 'vscode-jsonrpc/node';
import { ChosenModel, FailedChecks, isChosen, type Fallback } from '../../../src/extension/models/chosenModel';
import { ProcessEnded } from '../../../src/ipc/processEnd';
import { ModelError } from '../../../src/modelFolder/modelError';
import { phrase } from '../../../src/modelFolder/phrase';

const starterDir = fileURLToPath(new URL('../../../models/starter', import.meta.url));

describe('chosen model', () => {
  let root: string;
  let shared: string;
  let use: string;
  let told: (Fallback | undefined)[];
  let failed: Record<string, string>;
  let chosen: ChosenModel;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'biogpt-chosen-'));
    shared = join(root, 'shared');
    await cp(starterDir, join(root, 'own', 'mine'), { recursive: true });
    await cp(starterDir, join(shared, 'common'), { recursive: true });
    await cp(starterDir, join(root, 'own', 'broken'), { recursive: true });
    await truncate(join(root, 'own', 'broken', 'model.onnx.data'), 1000);
  });

  after(() => rm(root, { recursive: true, force: true }));

  beforeEach(() => {
    use = '';
    told = [];
    failed = {};
    chosen = new ChosenModel({
      use: () => use,
      roots: () => [join(root, 'own'), shared],
      starterDir,
      failedCheck: (dir) => failed[dir],
      onChoice: (fallback) => told.push(fallback),
    });
  });

  it('is the starter, one of the models folders’, or a folder by its path', async () => {
    assert.deepEqual(await chosen.choose(), { modelDir: starterDir });
    use = 'mine';
    assert.deepEqual(await chosen.choose(), { modelDir: join(root, 'own', 'mine') });
    use = 'common';
    assert.deepEqual(await chosen.choose(), { modelDir: join(shared, 'common') });
    use = join(shared, 'common');
    assert.deepEqual(await chosen.choose(), { modelDir: join(shared, 'common') });
  });

  it('is replaced by the starter while it is missing or damaged', async () => {
    use = 'gone';
    assert.deepEqual(await chosen.choose(), {
      modelDir: starterDir,
      fallback: { wanted: 'gone', reason: 'No model with this name is installed.' },
    });
    use = join(root, 'nowhere');
    assert.match((await chosen.choose()).fallback!.reason, /^Does not exist/);
    use = 'broken';
    assert.match((await chosen.choose()).fallback!.reason, /^Its file model\.onnx\.data has 1000 bytes instead of/);
    await cp(starterDir, join(root, 'own', 'gone'), { recursive: true });
    use = 'gone';
    assert.deepEqual(await chosen.choose(), { modelDir: join(root, 'own', 'gone') }, 'it has come back');
  });

  it('is not used after it has failed its check', async () => {
    use = 'mine';
    failed[join(root, 'own', 'mine')] = 'model.onnx.data differs.';
    const { modelDir, fallback } = await chosen.choose();
    assert.equal(modelDir, starterDir);
    assert.match(fallback!.reason, /failed verification\. model\.onnx\.data differs/);
  });

  it('is replaced by the starter when a decoder has refused it, until someone asks for it again', async () => {
    use = 'mine';
    const dir = join(root, 'own', 'mine');
    assert.equal(await chosen.next(), dir);
    const error = new ModelError(dir, phrase`has an odd graph.`, phrase`Convert it again.`);
    assert.equal(chosen.refuse(dir, error), true);
    assert.equal(await chosen.next(), starterDir);
    assert.deepEqual(told, [undefined, { wanted: 'mine', reason: 'Has an odd graph. Convert it again.' }]);
    assert.equal(await chosen.next(), starterDir, 'it is not tried at each start');
    chosen.tryAgain();
    assert.equal(await chosen.next(), dir);
  });

  it('is refused in words, whatever came over the wire', async () => {
    use = 'mine';
    const dir = join(root, 'own', 'mine');
    const { path, problem, remedy, code } = new ModelError(dir, phrase`has ${3} graphs.`, phrase`Convert it again.`);
    chosen.refuse(dir, new ResponseError(-32803, 'English', { code, path, problem, remedy }));
    assert.equal((await chosen.choose()).fallback?.reason, 'Has 3 graphs. Convert it again.');
    chosen.refuse(dir, new ProcessEnded('decoder', { kind: 'killed', signal: 'SIGKILL' }));
    assert.match(
      (await chosen.choose()).fallback!.reason,
      /^The model stopped: its process was killed.*\(SIGKILL\)\. Restart it and try again\.$/,
    );
  });

  it('has nothing to fall back to from the starter itself', () => {
    assert.equal(chosen.refuse(starterDir, new Error('No.')), false);
  });

  it('is told by its name or its path', () => {
    const model = { name: 'mine', dir: resolve('/models/mine') };
    assert.ok(isChosen('mine', model));
    assert.ok(isChosen(resolve('/models/mine'), model));
    assert.ok(isChosen('~/mine', { name: 'mine', dir: join(homedir(), 'mine') }));
    assert.ok(!isChosen('', model));
    assert.ok(!isChosen(resolve('/other/mine'), model));
  });
});

describe('failed checks', () => {
  it('are remembered until they are forgotten', async () => {
    const kept = new Map<string, unknown>();
    const memory = {
      get: <T>(key: string, otherwise: T): T => (kept.get(key) as T | undefined) ?? otherwise,
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    };
    await new FailedChecks(memory).remember('/a', 'differs');
    await new FailedChecks(memory).remember('/b', 'is cut off');
    await new FailedChecks(memory).forget('/a');
    await new FailedChecks(memory).forget('/never');
    assert.equal(new FailedChecks(memory).reasonOf('/a'), undefined);
    assert.equal(new FailedChecks(memory).reasonOf('/b'), 'is cut off');
  });
});
