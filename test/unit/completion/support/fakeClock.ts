import type { Clock } from '../../../../src/completion/clock';

/** A clock whose hands the test turns. */
export class FakeClock implements Clock {
  private time = 0;
  private appointments: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const appointment = { at: this.time + ms, callback };
    this.appointments.push(appointment);
    return () => {
      this.appointments = this.appointments.filter((other) => other !== appointment);
    };
  }

  /** Turns the hands on, keeping every appointment on the way, and lets promises settle. */
  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.time + ms;
    for (;;) {
      const next = this.appointments.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.appointments = this.appointments.filter((other) => other !== next);
      this.time = next.at;
      next.callback();
      await settle();
    }
    this.time = end;
    await settle();
  }

  get pending(): number {
    return this.appointments.length;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
