import type { Insertion } from '../prose/insertion';
import type { ProseScope } from '../prose/scope';
import type { Decoding, StopRules } from '../protocol/decoder';
import { AnswerCache, type Variant } from './answerCache';
import { sleep, type Clock } from './clock';
import type { Completer } from './completer';
import { CurrentGhostText } from './currentGhostText';
import { Dismissed } from './dismissed';
import { toOneLine, type Cursor, type GhostEdit, type Place } from './ghostEdit';
import type { CompletionOptions } from './options';
import { isInEmptyItem, type QuietReason } from './trigger';
import { InFlight, type RunningGeneration } from './inFlight';
import { TypingPace } from './typingPace';

/**
 * A model's answer as text of the document: escaped, fitted to what the line already has behind the
 * cursor. `src/prose` in the product.
 */
export type WriteAnswer = (cursor: Cursor, place: ProseScope, answer: string) => Insertion;

/** Ghost text to show, or why there is none. */
export type Completion = { edits: GhostEdit[] } | { edits: []; reason: QuietReason };

/** The likeliest continuation, as far as the model is sure of it: shown unasked. */
const CONFIDENT: Alternative = { variant: 'confident', decoding: { strategy: 'greedy' } };
/** What someone who asks is shown: the likeliest continuation, however likely, and others. */
const LIKELIEST: Alternative = { variant: 'likeliest', decoding: { strategy: 'greedy' } };
const ALTERNATIVES: readonly Alternative[] = [
  LIKELIEST,
  ...[2, 3].map((rank): Alternative => ({
    variant: `ending ${rank}`,
    decoding: { strategy: 'greedy' },
    onlyInWord: true,
  })),
  ...[1, 2, 3].map((seed): Alternative => ({
    variant: `sample ${seed}`,
    decoding: { strategy: 'sample', temperature: 0.8, topP: 0.9, seed },
  })),
];
const MOST_ALTERNATIVES = 3;
/** Someone who asks waits longer than someone who types. */
const EXPLICIT_BUDGET_FACTOR = 3;

/** A generation that ran out of time before its first word is begun once more. */
const MOST_TRIES = 2;

/** A generation ended without an answer for this place: another one took its place. */
const CANCELLED: Completion = { edits: [], reason: 'cancelled' };

const HALF_WORD = /\p{L}[\p{L}\p{M}\p{N}-]+$/u;

interface Alternative {
  variant: Variant;
  decoding: Decoding;
  /** Another word that begins with the letters at the cursor, the likeliest left. */
  onlyInWord?: boolean;
  /** The suggestions before it. */
  otherEndingThan?: readonly string[];
}

/**
 * Decides what ghost text to show: from the suggestion being typed along, from memory, from a
 * generation under way, or from a new one, in this order. Knows no editor.
 */
export class CompletionEngine {
  private readonly current = new CurrentGhostText();
  private readonly answers = new AnswerCache();
  private readonly places = new WeakMap<Cursor, Place>();
  private readonly dismissed = new Dismissed();
  private readonly pace = new TypingPace();
  private readonly inFlight: InFlight;

  constructor(
    completer: Completer,
    private readonly write: WriteAnswer,
    private readonly clock: Clock,
    private readonly log: (line: string) => void,
  ) {
    this.inFlight = new InFlight(completer);
  }

  /** The rest of the suggestion on screen, at once; empty when it no longer fits. */
  typeThrough(cursor: Cursor): GhostEdit[] {
    return this.current.typeThrough(cursor);
  }

  /**
   * Suggests at the cursor: at once where nothing has to be decoded. When `signal` aborts, the promise rejects with
   * its reason, but a generation under way goes on: the next request may adopt it, or its answer is remembered.
   */
  complete(cursor: Cursor, options: CompletionOptions, signal: AbortSignal): Completion | Promise<Completion> {
    const place = this.read(cursor);
    if (!place.prose || isInEmptyItem(place)) {
      this.inFlight.cancel();
      return { edits: [], reason: place.prose ? 'onDemand' : place.reason };
    }
    const remembered = this.answers.find(automaticOf(options).variant, place.textBefore);
    if (remembered !== undefined) return this.showAutomatic(cursor, place, remembered);

    this.inFlight.cancel(place.textBefore);
    return this.decode(cursor, place, options, signal);
  }

  /**
   * Writes what would follow at `textBefore` into memory, if nothing else is being written. The decoder does it in
   * its spare time; the next request of any other kind ends it.
   */
  speculate(uri: string, textBefore: string, options: CompletionOptions): void {
    const automatic = automaticOf(options);
    if (this.inFlight.busy || this.answers.find(automatic.variant, textBefore) !== undefined) return;
    this.start(automatic, uri, textBefore, options, true);
  }

