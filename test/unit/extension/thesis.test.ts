import { TestWorkspace } from './support/workspace';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Engine } from '../../../src/decoder/engine';
import { abbreviationsIn } from '../../../src/decoder/text/abbreviations';
import { Manuscripts as DecoderManuscripts } from '../../../src/decoder/text/manuscript';
import { Manuscripts } from '../../../src/extension/manuscript/manuscripts';
import { thesisChapters, writeThesis, type ThesisChapter } from './support/thesis';

const root = join(__dirname, '..', '..', '..');
const CORPUS = join(process.env['BIOGPT_SHARED'] ?? join(dirname(root), 'shared'), 'corpus', 'valid.jsonl.xz');
/** What the model reads of a chapter. */
const CONTEXT = 3_000;
/** Of each chapter. */
const TERMS = 3;
const PLACES = 4;

/** Each in a process of its own in the product: files and editor, the texts that are sent, and the model. */
describe('a thesis of twelve files, made of held-out articles', function () {
  this.timeout(300_000);
  let chapters: ThesisChapter[];
  let engine: Engine;
  const sent = new DecoderManuscripts();

  before(async function () {
    if (!existsSync(CORPUS)) {
      console.log(`      skipped: needs held-out articles, ${CORPUS} (BIOGPT_SHARED names another folder)`);
      this.skip();
    }
    chapters = await thesisChapters(CORPUS);
    engine = await Engine.open(join(root, 'models', 'starter'), { now: () => 0, manuscripts: sent });
  });
  after(() => engine?.dispose());

  const textOf = (chapter: ThesisChapter): string => chapter.paragraphs.join('\n');
  const complete = async (before: string, manuscript?: readonly string[]): Promise<string> => {
    const { text } = await engine.complete({
      textBefore: before.slice(-CONTEXT),
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 24, sentenceEnd: true, lineEnd: true, repetition: true, facts: 'documentOnly' },
      ...(manuscript && { manuscript }),
    });
    return text;
  };

  /** Half-typed words of a chapter that stand in others, that it hasn't said before, and that the model knows in pieces. */
  function* halfTyped(chapter: ThesisChapter): Generator<{ before: string; rest: string }> {
    const text = textOf(chapter);
    const elsewhere = chapters
      .filter((other) => other !== chapter)
      .map(textOf)
      .join('\n');
    const seen = new Set<string>();
    let count = 0;
    for (const { 0: word, index } of text.matchAll(/(?<![\w-])[a-z]{9,}(?![\w-])/g)) {
      const isNew = !seen.has(word);
      seen.add(word);
      if (!isNew || index < 100 || elsewhere.split(word).length < 3 || engine.tokenizer.encode(word).length < 3)
        continue;
      if (count++ === TERMS) return;
      const half = Math.ceil(word.length / 2);
      yield { before: text.slice(0, index) + word.slice(0, half), rest: word.slice(half) };
    }
  }

  /** Places of a chapter before a number, or before what another chapter abbreviates. */
  function places(chapter: ThesisChapter): string[] {
    const text = textOf(chapter);
    const small = text.toLowerCase();
    const elsewhere = chapters
      .filter((other) => other !== chapter)
      .map(textOf)
      .join('\n');
    const long = [...abbreviationsIn(elsewhere).keys()].map((form) => small.indexOf(` ${form}`));
    const numbers = Array.from(text.matchAll(/ \d/g), ({ index }) => index);
    return [...long, ...numbers]
      .filter((at) => at > 200)
      .slice(0, PLACES)
      .map((at) => text.slice(0, at));
  }

  for (const form of ['latex', 'quarto'] as const) {
    describe(form === 'latex' ? 'in LaTeX with \\include' : 'as a Quarto book', () => {
      let folder: string;
      let manuscripts: Manuscripts;
      /** The same texts in another form: every third chapter is enough. */
      const asked = (): [number, ThesisChapter][] =>
        [...chapters.entries()].filter(([i]) => form === 'latex' || i % 3 === 2);
      /** Ids of the other chapters' texts, by chapter. */
      const others: (readonly string[])[] = [];

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'biogpt-thesis-'));
        const workspace = new TestWorkspace(folder);
        const names = writeThesis(workspace, form, chapters);
        manuscripts = new Manuscripts(
          {
            keep: (texts) =>
              sent.put(
                texts,
                texts.map(({ id }) => id),
              ),
            define: () => undefined,
          },
          (line) => assert.fail(line),
        );
        others.length = 0;
        for (const name of names) {
          const { document } = await workspace.open(name);
          manuscripts.textsFor(document);
          await manuscripts.idle();
          others.push(manuscripts.textsFor(document));
        }
      });
      after(() => {
        manuscripts?.dispose();
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      });

      it('lends each chapter the eleven others and the main file', () => {
        for (const ids of others) assert.equal(ids.length, 12);
      });

      it("finishes another chapter's terms", async () => {
        let all = 0;
        let alone = 0;
        let together = 0;
        for (const [i, chapter] of asked())
          for (const { before, rest } of halfTyped(chapter)) {
            all++;
            if ((await complete(before)).startsWith(rest)) alone++;
            if ((await complete(before, others[i])).startsWith(rest)) together++;
          }
        console.log(`      ${all} half-typed terms: ${alone} finished alone, ${together} with the other chapters`);
        assert.ok(all >= 8);
        assert.ok(together > alone);
      });

      it("repeats another chapter's numbers and abbreviations, and invents no number", async () => {
        const whole = chapters.map(textOf).join('\n');
        const short = [...abbreviationsIn(whole).values()];
        let numbers = 0;
        let abbreviations = 0;
        for (const [i, chapter] of asked())
          for (const before of places(chapter)) {
            const alone = await complete(before);
            const together = await complete(before, others[i]);
            if (/\d/.test(together) && !/\d/.test(alone)) numbers++;
            if (short.some((each) => together.includes(each) && !alone.includes(each))) abbreviations++;
            for (const [number] of together.matchAll(/(?<![\w.,-])\d+(?:[.,]\d+)*/g))
              assert.ok(whole.includes(number), together);
          }
        console.log(
          `      ${numbers} suggestions with a number, ${abbreviations} with an abbreviation of another chapter`,
        );
        assert.ok(numbers >= 1);
        if (form === 'latex') assert.ok(abbreviations >= 1);
      });
    });
  }
});
