import { createInterface } from 'node:readline';
import { peakMemory } from '../peakMemory';
import type { Request } from '../protocol';

type Operations = Partial<{ [O in Request['op']]: (request: Extract<Request, { op: O }>) => Promise<object> }>;

/** Answers the bench's requests, one at a time, until it says `quit` or goes away. */
export async function serve(operations: Operations): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    if (request.op === 'quit') break;
    process.stdout.write(`${JSON.stringify(await answer(operations, request))}\n`);
  }
  process.exit(0);
}

async function answer(operations: Operations, request: Request): Promise<object> {
  if (request.op === 'memory') return { peakBytes: peakMemory('self') };
  const operation = operations[request.op] as ((request: Request) => Promise<object>) | undefined;
  if (operation === undefined) return { error: `There is no operation ${request.op}.` };
  try {
    return await operation(request);
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Runs a job; milliseconds it took. */
export async function milliseconds(job: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await job();
  return performance.now() - started;
}

export function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}
