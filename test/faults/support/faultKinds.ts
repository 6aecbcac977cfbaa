import { setTimeout as delay } from 'node:timers/promises';
import { once, type Fault, type FaultPlan, type HubRequest } from '../../support/testHub/faults';
import type { TestHub } from '../../support/testHub/testHub';
import { WEIGHTS } from './checkpoints';
import { gone, type Installation, type Outcome } from './installation';
import type { SmallDisk } from './smallDisk';

/** In [0, 1). */
export type Random = () => number;

/** Where and how one fault strikes. */
export interface Scene {
  hub: TestHub;
  /** Of the weights. */
  bytes: number;
  /** Of the model folder that the installation will write. */
  modelBytes: number;
  random: Random;
  /** Starts `biogpt models install`. */
  install: () => Installation;
  disk?: SmallDisk;
}

export interface Struck {
  /** What exactly was done. */
  detail: string;
  outcome: Outcome;
  /** Bytes that had to be sent again because of the fault itself, and why. */
  useless?: number;
  /** The fault is none that anybody should notice. */
  mustSucceed?: boolean;
}

export interface FaultKind {
  name: string;
  needsDisk?: boolean;
  /** Makes the fault happen to an installation, and waits for its end. */
  strike: (scene: Scene) => Promise<Struck>;
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
const somewhere = ({ random, bytes }: Scene): number => 1 + Math.floor(random() * (bytes - 2));

const ofWeights = ({ kind, path }: HubRequest): boolean => kind === 'content' && path === WEIGHTS;

/** Runs an installation under a plan. */
async function under(scene: Scene, plan: FaultPlan, detail: string): Promise<Struck> {
  scene.hub.plan = plan;
  return { detail, outcome: await scene.install().ended };
}

/** Plans that follow each other. */
function inTurn(...plans: FaultPlan[]): FaultPlan {
  return (request) => {
    for (const plan of plans) {
      const fault = plan(request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** An answer with this status, to any of the requests that an installation makes. */
function status(name: string, code: number, headers?: Record<string, string>): FaultKind {
  return {
    name,
    strike: (scene) => {
      const target = pick(scene.random, ['api', 'redirect', 'content', 'vocabulary'] as const);
      const times = pick(scene.random, [1, 2]);
      const matches = ({ kind, path }: HubRequest): boolean =>
        target === 'vocabulary' ? path === 'vocab.json' : kind === target;
      return under(
        scene,
        once({ kind: 'status', status: code, ...(headers && { headers }) }, matches, times),
        `${times} × ${target}`,
      );
    },
  };
}

/** Drops the connection at a random byte, and spoils the request that goes on there. */
function resumed(
  name: string,
  fault: Fault,
  times: readonly number[],
  useless: (dropped: number, times: number) => number,
): FaultKind {
  return {
    name,
    strike: async (scene) => {
      const afterBytes = somewhere(scene);
      const count = pick(scene.random, times);
      const plan = inTurn(once({ kind: 'drop', afterBytes }, ofWeights), once(fault, ofWeights, count));
      const struck = await under(scene, plan, `dropped at ${afterBytes}, then ${count} ×`);
      return { ...struck, useless: useless(afterBytes, count) };
    },
  };
}

/** Waits until so many bytes of the weights are sent. */
function sent(installation: Installation, { hub }: Scene, bytes: number): Promise<boolean> {
  return installation.reaches(() => hub.bytesSent(WEIGHTS) >= bytes);
}

/** Kills the command line at once, with no chance to tidy up; its installer process must end by itself. */
async function killCli(installation: Installation): Promise<void> {
  const installer = installation.installer();
  installation.kill('SIGKILL');
  if (installer !== undefined) await gone(installer);
}

const PHASES = ['verify', 'convert', 'check'] as const;

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'connection dropped',
    strike: (scene) => {
      const count = pick(scene.random, [1, 1, 2, 3]);
      const places = Array.from({ length: count }, () => Math.ceil(somewhere(scene) / count));
      const drops = places.map((afterBytes) => once({ kind: 'drop', afterBytes }, ofWeights));
      return under(scene, inTurn(...drops), `after ${places.join(', ')}`);
    },
  },
  {
    name: 'no answer',
    strike: (scene) => {
      const target = pick(scene.random, ['api', 'redirect', 'content'] as const);
      const fault = pick<Fault>(scene.random, [
        { kind: 'drop', afterBytes: 0 },
        { kind: 'stall', afterBytes: -1 },
      ]);
      return under(
        scene,
        once(fault, ({ kind }) => kind === target),
        `${fault.kind} of ${target}`,
      );
    },
  },
  {
    name: 'wrong content',
    strike: (scene) => {
      const path = pick(scene.random, [WEIGHTS, WEIGHTS, 'vocab.json']);
      const atByte = path === WEIGHTS ? somewhere(scene) : Math.floor(scene.random() * 20_000);
      const plan = once({ kind: 'flip', atByte }, (request) => request.kind === 'content' && request.path === path);
      return under(scene, plan, `byte ${atByte} of ${path}`);
    },
  },
  {
    name: 'truncated file',
    strike: (scene) => {
      const announced = pick(scene.random, ['sent', 'whole', 'nothing'] as const);
      const bytes = somewhere(scene);
      return under(
        scene,
        once({ kind: 'truncate', bytes, announced }, ofWeights),
        `${bytes} bytes, announced: ${announced}`,
      );
    },
  },
  {
    name: 'longer file',
    strike: (scene) => under(scene, once({ kind: 'lengthen', bytes: 100 }, ofWeights), '100 bytes'),
  },
  status('403', 403),
  status('404', 404),
  resumed('416', { kind: 'status', status: 416 }, [1, 2], (dropped, times) => (times === 2 ? dropped : 0)),
  status('429', 429, { 'Retry-After': '1' }),
  status('500', 500),
  resumed('ranges ignored', { kind: 'ignoreRange' }, [1], () => 0),
  {
    name: 'expired redirect',
    strike: (scene) =>
      under(
        scene,
        once({ kind: 'expiredRedirect' }, ({ kind }) => kind === 'redirect', pick(scene.random, [1, 2])),
        '',
      ),
  },
  {
    name: 'login page',
    strike: (scene) => {
      const target = pick(scene.random, ['api', 'content'] as const);
      return under(
        scene,
        once({ kind: 'portal' }, ({ kind }) => kind === target),
        target,
      );
    },
  },
  {
    name: 'slow server',
    strike: (scene) => {
      const bytesPerSecond = Math.round(scene.bytes / (0.5 + scene.random()));
      return under(scene, once({ kind: 'slow', bytesPerSecond }, ofWeights), `${bytesPerSecond} bytes/s`);
    },
  },
  {
    name: 'stalling server',
    strike: (scene) => {
      const afterBytes = somewhere(scene);
      return under(scene, once({ kind: 'stall', afterBytes }, ofWeights), `after ${afterBytes}`);
    },
  },
  {
    name: 'disk full',
    needsDisk: true,
    strike: async (scene) => {
      // The server pauses midway; what is left of the disk is too little for the download, or for the conversion.
      const afterBytes = somewhere(scene);
      const room = Math.floor(scene.random() * (scene.bytes - afterBytes + 1.02 * scene.modelBytes));
      scene.hub.plan = once({ kind: 'stall', afterBytes }, ofWeights);
      const installation = scene.install();
      await sent(installation, scene, afterBytes);
      await scene.disk!.fill(room);
      const outcome = await installation.ended;
      await scene.disk!.empty();
      return { detail: `after ${afterBytes} bytes of ${scene.bytes}, ${room} left`, outcome };
    },
  },
  {
    name: 'stopped by its user',
    strike: async (scene) => {
      const installation = scene.install();
      const bytes = somewhere(scene);
      await sent(installation, scene, bytes);
      installation.kill('SIGINT');
      return { detail: `after ${bytes}`, outcome: await installation.ended };
    },
  },
  {
    name: 'killed in download',
    strike: async (scene) => {
      const installation = scene.install();
      const bytes = somewhere(scene);
      await sent(installation, scene, bytes);
      await killCli(installation);
      return { detail: `after ${bytes}`, outcome: await installation.ended };
    },
  },
  {
    name: 'killed in conversion',
    strike: async (scene) => {
      const installation = scene.install();
      const phase = pick(scene.random, PHASES);
      const ms = Math.round(200 * scene.random());
      await installation.phase(phase);
      await delay(ms);
      await killCli(installation);
      return { detail: `${ms} ms into ${phase}`, outcome: await installation.ended };
    },
  },
  {
    name: 'installer killed',
    strike: async (scene) => {
      const installation = scene.install();
      const phase = pick(scene.random, PHASES);
      const ms = Math.round(150 * scene.random());
      await installation.phase(phase);
      await delay(ms);
      const installer = installation.installer();
      if (installer !== undefined) process.kill(installer, 'SIGKILL');
      return { detail: `${ms} ms into ${phase}`, outcome: await installation.ended };
    },
  },
  {
    name: 'two at once',
    strike: async (scene) => {
      const ms = Math.round(600 * scene.random());
      const first = scene.install();
      await delay(ms);
      const second = scene.install();
      const outcomes = await Promise.all([first.ended, second.ended]);
      return {
        detail: `${ms} ms apart`,
        outcome: outcomes.find(({ code }) => code !== 0) ?? outcomes[0],
        mustSucceed: true,
      };
    },
  },
  {
    name: 'two at once, one killed',
    strike: async (scene) => {
      const first = scene.install();
      const second = scene.install();
      const bytes = somewhere(scene);
      await sent(first, scene, bytes);
      await killCli(first);
      return { detail: `after ${bytes}`, outcome: await second.ended, mustSucceed: true };
    },
  },
];
