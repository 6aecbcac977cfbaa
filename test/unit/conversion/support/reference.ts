import type { TestTensors } from './tinyModel';

/**
 * BioGPT's forward pass over one whole sequence, written from transformers' modeling_biogpt.py with
 * plain loops in double precision: slow, and independent of the graph under test.
 * @returns logits, a row of vocabulary size per position
 */
export function referenceLogits(config: Record<string, unknown>, tensors: TestTensors, ids: number[]): number[][] {
  const hidden = Number(config.hidden_size);
  const heads = Number(config.num_attention_heads);
  const headSize = hidden / heads;
  const values = (name: string): Float32Array => tensors.get(name)!.values;
  const row = (name: string, index: number): number[] => [
    ...values(name).subarray(index * hidden, (index + 1) * hidden),
  ];

  const linear = (name: string, x: number[]): number[] => {
    const [weight, bias] = [values(`${name}.weight`), values(`${name}.bias`)];
    return [...bias].map((b, out) => x.reduce((sum, value, i) => sum + value * weight[out * x.length + i]!, b));
  };
  const norm = (name: string, x: number[]): number[] => {
    const mean = x.reduce((a, b) => a + b) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const [weight, bias] = [values(`${name}.weight`), values(`${name}.bias`)];
    return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[i]! + bias[i]!);
  };
  const add = (a: number[], b: number[]): number[] => a.map((value, i) => value + b[i]!);
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

  const scale = config.scale_embedding ? Math.sqrt(hidden) : 1;
  let states = ids.map((id, position) =>
    add(
      row('biogpt.embed_tokens.weight', id).map((value) => value * scale),
      row('biogpt.embed_positions.weight', position + 2),
    ),
  );
  for (let layer = 0; layer < Number(config.num_hidden_layers); layer++) {
    const name = `biogpt.layers.${layer}`;
    const normed = states.map((x) => norm(`${name}.self_attn_layer_norm`, x));
    const [q, k, v] = ['q', 'k', 'v'].map((part) => normed.map((x) => linear(`${name}.self_attn.${part}_proj`, x)));
    states = states.map((x, position) => {
      const attended: number[] = [];
      for (let head = 0; head < heads; head++) {
        const of = (matrix: number[][], index: number): number[] =>
          matrix[index]!.slice(head * headSize, (head + 1) * headSize);
        const scores: number[] = [];
        for (let j = 0; j <= position; j++) scores.push(dot(of(q!, position), of(k!, j)) / Math.sqrt(headSize));
        const top = Math.max(...scores);
        const exps = scores.map((score) => Math.exp(score - top));
        const total = exps.reduce((a, b) => a + b);
        for (let i = 0; i < headSize; i++) {
          attended.push(exps.reduce((sum, e, j) => sum + (e / total) * of(v!, j)[i]!, 0));
        }
      }
      return add(x, linear(`${name}.self_attn.out_proj`, attended));
    });
    states = states.map((x) => {
      const inner = linear(`${name}.fc1`, norm(`${name}.final_layer_norm`, x));
      return add(x, linear(`${name}.fc2`, inner.map(gelu)));
    });
  }
  const head = tensors.has('output_projection.weight') ? 'output_projection.weight' : 'biogpt.embed_tokens.weight';
  return states.map((x) => {
    const normed = norm('biogpt.layer_norm', x);
    return Array.from({ length: Number(config.vocab_size) }, (_, id) => dot(row(head, id), normed));
  });
}

function gelu(x: number): number {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

/** The error function by its Maclaurin series, good to 1e-12 where GELU's inputs lie here. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
