import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '../../src/conversion/convert';
import { IdEngine } from '../../src/decoder/idEngine';
import { required, type Located } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { repositoryRoot } from './support/shared';

const TOLERANCE = 1e-3;

const vocabulary: Located = existsSync(join(repositoryRoot, 'models/starter/vocab.json'))
  ? { path: join(repositoryRoot, 'models/starter') }
  : { missing: 'no vocabulary in models/starter' };

describe('LoRA adapters against PEFT', () => {
  let folder: string;
  let ids: number[];

  before(async function () {
    const python = required(this, await conformancePython());
    folder = mkdtempSync(join(tmpdir(), 'biogpt-adapter-'));
    const from = required(this, vocabulary);
    await runPython(python, 'adapter_reference.py', ['--vocabulary', from, '--out', folder]);
    ids = JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8')) as number[];
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const logitsWith = async (adapter?: string): Promise<Float32Array[]> => {
    const { dir } = await convert(join(folder, 'base'), join(folder, 'out'), {
      precision: 'fp32',
      ...(adapter !== undefined && { adapter: join(folder, adapter) }),
    });
    const engine = await IdEngine.open(dir);
    try {
      return await engine.logits(ids);
    } finally {
      await engine.dispose();
    }
  };
  const farthest = (rows: readonly Float32Array[], expected: Float32Array): number => {
    let worst = 0;
    rows.forEach((row, position) =>
      row.forEach((value, id) => {
        const difference = Math.abs(value - expected[position * row.length + id]!);
        if (!(difference <= worst)) worst = difference;
      }),
    );
    return worst;
  };

  for (const name of ['projections', 'with-output', 'patterns', 'embedding', 'biases']) {
    it(`${name}: the merged model computes what PEFT's merged model does`, async () => {
      const bytes = readFileSync(join(folder, `${name}.f32`));
      const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      const worst = farthest(await logitsWith(name), expected);
      assert.ok(worst <= TOLERANCE, `max |Δlogit| ${worst}`);
      const without = farthest(await logitsWith(), expected);
      assert.ok(without > 0.1, 'the adapter changes something');
      console.log(`      max |Δlogit| ${worst.toExponential(1)}; without the adapter ${without.toFixed(2)}`);
    });
  }
});
