import type {
  CompleteParams,
  CompleteResult,
  DescribeParams,
  DescribeResult,
  FinishReason,
} from '../../../../src/protocol/decoder';
import type { Decoder, GenerationHooks } from '../../../../src/client/decoder';

/** One request under way, moved on by the test. */
export interface ScriptedRequest {
  params: CompleteParams;
  cancelled: boolean;
  progress(text: string): void;
  answer(text: string, finishReason?: FinishReason): void;
  fail(error: Error): void;
}

export const noTimings = { reusedTokens: 0, prefillTokens: 0, prefillMs: 0, decodedTokens: 0, decodeMs: 0 };

/** A decoder that says what the test tells it to, when the test tells it to. */
export class ScriptedDecoder implements Decoder {
  readonly requests: ScriptedRequest[] = [];

  get last(): ScriptedRequest {
    return this.requests[this.requests.length - 1]!;
  }

  complete(params: CompleteParams, hooks: GenerationHooks = {}): Promise<CompleteResult> {
    return new Promise((resolve, reject) => {
      const request: ScriptedRequest = {
        params,
        cancelled: false,
        progress: (text) => hooks.onProgress?.({ text, tokens: text.split(' ').length }),
        answer: (text, finishReason = 'sentenceEnd') => resolve({ text, tokens: 1, finishReason, timings: noTimings }),
        fail: reject,
      };
      this.requests.push(request);
      hooks.signal?.addEventListener('abort', () => {
        request.cancelled = true;
        reject(hooks.signal!.reason as Error);
      });
    });
  }

  describe({ term }: DescribeParams): Promise<DescribeResult> {
    return Promise.resolve({ term, text: term, tokens: 1, finishReason: 'endOfText', timings: noTimings });
  }
}
