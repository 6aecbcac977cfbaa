import assert from 'node:assert/strict';
import { refusal } from '../../../../src/completion/trigger';
import { insertionFor } from '../../../../src/prose/insertion';
import { ProseDocument, scopeAt } from '../../../../src/prose/proseDocument';
import { repairSpacing } from '../../../../src/prose/spacing';
import type { ProseLanguage, ProseScope } from '../../../../src/prose/scope';
import { randomFrom, SNIPPETS } from '../manuscripts';
import { answersFrom } from './answers';
import { manuscriptOf, type Paper } from './manuscript';
import { changedRendering } from './rendering';

const EDITS_PER_MANUSCRIPT = 100;
const MAX_CHARS = 800;

export interface FuzzCounts {
  edits: number;
  scopes: number;
  insertions: number;
}

/**
 * Random edits to manuscripts, suggestions accepted among them. After each edit the scope must be that of a
 * document opened anew; a suggestion must leave the rest of the document, and what Markdown makes of it, alone.
 * @throws AssertionError that names the manuscript, the edit and the place.
 */
export function fuzz(papers: readonly Paper[], edits: number, seed: number): FuzzCounts {
  const counts: FuzzCounts = { edits: 0, scopes: 0, insertions: 0 };
  for (let number = 0; counts.edits < edits; number++) {
    const random = randomFrom(seed + number);
    const language: ProseLanguage = number % 10 === 9 ? 'plaintext' : number % 2 === 0 ? 'markdown' : 'latex';
    const paper = papers[random(papers.length)]!;
    const text = manuscriptOf(language, paper, random, 3000 + random(6000));
    const session = new Session(language, text, random, answersFrom(papers, random), counts);
    for (let i = 0; i < EDITS_PER_MANUSCRIPT && counts.edits < edits; i++) {
      try {
        session.step();
      } catch (error) {
        const place = `manuscript ${number} of seed ${seed} (${language}), edit ${i}: ${session.place()}`;
        throw new Error(`${place}\n${(error as Error).message}`, { cause: error });
      }
    }
  }
  return counts;
}

class Session {
  private readonly document: ProseDocument;
  private cursor = 0;

  constructor(
    private readonly language: ProseLanguage,
    private text: string,
    private readonly random: (bound: number) => number,
    private readonly answer: () => string,
    private readonly counts: FuzzCounts,
  ) {
    this.document = new ProseDocument(language, text);
  }

  place(): string {
    return JSON.stringify(
      `${this.text.slice(Math.max(0, this.cursor - 100), this.cursor)}█${this.text.slice(this.cursor, this.cursor + 40)}`,
    );
  }

  step(): void {
    const { random } = this;
    const at = random(4) === 0 ? Math.min(this.cursor, this.text.length) : random(this.text.length + 1);
    this.cursor = at;
    const kind = random(10);
    if (kind < 4) {
      // Where a writer may want one: behind a word.
      this.cursor = at + /^[\p{L}\p{N}]*[ ,(]?/u.exec(this.text.slice(at, at + 40))![0].length;
      this.suggest(this.cursor);
      return;
    }
    const to = kind < 7 ? at : Math.min(this.text.length, at + random(kind === 9 ? 200 : 12));
    const from = random(this.text.length + 1);
    const insert = kind === 8 ? this.text.slice(from, from + random(120)) : SNIPPETS[random(SNIPPETS.length)]!;
    this.edit(at, to, insert);
    if (random(3) === 0) this.suggest(this.cursor);
  }

  private edit(from: number, to: number, insert: string): void {
    this.text = this.text.slice(0, from) + insert + this.text.slice(to);
    this.document.edit({ from, to, insert });
    this.cursor = from + insert.length;
    this.counts.edits++;
    this.scope(this.random(3) === 0 ? this.random(this.text.length + 1) : this.cursor);
  }

  private scope(offset: number): ProseScope | null {
    const scope = this.document.scopeAt(offset, { maxChars: MAX_CHARS });
    assert.deepEqual(
      scope,
      scopeAt(this.language, this.text, offset, { maxChars: MAX_CHARS }),
      `the scope at ${offset}`,
    );
    this.counts.scopes++;
    return scope.prose ? scope : null;
  }

  /** A suggestion at `at`, where one may be, accepted. */
  private suggest(at: number): void {
    const scope = this.scope(at);
    if (scope === null) return;
    const { text, language } = this;
    const lineEnd = text.indexOf('\n', at);
    const lineSuffix = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
    if (refusal({ explicit: true, lastEdit: 'typed', oneCursor: true, lineSuffix }) !== undefined) return;
    const answer = repairSpacing(this.answer());
    // An address goes on as far as there is no space, whoever wrote it.
    if (/:\/\/|www\.|@\w/.test(answer) && lineSuffix !== '') return;
    const insertion = insertionFor(language, scope, { linePrefix: scope.linePrefix, lineSuffix }, answer);
    if (insertion.text === '') return;
    this.counts.insertions++;
    const covered = lineSuffix.slice(0, insertion.covers);
    assert.match(covered, /^[)\]}]*$/, 'only brackets are written over');
    assert.ok(
      [...covered].every((bracket) => insertion.text.includes(bracket)),
      'and written again',
    );
    assert.doesNotMatch(insertion.text, /[\r\n]/, 'one line');
    const after = text.slice(at + insertion.covers);
    if (language === 'markdown') {
      const changed = changedRendering(text.slice(0, at), insertion.text, after);
      assert.equal(changed, null, `${JSON.stringify(answer)} written as ${JSON.stringify(insertion.text)}`);
    }
    this.edit(at, at + insertion.covers, insertion.text);
    assert.ok(this.text.startsWith(text.slice(0, at)) && this.text.endsWith(after));
  }
}
