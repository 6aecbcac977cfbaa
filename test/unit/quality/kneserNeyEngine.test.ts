import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { KneserNey } from '../../../bench/quality/peers/kneserNey';
import { KneserNeyModel } from '../../../bench/quality/peers/kneserNeyModel';
import { Engine } from '../../../src/decoder/engine';
import type { Decoding } from '../../../src/protocol/decoder';
import { BioGptTokenizer, SPECIAL_IDS } from '../../../src/tokenizer/bioGptTokenizer';

const STARTER = new URL('../../../models/starter/', import.meta.url);
const PARAGRAPHS = [
  'Sepsis is a life-threatening organ dysfunction caused by a dysregulated host response to infection.',
  'Plasma concentrations were measured by enzyme-linked immunosorbent assay in all patients at baseline.',
  'Patients were excluded if they had received corticosteroids within four weeks before enrolment.',
];

async function ngramEngine(): Promise<Engine> {
  const [description, vocab, merges] = await Promise.all(
    ['model.json', 'vocab.json', 'merges.txt'].map((name) => readFile(new URL(name, STARTER), 'utf8')),
  );
  const { normalizePunctuation } = JSON.parse(description!).tokenizer;
  const tokenizer = BioGptTokenizer.fromFiles(vocab!, merges!, { normalizePunctuation });
  const texts = PARAGRAPHS.map((text) => tokenizer.encode(text));
  const settings = { start: SPECIAL_IDS.eos, order: 5, vocabSize: tokenizer.vocabSize };
  const ngrams = await KneserNey.train(Uint32Array.from(texts.flat()), settings);
  const info = {
    name: '5-gram',
    modelDir: '',
    precision: '',
    parameters: ngrams.ngrams,
    maxPositions: 64,
    backend: 'plain' as const,
    describes: true,
    loadMs: 0,
  };
  return new Engine(info, tokenizer, new KneserNeyModel(ngrams, info.maxPositions));
}

describe('Engine over an n-gram model', () => {
  let engine: Engine;
  before(async () => (engine = await ngramEngine()));

  const strategies: Decoding[] = [{ strategy: 'greedy' }, { strategy: 'beam', beams: 3 }];
  for (const decoding of strategies) {
    it(`goes on as a text of the corpus does: ${decoding.strategy}`, async () => {
      for (const paragraph of PARAGRAPHS) {
        // In the middle of a word, behind a word, and behind a blank.
        const blank = paragraph.indexOf(' ', 30);
        for (const cut of [blank - 2, blank, blank + 1]) {
          const { text, finishReason } = await engine.complete({
            textBefore: paragraph.slice(0, cut),
            decoding,
            stop: { maxNewTokens: 60, sentenceEnd: true },
          });
          assert.equal(paragraph.slice(0, cut) + text, paragraph);
          assert.equal(finishReason, 'sentenceEnd');
        }
      }
    });
  }

  it('finds the texts of the corpus likelier than their reverse', async () => {
    const likelihood = async (ids: readonly number[]): Promise<number> =>
      (await (engine.model as KneserNeyModel).logLikelihoods(ids)).reduce((sum, value) => sum + value, 0);
    for (const paragraph of PARAGRAPHS) {
      const [start, ...ids] = engine.tokenizer.encode(paragraph);
      assert.ok((await likelihood([start!, ...ids])) > (await likelihood([start!, ...ids.reverse()])));
    }
  });

  it('ends when it is told to', async () => {
    await assert.rejects(
      engine.complete(
        { textBefore: 'Sepsis is', decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 8 } },
        { signal: AbortSignal.abort() },
      ),
      { name: 'AbortError' },
    );
  });
});
