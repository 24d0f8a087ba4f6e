import { beforeEach, describe, expect, it } from 'vitest';
import { Live, type LiveItem, type LiveMessage, type LiveState, type Socket } from '@/lib/live';

// A world whose time stands still until a test moves it.
class World {
  time = 0;
  sockets: (Socket & { since: number | undefined; closed: boolean })[] = [];
  timers: { at: number; run: () => void }[] = [];
  states: LiveState[] = [];
  items: LiveItem[] = [];
  resets = 0;
  hellos: boolean[] = [];
  ended = 0;
  live = new Live(
    {
      open: (since) => {
        const socket = {
          since,
          closed: false,
          hear: null,
          lost: null,
          close() {
            this.closed = true;
          },
        };
        this.sockets.push(socket);
        return socket;
      },
      now: () => this.time,
      random: () => 1,
      after: (ms, run) => {
        const timer = { at: this.time + ms, run };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((other) => other !== timer);
        };
      },
    },
    {
      onHello: (again) => this.hellos.push(again),
      onState: (state) => this.states.push(state),
      onChanges: (items) => this.items.push(...items),
      onReset: () => {
        this.resets += 1;
      },
      onScan: () => {},
      onSessionEnd: () => {
        this.ended += 1;
      },
    },
  );

  get socket() {
    return this.sockets.at(-1)!;
  }
  say(message: LiveMessage) {
    this.socket.hear?.(JSON.stringify(message));
  }
  wait(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((other) => other !== due);
      this.time = due.at;
      due.run();
    }
    this.time = end;
  }
}

const item = (seq: number) => ({ seq, noun: 'resource', id: `r${seq}`, at: '2026-01-01T00:00:00Z' });

describe('Live', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.live.start();
    world.say({ kind: 'hello', seq: 10, heartbeat_seconds: 10 });
  });

  it('is live after hello and gives changes on', () => {
    world.say({ kind: 'changes', seq: 12, items: [item(11), item(12)] });
    expect(world.states).toEqual(['live']);
    expect(world.items.map((each) => each.seq)).toEqual([11, 12]);
  });

  it('tells of each connection, and which are not the first', () => {
    world.socket.lost?.(1006);
    world.wait(600);
    world.say({ kind: 'hello', seq: 20, heartbeat_seconds: 10 });
    expect(world.hellos).toEqual([false, true]);
  });

  it('drops what it has seen already', () => {
    world.say({ kind: 'changes', seq: 12, items: [item(12)] });
    world.say({ kind: 'changes', seq: 12, items: [item(12)] });
    expect(world.items).toHaveLength(1);
  });

  it('resumes behind the last sequence number', () => {
    world.say({ kind: 'changes', seq: 15, items: [item(15)] });
    world.socket.lost?.(1006);
    world.wait(600);
    expect(world.sockets).toHaveLength(2);
    expect(world.socket.since).toBe(15);
    expect(world.states.at(-1)).toBe('reconnecting');
    world.say({ kind: 'hello', seq: 20, heartbeat_seconds: 10 });
    world.say({ kind: 'changes', seq: 20, items: [item(16), item(20)] });
    expect(world.states.at(-1)).toBe('live');
    expect(world.items.map((each) => each.seq)).toEqual([15, 16, 20]);
  });

  it('is stale after two missed heartbeats although the socket seems open, and opens another', () => {
    world.wait(20_000);
    expect(world.states.at(-1)).toBe('live');
    world.wait(1_500);
    expect(world.states.at(-1)).toBe('stale');
    expect(world.sockets[0]?.closed).toBe(true);
    world.wait(1_000);
    expect(world.sockets).toHaveLength(2);
    world.say({ kind: 'hello', seq: 10, heartbeat_seconds: 10 });
    expect(world.states.at(-1)).toBe('live');
  });

  it('stays live as long as heartbeats come', () => {
    for (let beat = 0; beat < 20; beat += 1) {
      world.wait(10_000);
      world.say({ kind: 'heartbeat' });
    }
    expect(world.states).toEqual(['live']);
  });

  it('waits longer after each failure, within its bound', () => {
    const times: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const before = world.sockets.length;
      world.socket.lost?.(1006);
      const began = world.time;
      while (world.sockets.length === before) world.wait(100);
      times.push(world.time - began);
    }
    expect(times.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(Math.max(...times)).toBe(15_000);
  });

  it('tells when the session ended, and tries no more', () => {
    world.socket.lost?.(4401);
    world.wait(60_000);
    expect(world.ended).toBe(1);
    expect(world.sockets).toHaveLength(1);
  });

  it('goes on from the position of a reset', () => {
    world.say({ kind: 'reset', seq: 3 });
    expect(world.resets).toBe(1);
    world.say({ kind: 'changes', seq: 4, items: [item(4)] });
    expect(world.items).toHaveLength(1);
  });

  it('tries at once when it is asked to', () => {
    world.socket.lost?.(1006);
    world.live.retryNow();
    expect(world.sockets).toHaveLength(2);
    world.wait(10_000);
    expect(world.sockets).toHaveLength(2);
  });
});
