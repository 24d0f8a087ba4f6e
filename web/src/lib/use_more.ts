import { useState } from 'react';

type Paged = { pages: readonly unknown[] } | undefined;

interface Pages {
  data: Paged;
  fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<{ data: Paged; isError: boolean }>;
}

// As often as a page may be overtaken before the person must press again.
const kTries = 5;

// While what is shown is being asked anew, as happens whenever something changes, a next page that is asked for does
// not come: then it is asked for again.
export async function fetchMore({ data, fetchNextPage }: Pages): Promise<void> {
  const shown = data?.pages.length ?? 0;
  for (let tries = 0; tries < kTries; ++tries) {
    // oxlint-disable-next-line no-await-in-loop -- it is asked for again only when it did not come
    const found = await fetchNextPage({ cancelRefetch: false });
    if (found.isError || (found.data?.pages.length ?? 0) > shown) return;
  }
}

// What a "Show more" does, and whether it is at it.
export function useMore(pages: Pages) {
  const [asking, setAsking] = useState(false);
  const more = () => {
    setAsking(true);
    void fetchMore(pages).finally(() => setAsking(false));
  };
  return { more, asking };
}
