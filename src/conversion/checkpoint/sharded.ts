import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { objectOf, readJsonAs, text } from '../../modelFolder/outsideData';
import type { Checkpoint, TensorInfo } from './checkpoint';
import { phrase } from '../../modelFolder/phrase';
import { refuseStandIn } from '../../modelFolder/standIn';

const Index = objectOf({ weight_map: v.record(v.string(), text()) });

const REMEDY = phrase`Download the index and all of its shards again.`;

/** Weights split over several files, with an index `{weight_map: {tensor name: file name}}`. */
export class ShardedCheckpoint implements Checkpoint {
  private constructor(
    readonly path: string,
    private readonly shards: readonly Checkpoint[],
    private readonly shardOf: ReadonlyMap<string, Checkpoint>,
    readonly tensors: ReadonlyMap<string, TensorInfo>,
  ) {}

  /** @throws ModelError if the index or a shard is damaged, missing or says other things than the rest */
  static async open(path: string, openShard: (path: string) => Promise<Checkpoint>): Promise<ShardedCheckpoint> {
    const weightMap = await readWeightMap(path);
    const shards = new Map<string, Checkpoint>();
    try {
      const shardOf = new Map<string, Checkpoint>();
      const tensors = new Map<string, TensorInfo>();
      for (const [name, file] of weightMap) {
        let shard = shards.get(file);
        if (shard === undefined) {
          shard = await openShard(join(dirname(path), file));
          shards.set(file, shard);
        }
        // As in transformers, the index may list more than the shards hold, such as a tied weight by its other name.
        const info = shard.tensors.get(name);
        if (info === undefined) continue;
        shardOf.set(name, shard);
        tensors.set(name, info);
      }
      return new ShardedCheckpoint(path, [...shards.values()], shardOf, tensors);
    } catch (error) {
      await Promise.all([...shards.values()].map((shard) => shard.close()));
      throw error;
    }
  }

  async *read(name: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const shard = this.shardOf.get(name);
    if (shard === undefined) throw new ModelError(this.path, phrase`has no tensor "${name}".`, REMEDY);
    yield* shard.read(name, signal);
  }

  sameStorage(a: string, b: string): boolean {
    const shard = this.shardOf.get(a);
    return shard !== undefined && shard === this.shardOf.get(b) && shard.sameStorage(a, b);
  }

  async close(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.close()));
  }
}

async function readWeightMap(path: string): Promise<[name: string, file: string][]> {
  await refuseStandIn(path);
  const json = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asModelError(path, error);
  });
  const index = readJsonAs(Index, json);
  if (!index.ok) throw new ModelError(path, index.problem, REMEDY);
  const entries = Object.entries(index.value.weight_map);
  if (entries.length === 0) throw new ModelError(path, phrase`has no weight_map.`, REMEDY);
  return entries.map(([name, file]) => {
    // A shard lies beside its index; anything else would let a download read other files.
    if (typeof file !== 'string' || file === '.' || file === '..' || /[/\\:\0]/.test(file) || basename(file) !== file) {
      throw new ModelError(
        path,
        phrase`lists ${JSON.stringify(file)} as a shard, but a shard must be in the same folder.`,
        REMEDY,
      );
    }
    return [name, file];
  });
}
