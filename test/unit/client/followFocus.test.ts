import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FollowFocus, LET_GO_AFTER_MS, LOOK_EVERY_MS, type FollowingDecoder } from '../../../src/client/followFocus';
import type { DecoderState } from '../../../src/client/supervisor';
import { WindowNotes } from '../../../src/client/windowNotes';
import type { ModelInfo } from '../../../src/protocol/decoder';
import { FakeClock, settle } from '../completion/support/fakeClock';

const MACHINE = encodeURIComponent(hostname());

/** Windows that really write and read notes; one hand turns all their clocks. */
class Desktop {
  readonly folder = mkdtempSync(join(tmpdir(), 'biogpt-focus-'));
  readonly clock = new FakeClock();
  readonly windows: Window[] = [];
  /** Windows whose process is gone. */
  readonly gone = new Set<number>();
  private readonly reading = new Set<Promise<unknown>>();

  open({ wanted = true } = {}): Window {
    const window = new Window(this, 1_000 + this.windows.length, wanted);
    this.windows.push(window);
    return window;
  }

  /** Gives one window the focus, and takes it from all others. */
  focus(window: Window | null): void {
    for (const other of this.windows) if (other !== window) other.follow.focusChanged(false);
    window?.follow.focusChanged(true);
  }

  /** Lets time pass, and files be written and read meanwhile. */
  async advance(ms: number): Promise<void> {
    for (let past = 0; past < ms; past += 1_000) {
      await this.clock.advance(1_000);
      while (this.reading.size > 0) await Promise.all(this.reading);
      await settle();
    }
  }

  read<T>(files: Promise<T>): Promise<T> {
    const over: Promise<unknown> = files.finally(() => this.reading.delete(over));
    this.reading.add(over);
    return files;
  }

  get loaded(): number[] {
    return this.windows.filter(({ state }) => state.kind === 'ready').map(({ pid }) => pid);
  }
}

class Window implements FollowingDecoder {
  state: DecoderState = { kind: 'idle' };
  preloads = 0;
  job: Promise<void> = Promise.resolve();
  readonly follow: FollowFocus;
  readonly notes: WindowNotes;

  constructor(
    desktop: Desktop,
    readonly pid: number,
    wanted: boolean,
  ) {
    const { folder, clock, gone } = desktop;
    this.notes = new WindowNotes({ folder, pid, exists: (other) => !gone.has(other) });
    this.follow = new FollowFocus({
      decoder: this,
      notes: {
        tell: (note) => desktop.read(this.notes.tell(note)),
        others: () => desktop.read(this.notes.others()),
      },
      clock,
      today: () => clock.now(),
      focused: false,
      wanted: () => wanted,
      log: () => undefined,
    });
  }

  /** As a request does. */
  load(): void {
    this.become({ kind: 'ready', model: {} as ModelInfo });
  }

  preload(): void {
    this.preloads++;
    this.load();
  }

  quiet(): Promise<void> {
    return this.job;
  }

  unload(): Promise<void> {
    this.become({ kind: 'idle' });
    return Promise.resolve();
  }

  private become(state: DecoderState): void {
    this.state = state;
    this.follow.stateChanged(state);
  }
}

