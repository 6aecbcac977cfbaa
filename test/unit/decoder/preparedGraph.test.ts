import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OrtNative, type OrtNativeSession } from '../../../src/decoder/session/ortNative';
import { openPrepared, type PrepareOptions } from '../../../src/decoder/session/preparedGraph';
import { sameResults } from '../../../src/decoder/session/sameResults';
import type { CacheShape } from '../../../src/decoder/session/kvCache';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { createTinyModel, type TinyModel } from './support/tinyModel';

describe('a prepared graph', function () {
  this.timeout(60_000);
  let tiny: TinyModel;
  let native: OrtNative;
  let graph: string;
  let same: (a: OrtNativeSession, b: OrtNativeSession) => Promise<boolean>;
  let lines: string[];
  let asked: number;
  const open = (options: Partial<PrepareOptions> = {}): Promise<OrtNativeSession> =>
    openPrepared(native, graph, {
      threads: 1,
      leastBytes: 1,
      log: (line) => lines.push(line),
      agree: (a, b) => {
        asked++;
        return same(a, b);
      },
      ...options,
    });
  const saved = (): string[] => readdirSync(dirname(graph)).filter((name) => name.includes('prepared'));

  before(async () => {
    // Matrices of a megabyte or more: smaller ones the runtime saves where its kernels do not find them.
    tiny = await createTinyModel({ precision: 'int8', quantization: 'channels', hidden: 1024, layers: 2 });
    native = await OrtNative.load();
    const { paths, description } = await openModelFolder(tiny.dir);
    const { layers, heads, hiddenSize, maxPositions } = description.architecture;
    const shape: CacheShape = { layers, heads, headDim: hiddenSize / heads, maxPositions };
    graph = paths.graph;
    same = sameResults(native, shape, description.architecture.vocabSize);
  });
  beforeEach(() => {
    lines = [];
    asked = 0;
  });
  afterEach(() => {
    for (const name of saved()) rmSync(join(dirname(graph), name), { recursive: true });
  });
  after(() => tiny.remove());

  it('is saved at the first load, checked, and used from then on', async () => {
    const plain = await native.createSession(graph, 1);
    const first = await open();
    assert.deepEqual(lines, []);
    assert.equal(saved().length, 1);
    assert.equal(asked, 1);
    const second = await open();
    assert.equal(asked, 1);
    for (const session of [first, second]) assert.ok(await same(plain, session));
    for (const session of [plain, first, second]) session.dispose();
    assert.deepEqual(lines, []);
    await openModelFolder(tiny.dir);
  });

  it('is made anew when it is damaged', async () => {
    (await open()).dispose();
    writeFileSync(join(dirname(graph), saved()[0]!, 'model.onnx'), 'nonsense');
    const session = await open();
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /The saved form of model\.onnx is no good \(.+\); it is made anew\./s);
    assert.ok(readFileSync(join(dirname(graph), saved()[0]!, 'model.onnx')).length > 100);
    session.dispose();
  });

  it('is given up for good when it computes something else', async () => {
    const session = await open({ agree: async () => false });
    assert.deepEqual(
      saved().map((name) => readdirSync(join(dirname(graph), name))),
      [['differs']],
    );
    assert.deepEqual(lines, ['model.onnx is loaded as it is: its packed form computes something else.']);
    const plain = await native.createSession(graph, 1);
    assert.ok(await same(plain, session));
    const again = await open();
    assert.equal(asked, 0);
    assert.equal(lines.length, 1);
    // Another processor may do better.
    const other = await open({ machine: 'another' });
    assert.equal(asked, 1);
    for (const each of [plain, session, again, other]) each.dispose();
  });

  it('is tried again after an error that passes', async () => {
    const failing: Partial<PrepareOptions>[] = [
      { agree: () => Promise.reject(new Error('too many open files')) },
      { freeBytes: async () => 0 },
      { freeBytes: () => Promise.reject(new Error('function not implemented')) },
    ];
    for (const options of failing) {
      const plain = await native.createSession(graph, 1);
      const session = await open(options);
      assert.ok(await same(plain, session));
      assert.deepEqual(saved(), []);
      for (const each of [plain, session]) each.dispose();
    }
    assert.equal(lines.length, 3);
    assert.match(lines[0]!, /loaded as it is this time; .*: too many open files\./);
    assert.match(lines[1]!, /GB of free disk space are asked for, 0\.0 GB are there\./);
    assert.match(lines[2]!, /how much space is free \(function not implemented\)\./);
    (await open()).dispose();
    assert.equal(saved().length, 1);
    assert.equal(lines.length, 3);
  });

  it('lies beside those of other machines, of which none makes its own anew', async () => {
    for (const machine of ['a', 'b', 'a', 'b', 'a']) (await open({ machine })).dispose();
    assert.equal(asked, 2);
    assert.equal(saved().length, 2);
    assert.deepEqual(lines, []);
  });

  it('takes the place of what was left of one', async () => {
    (await open()).dispose();
    const [name] = saved();
    rmSync(join(dirname(graph), name!, 'model.onnx'));
    (await open()).dispose();
    assert.equal(asked, 2);
    (await open()).dispose();
    assert.equal(asked, 2);
    assert.deepEqual(lines, []);
  });

  it('is not made of a small graph', async () => {
    (await open({ leastBytes: 1e9 })).dispose();
    assert.deepEqual(saved(), []);
  });

  it('leaves a graph that cannot be loaded to the caller', async () => {
    writeFileSync(graph, 'nonsense');
    await assert.rejects(open());
    assert.deepEqual(saved(), []);
  });
});
