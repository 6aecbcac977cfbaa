import type { Decoding, StopRules } from '../../protocol/decoder';

/** An opened model, as far as the self-check needs it; the decoder's `Engine` fits in. */
export interface CheckedModel {
  /** Symbols of the tokenizer's vocabulary. */
  readonly vocabSize: number;
  /** Ids of a text, the leading `</s>` (2) included. */
  encode(text: string): number[];
  /** Text of ids; special ones are dropped. */
  decode(ids: readonly number[]): string;
  /** Next-token logits [vocab] float32 for every position. */
  logits(ids: readonly number[]): Promise<Float32Array[]>;
  /** New ids, a closing `</s>` included, computed token by token through the KV cache. */
  generate(ids: readonly number[], decoding: Decoding, stop: StopRules): Promise<number[]>;
}
