import { describe, expect, it } from 'vitest';
import { changeOf, type KeptChange, kUsual, Teller } from '@/lib/preferences';
import { isSame, wordsOf } from '@/lib/views';

describe('what the server is told of preferences', () => {
  it('is what differs, table by table, and null for what is as usual again', () => {
    expect(changeOf(kUsual, kUsual)).toBeUndefined();
    expect(changeOf(kUsual, { ...kUsual, theme: 'dark' })).toEqual({ theme: 'dark' });
    expect(
      changeOf(
        { ...kUsual, columns: { inventory: ['name'], keys: ['a'] } },
        { ...kUsual, zone: 'utc', columns: { keys: ['a'], users: ['b', 'c'] } },
      ),
    ).toEqual({ zone: 'utc', columns: { inventory: null, users: ['b', 'c'] } });
  });
});

const setUp = () => {
  const sent: KeptChange[] = [];
  const answers: { good: () => void; bad: (error: Error) => void }[] = [];
  const said = { untold: false, failures: 0 };
  const teller = new Teller(kUsual, {
    send: (change) => {
      sent.push(change);
      return new Promise<void>((good, bad) => answers.push({ good, bad }));
    },
    untold: (is) => (said.untold = is),
    failed: () => (said.failures += 1),
  });
  return { sent, answers, said, teller };
};
const turn = () => new Promise((done) => setTimeout(done));

describe('how the server is told', () => {
  it('tells what was taken back while it was under way', async () => {
    const { sent, answers, said, teller } = setUp();
    teller.want({ ...kUsual, theme: 'dark' });
    expect(said.untold).toBe(true);
    teller.tell();
    teller.want(kUsual);
    teller.tell();
    expect(sent).toEqual([{ theme: 'dark' }]);
    answers[0]?.good();
    await turn();
    expect(sent).toEqual([{ theme: 'dark' }, { theme: 'auto' }]);
    expect(said.untold).toBe(true);
    answers[1]?.good();
    await turn();
    expect(sent).toHaveLength(2);
    expect(said.untold).toBe(false);
  });
  it('takes along what could not be told before', async () => {
    const { sent, answers, said, teller } = setUp();
    teller.want({ ...kUsual, theme: 'dark' });
    teller.tell();
    answers[0]?.bad(new Error('away'));
    await turn();
    expect(said).toEqual({ untold: true, failures: 1 });
    teller.want({ ...kUsual, theme: 'dark', zone: 'utc' });
    teller.tell();
    expect(sent[1]).toEqual({ theme: 'dark', zone: 'utc' });
  });
});

describe('whether a page shows its view', () => {
  it('compares words, and the scope only where the view names one', () => {
    expect(wordsOf({ filter: 'x', sort: undefined, order: '' })).toEqual({ filter: 'x' });
    expect(isSame({ filter: 'x' }, { filter: 'x' })).toBe(true);
    expect(isSame({ filter: 'x' }, { filter: 'x', sort: 'type' })).toBe(false);
    expect(isSame({ filter: 'x', sort: 'type' }, { filter: 'x' })).toBe(false);
    expect(isSame({ filter: 'x' }, { filter: 'x', accounts: '1' })).toBe(true);
    expect(isSame({ filter: 'x', accounts: '1' }, { filter: 'x' })).toBe(false);
  });
});