  /** The writer has pressed a key. */
  keyPressed(): void {
    this.pace.keyPressed(this.clock.now());
  }

  /** The writer wants no more of the suggestion on screen: it is not offered again until the text before it changes. */
  dismiss(cursor: Cursor): void {
    if (this.current.typeThrough(cursor).length === 0) return;
    this.current.forget();
    this.inFlight.cancel();
    const place = this.read(cursor);
    if (!place.prose) return;
    for (const { variant } of [CONFIDENT, ...ALTERNATIVES]) {
      const answer = this.answers.find(variant, place.textBefore);
      if (answer) this.dismissed.add(place.textBefore, answer);
    }
  }

  /**
   * Suggests up to three different continuations, the one on screen first: the writer asked for them. Behind a half-typed word
   * the next ones are other words that it may become, the likelier first. When `signal` aborts, the promise rejects with its
   * reason.
   */
  async alternatives(cursor: Cursor, options: CompletionOptions, signal: AbortSignal): Promise<Completion> {
    const shown = this.current.typeThrough(cursor);
    if (shown.length >= MOST_ALTERNATIVES) return { edits: shown };
    const place = this.read(cursor);
    if (!place.prose) return { edits: [], reason: place.reason };

    const patient = { ...options, timeBudgetMs: options.timeBudgetMs * EXPLICIT_BUDGET_FACTOR };
    const inWord = HALF_WORD.test(place.textBefore);
    const answers: string[] = [];
    const isKnown = (answer: string): boolean => answers.some((other) => normalise(other) === normalise(answer));
    for (const one of ALTERNATIVES) {
      if (answers.length >= MOST_ALTERNATIVES) break;
      if (one.onlyInWord && !inWord) continue;
      const alternative = one.onlyInWord ? { ...one, otherEndingThan: [...answers] } : one;
      // What was another ending when fewer letters were typed may be the likeliest one by now.
      const remembered = this.answers.find(one.variant, place.textBefore);
      const known = remembered !== undefined && one.onlyInWord && isKnown(remembered) ? undefined : remembered;
      const answer =
        known ??
        (await this.adopt(alternative, place.textBefore, signal)) ??
        (await this.generate(alternative, cursor.uri, place.textBefore, patient, signal));
      signal.throwIfAborted();
      if (answer !== undefined && normalise(answer) !== '' && !isKnown(answer)) answers.push(answer);
    }
    return this.show(cursor, place, answers);
  }

