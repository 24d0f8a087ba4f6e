import { beforeEach, describe, expect, it } from 'vitest';
import { Refresh } from '@/lib/refresh';

describe('Refresh', () => {
  let timers: (() => void)[];
  let busy: Set<string>;
  let asked: string[];
  let refresh: Refresh;
  const tick = () => {
    for (const run of timers.splice(0)) run();
  };
  beforeEach(() => {
    timers = [];
    busy = new Set();
    asked = [];
    refresh = new Refresh(
      {
        after: (_ms, run) => {
          timers.push(run);
          return () => {
            timers = timers.filter((other) => other !== run);
          };
        },
        busy: (key) => busy.has(key),
        ask: (key) => asked.push(key),
      },
      3000,
    );
  });

  it('asks once for all the news of an interval', () => {
    refresh.want(['summary', 'rules']);
    refresh.want(['summary']);
    expect(asked).toEqual([]);
    tick();
    expect(asked).toEqual(['summary', 'rules']);
    tick();
    expect(asked).toHaveLength(2);
  });

  it('breaks no answer off, and asks again behind it', () => {
    busy.add('summary');
    refresh.want(['summary', 'rules']);
    tick();
    expect(asked).toEqual(['rules']);
    busy.delete('summary');
    tick();
    expect(asked).toEqual(['rules', 'summary']);
    expect(timers).toHaveLength(0);
  });

  it('asks for nothing once it is stopped', () => {
    refresh.want(['summary']);
    refresh.stop();
    tick();
    expect(asked).toEqual([]);
  });
});
