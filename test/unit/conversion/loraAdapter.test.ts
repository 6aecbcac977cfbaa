import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withAdapter } from '../../../src/conversion/adapter/loraAdapter';
import { readWhole } from '../../../src/conversion/checkpoint/checkpoint';
import { convert } from '../../../src/conversion/convert';
import { openSourceFolder } from '../../../src/conversion/source/openSourceFolder';
import { existsSync } from 'node:fs';
import { randomNumbers } from './support/random';
import { rejectsWith } from './support/throws';
import { safetensors, temporaryFolder, writeHuggingFaceFolder, type TestTensors } from './support/tinyModel';

const CONFIG = { peft_type: 'LORA', r: 2, lora_alpha: 6 };

function factors(entries: Record<string, [number, number]>): TestTensors {
  const random = randomNumbers(3);
  return new Map(
    Object.entries(entries).map(([name, shape]) => [
      `base_model.model.${name}`,
      { shape, values: Float32Array.from({ length: shape[0] * shape[1] }, random) },
    ]),
  );
}

const QUERY = 'biogpt.layers.1.self_attn.q_proj';

describe('LoRA adapters', () => {
  let dir: string;
  let remove: () => void;
  let source: string;
  let adapter: string;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    source = join(dir, 'source');
    adapter = join(dir, 'adapter');
    writeHuggingFaceFolder(source);
  });
  afterEach(() => remove());

  const write = (tensors: TestTensors, config: object = CONFIG): void => {
    mkdirSync(adapter, { recursive: true });
    writeFileSync(join(adapter, 'adapter_config.json'), JSON.stringify(config));
    writeFileSync(join(adapter, 'adapter_model.safetensors'), safetensors(tensors));
  };

  /** A tensor before and after, and what B · A adds to it by a plain triple loop. */
  const merged = async (name: string): Promise<{ before: Float32Array; after: Float32Array }> => {
    const plain = await openSourceFolder(source);
    const changed = await withAdapter(plain, adapter);
    const [before, after] = [await readWhole(plain.checkpoint, name), await readWhole(changed.checkpoint, name)];
    await changed.checkpoint.close();
    return { before, after };
  };

  it('add scale · B · A, to the weights that they name alone', async () => {
    const tensors = factors({ [`${QUERY}.lora_A.weight`]: [2, 32], [`${QUERY}.lora_B.weight`]: [32, 2] });
    write(tensors);
    const { before, after } = await merged(`${QUERY}.weight`);
    const [a, b] = [...tensors.values()].map(({ values }) => values);
    for (let row = 0; row < 32; row++) {
      for (let column = 0; column < 32; column++) {
        const sum = b![row * 2]! * a![column]! + b![row * 2 + 1]! * a![32 + column]!;
        const at = row * 32 + column;
        assert.ok(Math.abs(after[at]! - (before[at]! + 3 * sum)) < 1e-6);
      }
    }
    const other = await merged('biogpt.layers.0.self_attn.q_proj.weight');
    assert.deepEqual(other.after, other.before);
  });

  it('scale by the square root of the rank, and by patterns, where their configuration says so', async () => {
    const tensors = factors({ [`${QUERY}.lora_A.weight`]: [2, 32], [`${QUERY}.lora_B.weight`]: [32, 2] });
    const added = async (config: object): Promise<number> => {
      write(tensors, config);
      const { before, after } = await merged(`${QUERY}.weight`);
      return after[0]! - before[0]!;
    };
    const plain = await added(CONFIG);
    const close = (actual: number, expected: number): void => assert.ok(Math.abs(actual / expected - 1) < 1e-3);
    close((await added({ ...CONFIG, use_rslora: true })) / plain, Math.SQRT2);
    close((await added({ ...CONFIG, alpha_pattern: { 'self_attn.q_proj': 12 } })) / plain, 2);
    close((await added({ ...CONFIG, alpha_pattern: { 'self_attn.v_proj': 12 } })) / plain, 1);
  });

  it('of another shape, kind, or network are refused, and nothing is left', async () => {
    const fits = factors({ [`${QUERY}.lora_A.weight`]: [2, 32], [`${QUERY}.lora_B.weight`]: [32, 2] });
    const refused = async (pattern: RegExp): Promise<void> => {
      await rejectsWith(convert(source, join(dir, 'out'), { precision: 'fp32', adapter }), pattern);
      assert.ok(!existsSync(join(dir, 'out')));
    };
    await refused(/adapter: has no adapter_config\.json/);
    write(factors({ [`${QUERY}.lora_A.weight`]: [2, 48], [`${QUERY}.lora_B.weight`]: [32, 2] }));
    await refused(
      /shapes \[32, 2\] and \[2, 48\] cannot be added to "layers\.1\.self_attn\.q_proj\.weight", whose shape is \[32, 32\]/,
    );
    write(factors({ [`${QUERY}.lora_A.weight`]: [2, 32] }));
    await refused(/contains only one of the two matrices/);
    write(factors({ 'biogpt.layers.9.fc1.lora_A.weight': [2, 32], 'biogpt.layers.9.fc1.lora_B.weight': [48, 2] }));
    await refused(/is for a model with "layers\.9\.fc1\.weight", which this model does not have/);
    write(new Map());
    await refused(/contains no LoRA weights/);
    write(fits, { ...CONFIG, peft_type: 'IA3' });
    await refused(/type "IA3", not "LORA"/);
    write(fits, { ...CONFIG, use_dora: true });
    await refused(/uses DoRA/);
    write(fits, { ...CONFIG, lora_alpha: 'much' });
    await refused(/"lora_alpha" must be a number, not "much"/);
    write(fits);
    rmSync(join(adapter, 'adapter_model.safetensors'));
    await refused(/has no adapter_model\.safetensors/);
  });
});
