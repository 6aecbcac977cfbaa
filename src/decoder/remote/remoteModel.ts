import type { BeamBatch, Prefill, ResidentModel, Wanted } from '../generation/languageModel';
import type { Truncation } from '../generation/truncation';
import { allOrNone } from './allOrNone';
import type { ToldRow } from './dialect';
import type { Among, ModelServer, PartialRow } from './server';

/** Tokens that a server is asked for where nobody says how many are needed. */
const SOME_TOKENS = 32;

/**
 * A model on a server, as the search algorithms see it. The server writes ahead with what is likeliest by itself; while the search takes
 * the same tokens, its steps are answered from that. Where it takes another, what was ahead is ended, and begun again behind that
 * token.
 */
export class RemoteModel implements ResidentModel {
  readonly cachedTokens = 0;
  readonly tells: Among;
  truncation: Truncation | undefined;
  private ids: readonly number[] = [];
  private ahead: Ahead | null = null;
  /** Length of a text when all its new tokens are there. */
  private goal = 0;

  constructor(private readonly server: ModelServer) {
    this.tells = server.capabilities.among;
  }

  get vocabSize(): number {
    return this.server.vocabSize;
  }

  get maxPositions(): number {
    return this.server.capabilities.maxPositions;
  }

  async prefill(ids: readonly number[], signal?: AbortSignal, wanted: Wanted = {}): Promise<Prefill> {
    this.goal = Math.min(this.maxPositions, ids.length + (wanted.newTokens ?? SOME_TOKENS));
    const logits = await this.read(ids, wanted, signal);
    return { logits, reusedTokens: 0, computedTokens: ids.length };
  }

  step(id: number, signal?: AbortSignal, wanted: Wanted = {}): Promise<Float32Array> {
    return this.read([...this.ids, id], wanted, signal);
  }

  fork(beams: number): BeamBatch {
    let texts: (readonly number[])[] = new Array<readonly number[]>(beams).fill(this.ids);
    const batch: BeamBatch = {
      truncations: undefined,
      step: async (parents, ids, signal, among = []) => {
        texts = parents.map((parent, beam) => [...texts[parent]!, ids[beam]!]);
        const rows = await this.rowsBehind(texts, among, signal);
        const logits = new Float32Array(texts.length * this.vocabSize);
        rows.forEach((row, beam) => {
          this.spread(row, logits.subarray(beam * this.vocabSize, (beam + 1) * this.vocabSize));
        });
        batch.truncations = rows;
        return logits;
      },
      dispose: () => undefined,
    };
    return batch;
  }

  /** Nothing more is asked behind the current text for now: what the server writes ahead is ended. */
  rest(): void {
    this.ahead?.end();
  }

  async dispose(): Promise<void> {
    this.rest();
    this.ahead = null;
  }

  private async read(
    ids: readonly number[],
    { among }: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    signal?.throwIfAborted();
    const row = among ? await this.server.among(ids, among, signal) : await this.rowBehind(ids, signal);
    this.ids = ids;
    this.truncation = row;
    return this.spread(row, new Float32Array(this.vocabSize));
  }

  private async rowBehind(ids: readonly number[], signal: AbortSignal | undefined): Promise<PartialRow> {
    let row = await this.ahead?.rowBehind(ids, signal);
    if (row === undefined) {
      this.rest();
      this.ahead = new Ahead(this.server, ids, Math.max(1, this.goal - ids.length));
      row = await this.ahead.rowBehind(ids, signal);
      if (row === undefined) throw this.server.unclear();
    }
    return { known: row.known, least: Math.min(...row.known.values()) };
  }

  /** Rows behind several texts; equal ones are asked for once. */
  private async rowsBehind(
    texts: readonly (readonly number[])[],
    among: readonly (readonly number[] | undefined)[],
    signal: AbortSignal | undefined,
  ): Promise<PartialRow[]> {
    const keys = texts.map((text) => text.join(' '));
    const firsts = keys.map((key) => keys.indexOf(key));
    const different = firsts.filter((first, beam) => first === beam);
    const free = different.filter((beam) => !among[beam]);
    const rows: PartialRow[] = [];
    await allOrNone(signal, [
      ...different
        .filter((beam) => among[beam])
        .map((beam) => async (either: AbortSignal) => {
          rows[beam] = await this.server.among(texts[beam]!, among[beam]!, either);
        }),
      async (either) => {
        if (free.length === 0) return;
        const told = await this.server.rows(
          free.map((beam) => texts[beam]!),
          either,
        );
        free.forEach((beam, i) => (rows[beam] = told[i]!));
      },
    ]);
    return firsts.map((first) => rows[first]!);
  }

  /** Logits of a row: what is known, and an equal share of the rest for everything else. */
  private spread({ known }: PartialRow, logits: Float32Array): Float32Array {
    let sum = 0;
    for (const value of known.values()) sum += Math.exp(value);
    const others = Math.max(1, this.vocabSize - known.size);
    logits.fill(Math.log(Math.max(1 - sum, 1e-9) / others));
    for (const [id, value] of known) logits[id] = value;
    return logits;
  }
}

/** What a server writes behind a text by itself, as it comes. */
class Ahead {
  private readonly rows: ToldRow[] = [];
  private readonly stream: AsyncGenerator<{ row: ToldRow; last: boolean }>;
  private readonly ending = new AbortController();
  private over = false;

  constructor(
    server: ModelServer,
    private readonly prompt: readonly number[],
    maxTokens: number,
  ) {
    this.stream = server.ahead(prompt, maxTokens, this.ending.signal);
  }

  /** What the server tells behind a text; undefined where it isn't on the way there. @throws ServerError; the signal's reason */
  async rowBehind(ids: readonly number[], signal: AbortSignal | undefined): Promise<ToldRow | undefined> {
    const { prompt, rows } = this;
    const place = ids.length - prompt.length;
    const isAhead = place >= 0 && prompt.every((id, at) => ids[at] === id);
    if (!isAhead) return undefined;
    const cancel = (): void => this.end(signal!.reason as Error);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      for (let at = 0; at <= place; at++) {
        while (rows.length <= at) {
          if (this.over) return undefined;
          const { done, value } = await this.stream.next();
          if (done) this.over = true;
          else {
            rows.push(value.row);
            if (value.last) this.finish();
          }
        }
        if (at < place && rows[at]!.id !== ids[prompt.length + at]) return undefined;
      }
      return rows[place];
    } catch (error) {
      this.over = true;
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Closes the connection, so that the server stops as well; what was told stays. */
  end(reason?: Error): void {
    if (this.over) return;
    this.over = true;
    this.ending.abort(reason);
    // One that was never read, or waits for its reader, ends only so.
    this.stream.return(undefined).catch(() => undefined);
  }

  /** The server has told all: its answer is read to the end, and its connection serves again. */
  private finish(): void {
    this.over = true;
    const drain = async (): Promise<void> => {
      while (!(await this.stream.next()).done);
    };
    drain().catch(() => undefined);
  }
}