describe('following the focus', () => {
  let desktop: Desktop;
  beforeEach(() => (desktop = new Desktop()));
  afterEach(() => rmSync(desktop.folder, { recursive: true }));

  /** Focuses a window, in which somebody types a moment later. */
  async function writeIn(window: Window): Promise<void> {
    desktop.focus(window);
    await desktop.advance(1_000);
    if (window.state.kind === 'idle') window.load();
    await desktop.advance(1_000);
  }

  it('leaves one model in memory a minute after the last switch, that of the window with the focus', async () => {
    for (let i = 0; i < 5; i++) await writeIn(desktop.open());
    assert.equal(desktop.loaded.length, 5);
    await desktop.advance(60_000);
    assert.deepEqual(desktop.loaded, [1_004]);
  });

  it('loads the model again as the focus comes back, before anybody types', async () => {
    const [one, other] = [desktop.open(), desktop.open()];
    await writeIn(one);
    await writeIn(other);
    await desktop.advance(60_000);
    assert.deepEqual(desktop.loaded, [other.pid]);
    desktop.focus(one);
    assert.equal(one.preloads, 1);
    await desktop.advance(60_000);
    assert.deepEqual(desktop.loaded, [one.pid]);
  });

  it('loads nothing in a window without prose, nor where the model left memory for another reason', async () => {
    const [without, other, idle] = [desktop.open({ wanted: false }), desktop.open(), desktop.open()];
    await writeIn(without);
    await writeIn(other);
    await desktop.advance(60_000);
    desktop.focus(without);
    assert.equal(without.preloads, 0);
    await writeIn(idle);
    await idle.unload();
    desktop.focus(other);
    desktop.focus(idle);
    assert.equal(idle.preloads, 0);
  });

  it('keeps the model of the last window while the writer is in another program', async () => {
    const [one, other] = [desktop.open(), desktop.open()];
    await writeIn(one);
    await writeIn(other);
    desktop.focus(null);
    await desktop.advance(300_000);
    assert.deepEqual(desktop.loaded, [other.pid]);
  });

  it('keeps the model where no other window has one, and for a glance at another', async () => {
    const [one, other] = [desktop.open(), desktop.open()];
    await writeIn(one);
    desktop.focus(other);
    await desktop.advance(300_000);
    assert.deepEqual(desktop.loaded, [one.pid]);
    await writeIn(one);
    other.load();
    desktop.focus(other);
    await desktop.advance(LET_GO_AFTER_MS - 5_000);
    desktop.focus(one);
    await desktop.advance(2 * LOOK_EVERY_MS);
    assert.ok(desktop.loaded.includes(one.pid));
    assert.equal(one.preloads, 0);
  });

  it('takes no notice of windows that crashed or of another machine', async () => {
    const [one, crashed] = [desktop.open(), desktop.open()];
    await writeIn(one);
    await writeIn(crashed);
    desktop.gone.add(crashed.pid);
    writeFileSync(join(desktop.folder, 'elsewhere.1001.json'), JSON.stringify({ focused: true, focusedAt: 1e15 }));
    writeFileSync(join(desktop.folder, `${MACHINE}.77.json`), '{"focused');
    desktop.focus(null);
    await desktop.advance(60_000);
    assert.ok(desktop.loaded.includes(one.pid));
    assert.ok(!readdirSync(desktop.folder).includes(`${MACHINE}.${crashed.pid}.json`), 'its note is cleared away');
  });

  it('waits for what is being computed', async () => {
    const [one, other] = [desktop.open(), desktop.open()];
    await writeIn(one);
    let done!: () => void;
    one.job = new Promise((resolve) => (done = resolve));
    await writeIn(other);
    await desktop.advance(60_000);
    assert.equal(desktop.loaded.length, 2);
    done();
    await desktop.advance(1_000);
    assert.deepEqual(desktop.loaded, [other.pid]);
  });

  it('counts no model that a server computes', async () => {
    const one = desktop.open();
    desktop.focus(one);
    one.follow.stateChanged({ kind: 'ready', model: { server: { host: 'gpu', lacks: [] } } as unknown as ModelInfo });
    await desktop.advance(1_000);
    assert.deepEqual(readdirSync(desktop.folder), []);
    one.load();
    await desktop.advance(1_000);
    assert.equal(readdirSync(desktop.folder).length, 1);
  });

  it('leaves no note behind', async () => {
    const window = desktop.open();
    await writeIn(window);
    assert.deepEqual(readdirSync(desktop.folder), [`${MACHINE}.${window.pid}.json`]);
    await window.notes.dispose();
    assert.deepEqual(readdirSync(desktop.folder), []);
  });
});
