import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DecoderProcess } from '../../src/client/decoder';
import { forkDecoder } from '../../src/client/forkDecoder';
import { peakMemory } from './peakMemory';

export interface TypingFigures {
  /** Milliseconds from each key to its ghost text of eight tokens. */
  ghostTextMs: number[];
  /** Tokens in the cache at the end of the session. */
  context: number;
  /** 99th percentile of how late the event loop of this process was while the decoder worked, milliseconds. */
  eventLoopLagMs: number;
  peakBytes: number | null;
}

export interface TypingSession {
  modulePath: string;
  modelDir: string;
  threads: number;
  /** Text the session is cut from. */
  manuscript: string;
  /** Tokens of context to type at; less where the model has no room for them. */
  context: number;
  /** Keys that are counted. */
  keys: number;
}

const GHOST_TEXT = { maxNewTokens: 8, minNewTokens: 8 };
/** Keys that are not counted: code and shapes are new to the runtime. */
const WARM_UP_KEYS = 4;
/** A key and the next; ghost text is asked for at each. */
const KEY_INTERVAL_MS = 60;

/** A writer types on in a text of `context` tokens and asks the real decoder process for ghost text at each key. */
export async function typingSession(session: TypingSession): Promise<TypingFigures> {
  const { manuscript, keys } = session;
  const decoder = forkDecoder({ modulePath: session.modulePath, onOutput: () => undefined });
  try {
    const { maxPositions } = await decoder.load({ modelDir: session.modelDir, threads: session.threads });
    const end = manuscript.length - keys - WARM_UP_KEYS;
    const start = await beginning(decoder, manuscript, end, Math.min(session.context, maxPositions - RESERVE));
    const ghostTextMs: number[] = [];
    const lag = monitorEventLoopDelay({ resolution: 1 });
    for (let key = 1; key <= keys + WARM_UP_KEYS; key++) {
      await new Promise((resolve) => setTimeout(resolve, KEY_INTERVAL_MS));
      if (key === WARM_UP_KEYS + 1) lag.enable();
      const textBefore = manuscript.slice(start, end + key);
      const pressed = performance.now();
      await decoder.complete({ textBefore, decoding: { strategy: 'greedy' }, stop: GHOST_TEXT });
      const ms = performance.now() - pressed;
      if (key > WARM_UP_KEYS) ghostTextMs.push(ms);
    }
    lag.disable();
    const { cachedTokens, pid } = await decoder.status();
    return {
      ghostTextMs,
      context: cachedTokens,
      // The monitor's own timer fires every millisecond.
      eventLoopLagMs: Math.max(0, lag.percentile(99) / 1e6 - 1),
      peakBytes: peakMemory(pid),
    };
  } finally {
    await decoder.stop();
  }
}

/** The decoder keeps room for new tokens in steps of this size; twice, for what is typed. */
const RESERVE = 128;
/** Short enough to be read whole by any model. */
const PROBE_CHARACTERS = 800;

/** Where the text has to begin for `context` tokens to lie before `end`. */
async function beginning(decoder: DecoderProcess, manuscript: string, end: number, context: number): Promise<number> {
  const textBefore = manuscript.slice(end - PROBE_CHARACTERS, end);
  await decoder.prepare({ textBefore, maxNewTokens: GHOST_TEXT.maxNewTokens });
  const { cachedTokens } = await decoder.status();
  return Math.max(0, Math.round(end - (context * PROBE_CHARACTERS) / cachedTokens));
}

/** Milliseconds from the fork of a decoder process to the first token, the model's files in the page cache. */
export async function coldStart(modulePath: string, modelDir: string, threads: number): Promise<number> {
  const started = performance.now();
  const decoder = forkDecoder({ modulePath, onOutput: () => undefined });
  try {
    await decoder.load({ modelDir, threads });
    await decoder.complete({
      textBefore: 'Patients with type 2 diabetes were randomly assigned to receive either the drug or',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 1 },
    });
    return performance.now() - started;
  } finally {
    await decoder.stop();
  }
}
