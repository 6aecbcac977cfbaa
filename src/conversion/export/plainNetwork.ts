import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_FILE } from '../../modelFolder/checkpointFiles';
import { EMBEDDING, POSITION_OFFSET, POSITIONS } from '../checkpoint/bioGptTensors';
import { readWhole, type Checkpoint } from '../checkpoint/checkpoint';
import { SafetensorsCheckpoint } from '../checkpoint/safetensors';
import { WEIGHTS_FILE } from './exportModel';

/** transformers builds its `nn.LayerNorm`s with torch's default, whatever a config says. */
const EPSILON = 1e-5;

/** The parts of an exported `config.json` that the computation depends on. */
type ServerConfig = { num_hidden_layers: number; num_attention_heads: number; hidden_size: number } & (
  { model_type: 'biogpt'; scale_embedding: boolean } | { model_type: 'opt' }
);

/**
 * Next-token logits of an exported model, computed as transformers' `BioGptForCausalLM` and `OPTForCausalLM` define them and by
 * nothing that made the export: slowly, in double precision, for its check.
 * @param ids a few
 * @returns a row [vocab] for each id
 * @throws the signal's reason; ModelError for a damaged file
 */
export async function plainLogits(dir: string, ids: readonly number[], signal?: AbortSignal): Promise<Float32Array[]> {
  const config = JSON.parse(await readFile(join(dir, CONFIG_FILE), 'utf8')) as ServerConfig;
  const checkpoint = await SafetensorsCheckpoint.open(join(dir, WEIGHTS_FILE));
  try {
    return await new PlainNetwork(checkpoint, config, signal).logits(ids);
  } finally {
    await checkpoint.close();
  }
}

class PlainNetwork {
  private readonly prefix: string;
  private readonly finalNorm: string;
  private readonly head: string;
  private readonly scale: number;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly config: ServerConfig,
    private readonly signal: AbortSignal | undefined,
  ) {
    const isOpt = config.model_type === 'opt';
    this.prefix = isOpt ? 'model.decoder.' : 'biogpt.';
    this.finalNorm = isOpt ? 'final_layer_norm' : 'layer_norm';
    this.head = isOpt ? 'lm_head.weight' : `${this.prefix}${EMBEDDING}`;
    this.scale = config.model_type === 'biogpt' && config.scale_embedding ? Math.sqrt(config.hidden_size) : 1;
  }

  async logits(ids: readonly number[]): Promise<Float32Array[]> {
    const embedded = await this.rows(`${this.prefix}${EMBEDDING}`, ids);
    const positions = await this.rows(
      `${this.prefix}${POSITIONS}`,
      ids.map((_, at) => at + POSITION_OFFSET),
    );
    const hidden = embedded.map((row, at) => row.map((value, i) => value * this.scale + positions[at]![i]!));
    for (let layer = 0; layer < this.config.num_hidden_layers; layer++) {
      const part = `layers.${layer}.`;
      add(hidden, await this.attention(`${part}self_attn.`, await this.norm(`${part}self_attn_layer_norm`, hidden)));
      const inner = await this.linear(`${part}fc1`, await this.norm(`${part}final_layer_norm`, hidden));
      add(
        hidden,
        await this.linear(
          `${part}fc2`,
          inner.map((row) => row.map(gelu)),
        ),
      );
    }
    return this.project(await this.norm(this.finalNorm, hidden));
  }

  private async attention(part: string, rows: readonly Float64Array[]): Promise<Float64Array[]> {
    const [queries, keys, values] = [
      await this.linear(`${part}q_proj`, rows),
      await this.linear(`${part}k_proj`, rows),
      await this.linear(`${part}v_proj`, rows),
    ];
    const heads = this.config.num_attention_heads;
    const size = this.config.hidden_size / heads;
    const mixed = rows.map((row) => new Float64Array(row.length));
    for (let head = 0; head < heads; head++) {
      const [from, to] = [head * size, (head + 1) * size];
      for (const [at, query] of queries.entries()) {
        const scores = keys.slice(0, at + 1).map((key) => dot(query, key, from, to) / Math.sqrt(size));
        const most = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - most));
        const sum = weights.reduce((all, weight) => all + weight, 0);
        for (const [before, weight] of weights.entries()) {
          for (let i = from; i < to; i++) mixed[at]![i]! += (weight / sum) * values[before]![i]!;
        }
      }
    }
    return this.linear(`${part}out_proj`, mixed);
  }

  private async norm(name: string, rows: readonly Float64Array[]): Promise<Float64Array[]> {
    const weight = await this.whole(`${name}.weight`);
    const bias = await this.whole(`${name}.bias`);
    return rows.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((value, i) => ((value - mean) / Math.sqrt(variance + EPSILON)) * weight[i]! + bias[i]!);
    });
  }

  private async linear(name: string, rows: readonly Float64Array[]): Promise<Float64Array[]> {
    const bias = await this.whole(`${name}.bias`);
    const weight = await this.whole(`${name}.weight`);
    const inputs = weight.length / bias.length;
    return rows.map((row) =>
      Float64Array.from(bias, (start, output) => start + dot(row, weight, 0, inputs, output * inputs)),
    );
  }

  private async project(rows: readonly Float64Array[]): Promise<Float32Array[]> {
    const [vocabSize, size] = this.checkpoint.tensors.get(this.head)!.shape as [number, number];
    const logits = rows.map(() => new Float32Array(vocabSize));
    const weight = new Float32Array(size);
    let at = 0;
    for await (const chunk of this.checkpoint.read(this.head, this.signal)) {
      for (let i = 0; i < chunk.length; i++, at++) {
        weight[at % size] = chunk[i]!;
        if (at % size < size - 1) continue;
        for (const [row, values] of rows.entries()) logits[row]![Math.floor(at / size)] = dot(values, weight, 0, size);
      }
    }
    return logits;
  }

  /** Some rows of a matrix. */
  private async rows(name: string, wanted: readonly number[]): Promise<Float64Array[]> {
    const [, size] = this.checkpoint.tensors.get(name)!.shape as [number, number];
    const found = wanted.map(() => new Float64Array(size));
    let start = 0;
    for await (const chunk of this.checkpoint.read(name, this.signal)) {
      for (const [index, row] of wanted.entries()) {
        const from = Math.max(start, row * size);
        const to = Math.min(start + chunk.length, (row + 1) * size);
        for (let at = from; at < to; at++) found[index]![at - row * size] = chunk[at - start]!;
      }
      start += chunk.length;
    }
    return found;
  }

  private whole(name: string): Promise<Float32Array> {
    return readWhole(this.checkpoint, `${this.prefix}${name}`, this.signal);
  }
}

/** Σ a[i] · b[offset + i] for i from `from` to `to`. */
function dot(a: Float64Array, b: Float64Array | Float32Array, from: number, to: number, offset = 0): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += a[i]! * b[offset + i]!;
  return sum;
}

function add(to: Float64Array[], rows: readonly Float64Array[]): void {
  for (const [at, row] of rows.entries()) for (let i = 0; i < row.length; i++) to[at]![i]! += row[i]!;
}

/** x · Φ(x) */
function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

/** Abramowitz and Stegun 7.1.5 for small numbers, 7.1.14 (a continued fraction) for others: to 14 digits. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction));
}
