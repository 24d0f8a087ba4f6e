import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { fetchMore } from './use_more';

// A list of two pages whose answers come when they are let through.
function twoPages() {
  const waiting: (() => void)[] = [];
  const asked: number[] = [];
  const list = new InfiniteQueryObserver(new QueryClient(), {
    queryKey: ['list'],
    queryFn: async ({ pageParam }) => {
      asked.push(pageParam);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return pageParam;
    },
    initialPageParam: 1,
    getNextPageParam: (last: number) => (last < 2 ? last + 1 : undefined),
  });
  list.subscribe(() => {});
  const answer = async () => {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0), { interval: 1 });
    waiting.shift()?.();
  };
  const more = () =>
    fetchMore({
      data: list.getCurrentResult().data,
      fetchNextPage: (options) => list.fetchNextPage(options),
    });
  return { list, asked, answer, more };
}

it('shows more though what is shown is being asked anew', async () => {
  const { list, asked, answer, more } = twoPages();
  await answer();
  await list.refetch({ cancelRefetch: false });
  const anew = list.refetch();
  const done = more();
  await answer();
  await anew;
  await answer();
  await done;
  expect(list.getCurrentResult().data?.pages).toEqual([1, 2]);
  expect(asked).toEqual([1, 1, 2]);
});

it('asks once where nothing is in the way', async () => {
  const { list, asked, answer, more } = twoPages();
  await answer();
  await list.refetch({ cancelRefetch: false });
  const done = more();
  await answer();
  await done;
  expect(list.getCurrentResult().data?.pages).toEqual([1, 2]);
  expect(asked).toEqual([1, 2]);
});
