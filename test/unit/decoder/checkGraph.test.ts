import assert from 'node:assert/strict';
import { CHECK_ARCHITECTURE, sourceOf, writeCheckGraph } from '../../../scripts/makeCheckGraph';
import { CHECK_SHAPE, CHECK_VOCABULARY, checkGraph } from '../../../src/decoder/session/checkGraph';
import { KvCache } from '../../../src/decoder/session/kvCache';
import { PlainSession } from '../../../src/decoder/session/plainSession';

const ANEW = 'Run `node node_modules/tsx/dist/cli.mjs scripts/makeCheckGraph.ts`.';

describe('the check graph', () => {
  it('is what the writer of graphs writes now', async () => {
    const graph = await writeCheckGraph();
    assert.ok(Buffer.from(graph).equals(checkGraph()), `src/decoder/session/checkGraph.ts is out of date. ${ANEW}`);
    const { layers, heads, hiddenSize, maxPositions, vocabSize } = CHECK_ARCHITECTURE;
    assert.deepEqual(CHECK_SHAPE, { layers, heads, headDim: hiddenSize / heads, maxPositions });
    assert.equal(CHECK_VOCABULARY, vocabSize);
    // It is part of the decoder's bundle, which every start reads.
    assert.ok(sourceOf(graph).length < 20_000);
  });

  it('tells texts apart by more than the check tolerates', async () => {
    const session = await PlainSession.open({ model: checkGraph() }, 1, CHECK_SHAPE, CHECK_VOCABULARY);
    try {
      const logits = async (ids: number[]): Promise<Float32Array> =>
        (await session.forward(new KvCache(CHECK_SHAPE), ids, 'last')).slice();
      const text = await logits([2, 17, 5, 40]);
      for (const other of [
        [2, 17, 6, 40],
        [2, 5, 17, 40],
        [2, 17, 5, 41],
        [17, 5, 40],
      ]) {
        const apart = (await logits(other)).map((value, id) => Math.abs(value - text[id]!));
        assert.ok(Math.max(...apart) > 1e-2, `${other.join()} is read like the other text`);
      }
    } finally {
      await session.dispose();
    }
  });
});