  /**
   * The writer went on while a request was under way. `line` is the cursor's line as it is now;
   * a generation that can no longer fit it ends at once, without waiting for the next request.
   */
  requestCancelled(cursor: Cursor, line: string): void {
    if (!this.inFlight.busy) return;
    const { linePrefix, lineSuffix } = cursor;
    const extended = line.startsWith(linePrefix) && line.length >= linePrefix.length + lineSuffix.length;
    if (!extended || !line.endsWith(lineSuffix)) {
      this.inFlight.cancel();
      return;
    }
    const place = this.read(cursor);
    const typed = line.slice(linePrefix.length, line.length - lineSuffix.length);
    // Markup reads differently than it is written; the next request will judge it.
    if (place.prose && /^[\p{L}\p{N} .,;:()'-]*$/u.test(typed)) this.inFlight.cancel(place.textBefore + typed);
  }

  /** The writer took text back: what was being written ahead of the cursor is unwanted. */
  textDeleted(cursor: Cursor): void {
    this.inFlight.cancel();
    if (this.current.typeThrough(cursor).length > 0) return;
    this.current.forget();
    const place = this.read(cursor);
    if (place.prose) this.answers.forgetBeyond(place.textBefore);
  }

  /** A document is gone: what is shown of it and what is being written for it. */
  closed(uri: string): void {
    if (this.current.uri === uri) this.current.forget();
    if (this.inFlight.uri === uri) this.inFlight.cancel();
  }

  /** What answers depend on has changed; what is on screen stays. */
  forgetAnswers(): void {
    this.answers.clear();
  }

  /** Another model answers from now on. */
  reset(): void {
    this.inFlight.cancel();
    this.current.forget();
    this.answers.clear();
    this.dismissed.clear();
  }

  /** Asked more than once about the same cursor, the rules answer once. */
  private read(cursor: Cursor): Place {
    let place = this.places.get(cursor);
    if (!place) this.places.set(cursor, (place = cursor.place()));
    return place;
  }

  private async decode(
    cursor: Cursor,
    place: ProseScope,
    options: CompletionOptions,
    signal: AbortSignal,
  ): Promise<Completion> {
    const automatic = automaticOf(options);
    const adopted = await this.adopt(automatic, place.textBefore, signal);
    if (adopted !== undefined) return this.showAutomatic(cursor, place, adopted);
    await sleep(this.clock, this.pace.wait(place.textBefore, options.debounceMs), signal);

    const answer = await this.generate(automatic, cursor.uri, place.textBefore, options, signal);
    return answer === undefined ? CANCELLED : this.showAutomatic(cursor, place, answer);
  }

  private async adopt({ variant }: Alternative, textBefore: string, signal: AbortSignal): Promise<string | undefined> {
    const running = this.inFlight.find(variant, textBefore);
    if (!running) return undefined;
    await running.waitAt(textBefore, signal);
    signal.throwIfAborted();
    return (await running.remainderAt(textBefore)) || undefined;
  }

  private async generate(
    alternative: Alternative,
    uri: string,
    textBefore: string,
    options: CompletionOptions,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    for (let tries = 1; ; tries++) {
      const started = this.clock.now();
      const running = this.start(alternative, uri, textBefore, options, false);
      const answered = running.outcome.then(({ ok }) => {
        if (ok) this.pace.answered(this.clock.now() - started);
      });
      answered.catch((error: unknown) => this.log(`The pace was not measured: ${messageOf(error)}`));
      await running.waitAt(textBefore, signal);
      signal.throwIfAborted();
      // The editor asks once for a place. A machine that slept, or a busy one, has read the text by now.
      if (tries === MOST_TRIES || !(await running.cameToNothing())) return running.remainderAt(textBefore);
    }
  }

  private start(
    alternative: Alternative,
    uri: string,
    textBefore: string,
    options: CompletionOptions,
    inSpareTime: boolean,
  ): RunningGeneration {
    const stop: StopRules = {
      maxNewTokens: options.maxTokens,
      sentenceEnd: options.until === 'sentence',
      lineEnd: true,
      repetition: true,
      timeBudgetMs: options.timeBudgetMs,
      facts: options.facts,
      ...(alternative === CONFIDENT && { caution: options.caution }),
    };
    const fieldWords = options.fieldWords?.(textBefore);
    const running = this.inFlight.start(alternative.variant, uri, {
      textBefore,
      decoding: alternative.decoding,
      stop,
      ...(options.words?.length && { words: options.words }),
      ...(options.titles?.length && { titles: options.titles }),
      ...(options.manuscript?.length && { manuscript: options.manuscript }),
      ...(fieldWords?.length && { fieldWords }),
      ...(alternative.otherEndingThan && { otherEndingThan: alternative.otherEndingThan }),
      ...(inSpareTime && { inSpareTime }),
    });
    const noted = running.outcome.then((outcome) => {
      if (outcome.ok) {
        // Nothing written for lack of time says nothing about this place.
        if (outcome.answer !== '' || !outcome.outOfTime)
          this.answers.set(alternative.variant, textBefore, outcome.answer);
      } else if (!running.cancelled && !inSpareTime) this.log(`No suggestion: ${messageOf(outcome.error)}`);
    });
    noted.catch((error: unknown) => this.log(`The answer was not kept: ${messageOf(error)}`));
    return running;
  }

  private showAutomatic(cursor: Cursor, place: ProseScope, answer: string): Completion {
    if (answer && this.dismissed.has(place.textBefore, answer)) {
      return { edits: [], reason: 'dismissed' };
    }
    return this.show(cursor, place, [answer]);
  }

  private show(cursor: Cursor, place: ProseScope, answers: readonly string[]): Completion {
    const suggestions: Insertion[] = [];
    for (const answer of answers) {
      const { text, covers } = this.write(cursor, place, toOneLine(answer));
      const line = toOneLine(text);
      if (line && !suggestions.some((other) => other.text === line)) suggestions.push({ text: line, covers });
    }
    if (suggestions.length === 0) return { edits: [], reason: 'nothingToAdd' };
    return { edits: this.current.set(cursor, suggestions) };
  }
}

/** What is shown unasked. */
function automaticOf({ caution }: CompletionOptions): Alternative {
  return caution > 0 ? CONFIDENT : LIKELIEST;
}

function normalise(answer: string): string {
  return toOneLine(answer).trim();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
