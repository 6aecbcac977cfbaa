import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { PassEnded, Scheduler } from '../../../src/decoder/scheduler';

/** A job that goes on until it is let go. */
function gate(): { job: () => Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { job: () => opened, open };
}

describe('the scheduler', () => {
  it('runs one job at a time, in order, whatever fails', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const job = (name: string, fail = false) =>
      scheduler.run(async () => {
        events.push(`${name} begins`);
        await turn();
        events.push(`${name} ends`);
        if (fail) throw new Error(name);
      });
    const results = await Promise.allSettled([job('a'), job('b', true), job('c')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(events, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    assert.equal(scheduler.load, 0);
  });

  it('drops a cancelled job that waits', async () => {
    const scheduler = new Scheduler();
    const running = gate();
    const first = scheduler.run(running.job);
    const controller = new AbortController();
    let ran = false;
    const second = scheduler.run(async () => void (ran = true), controller.signal);
    const third = scheduler.run(async () => 'third');
    assert.equal(scheduler.load, 3);
    controller.abort();
    await assert.rejects(second, { name: 'AbortError' });
    assert.equal(scheduler.load, 2);
    running.open();
    await first;
    assert.equal(await third, 'third');
    assert.equal(ran, false);
    await assert.rejects(
      scheduler.run(async () => 1, controller.signal),
      { name: 'AbortError' },
    );
  });

  it('tells a pass that somebody waits, who is next if it ends itself; work in spare time does not count', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const pass = (name: string): Promise<void> =>
      scheduler.pass(
        (ended) =>
          new Promise<void>((_, reject) => {
            events.push(name);
            ended.addEventListener('abort', () => reject(ended.reason as Error));
          }),
      );
    const first = assert.rejects(pass('first'), PassEnded);
    const second = scheduler.pass(async () => void events.push('second'));
    const spare = scheduler.runInSpareTime(async () => void events.push('spare'));
    await turn();
    assert.deepEqual(events, ['first']);
    const job = scheduler.run(async () => void events.push('job'));
    await Promise.all([first, job, second, spare.catch(() => undefined)]);
    assert.deepEqual(events, ['first', 'job', 'second']);
  });

  it("rejects with the signal's own reason", async () => {
    const scheduler = new Scheduler();
    const running = gate();
    const first = scheduler.run(running.job);
    const controller = new AbortController();
    const reason = new Error('the window was closed');
    const waiting = scheduler.run(async () => 1, controller.signal);
    controller.abort(reason);
    await assert.rejects(waiting, reason);
    running.open();
    await first;
  });
});

describe('the scheduler, in spare time', () => {
  /** A job that goes on until it is told to end, and takes a turn of the event loop to do so. */
  const endless =
    (events: string[], name: string) =>
    (signal: AbortSignal): Promise<never> => {
      events.push(`${name} begins`);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          events.push(`${name} ends`);
          setImmediate(() => reject(signal.reason as Error));
        });
      });
    };

  it('ends the job that runs for any other, which waits until it is over', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const filler = scheduler.runInSpareTime(endless(events, 'filler'));
    await turn();
    const job = scheduler.run(async () => events.push('job'));
    await assert.rejects(filler, { name: 'AbortError' });
    await job;
    assert.deepEqual(events, ['filler begins', 'filler ends', 'job']);
    assert.equal(scheduler.load, 0);
  });

  it('never starts a job for which there is no time', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const running = gate();
    const first = scheduler.run(running.job);
    const filler = scheduler.runInSpareTime(endless(events, 'filler'));
    const second = scheduler.run(async () => events.push('second'));
    await assert.rejects(filler, { name: 'AbortError' });
    running.open();
    await Promise.all([first, second]);
    assert.deepEqual(events, ['second']);
  });

  it('runs a job behind all others, and the newest alone', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const running = gate();
    const first = scheduler.run(running.job);
    const replaced = scheduler.runInSpareTime(endless(events, 'replaced'));
    const newest = scheduler.runInSpareTime(async () => events.push('newest'));
    await assert.rejects(replaced, { name: 'AbortError' });
    running.open();
    await Promise.all([first, newest]);
    assert.deepEqual(events, ['newest']);
    await scheduler.run(async () => events.push('job'));
    assert.deepEqual(events, ['newest', 'job']);
  });

  it('ends it with its own signal too', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const events: string[] = [];
    const filler = scheduler.runInSpareTime(endless(events, 'filler'), controller.signal);
    await turn();
    controller.abort();
    await assert.rejects(filler, { name: 'AbortError' });
    assert.deepEqual(events, ['filler begins', 'filler ends']);
    await assert.rejects(scheduler.runInSpareTime(endless(events, 'x'), controller.signal), { name: 'AbortError' });
  });

  describe('with passes of long work', () => {
    it('runs each when nothing else is to be done, and a job waits for one at most', async () => {
      const scheduler = new Scheduler();
      const events: string[] = [];
      const pass = (name: string) =>
        scheduler.pass(async () => {
          events.push(name);
          await turn();
        });
      const long = async (name: string): Promise<void> => {
        for (let i = 1; i <= 3; i++) await pass(`${name}${i}`);
      };
      const both = Promise.all([long('a'), long('b')]);
      assert.equal(scheduler.load, 0, 'passes are no jobs');
      const job = scheduler.run(async () => {
        events.push('job');
        await turn();
      });
      const filler = scheduler.runInSpareTime(async () => void events.push('spare time'));
      await Promise.all([both, job, filler]);
      assert.deepEqual(events, ['a1', 'job', 'spare time', 'b1', 'a2', 'b2', 'a3', 'b3']);
    });

    it('drops one that is called off while it waits, and goes on after one that fails', async () => {
      const scheduler = new Scheduler();
      const running = gate();
      const job = scheduler.run(running.job);
      const controller = new AbortController();
      const calledOff = scheduler.pass(async () => 1, controller.signal);
      const fails = scheduler.pass(async () => {
        throw new Error('broken');
      });
      const last = scheduler.pass(async () => 'last');
      controller.abort();
      await assert.rejects(calledOff, { name: 'AbortError' });
      running.open();
      await job;
      await assert.rejects(fails, /broken/);
      assert.equal(await last, 'last');
    });
  });
});
