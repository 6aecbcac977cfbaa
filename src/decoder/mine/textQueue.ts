import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Answer, AnswersTogether, Prompt } from './answersTogether';

/** A text that waits to be read. */
interface Waiting {
  /** Reads it and nothing else meanwhile. */
  alone: () => Promise<void>;
  /** Reads it among others, if it can be. */
  among?: (answers: AnswersTogether) => Promise<void>;
}

/**
 * Texts in the order they came. Those that wait for answers of their own words are read together, as many as there are rows;
 * the others one at a time, and so is an answer that is the only one: alone it can be guessed ahead.
 */
export class TextQueue {
  private readonly waiting: Waiting[] = [];
  private working = false;

  /** @param answers absent where the session can't read several texts in one pass */
  constructor(private readonly answers: AnswersTogether | undefined) {}

  /** @throws the signal's reason; else whatever `work` throws */
  alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.add(signal, (resolve, reject) => ({ alone: () => work().then(resolve, reject) }));
  }

  /** @param alone gives the same answer where it is the only one */
  answer(prompt: Prompt, alone: () => Promise<Answer>): Promise<Answer> {
    return this.add(prompt.signal, (resolve, reject) => ({
      alone: () => alone().then(resolve, reject),
      among: (answers) => answers.begin(prompt, resolve, reject),
    }));
  }

  private add<T>(
    signal: AbortSignal | undefined,
    text: (resolve: (result: T) => void, reject: (reason: unknown) => void) => Waiting,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(signal!.reason as Error);
      };
      const { alone, among } = text(resolve, reject);
      // Once it is read it heeds the signal itself.
      const begun = (): void => signal?.removeEventListener('abort', leave);
      const waiting: Waiting = {
        alone: () => {
          begun();
          return alone();
        },
        ...(among && {
          among: (answers: AnswersTogether) => {
            begun();
            return among(answers);
          },
        }),
      };
      this.waiting.push(waiting);
      signal?.addEventListener('abort', leave, { once: true });
      if (!this.working) this.work().catch(reject);
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    // Whoever asks for several at once has asked for all of them by then.
    await yieldToEventLoop();
    const { waiting, answers } = this;
    while (waiting.length > 0 || (answers && answers.count > 0)) {
      const [first, second] = waiting;
      if (answers && (answers.count > 0 || (first?.among && second?.among))) {
        while (answers.hasRoom && waiting[0]?.among) await waiting.shift()!.among!(answers);
        await answers.step();
      } else {
        await waiting.shift()!.alone();
      }
      await yieldToEventLoop();
    }
    this.working = false;
  }
}
