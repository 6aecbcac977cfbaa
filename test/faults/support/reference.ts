import assert from 'node:assert/strict';
import { IdEngine } from '../../../src/decoder/idEngine';
import { ModelStore } from '../../../src/library/installation/modelStore';
import type { Precision } from '../../../src/modelFolder/format';
import { TestHub } from '../../support/testHub/testHub';
import { Installation, REPO } from './installation';

const PROBE = [2, 5, 70, 149, 31];

/** An installation without faults: what any other one must come to. */
export interface Reference {
  dir: string;
  name: string;
  bytes: number;
  logits: Float32Array[];
}

export async function createReference(root: string, checkpoint: string, precision: Precision): Promise<Reference> {
  const hub = await TestHub.start();
  try {
    await hub.publish(REPO, checkpoint);
    const { code, stderr } = await new Installation(root, hub.url, precision).ended;
    assert.equal(code, 0, stderr);
    const {
      models: [model],
    } = await new ModelStore(root).list();
    return { dir: model!.dir, name: model!.name, bytes: model!.bytes, logits: await probe(model!.dir) };
  } finally {
    await hub.close();
  }
}

/** What a model computes, by the product's own decoder. */
export async function probe(dir: string): Promise<Float32Array[]> {
  const engine = await IdEngine.open(dir, { threads: 1 });
  try {
    return await engine.logits(PROBE);
  } finally {
    await engine.dispose();
  }
}

export function same(a: Float32Array[], b: Float32Array[]): boolean {
  return (
    a.length === b.length &&
    a.every((row, i) => row.length === b[i]!.length && row.every((value, j) => value === b[i]![j]))
  );
}
