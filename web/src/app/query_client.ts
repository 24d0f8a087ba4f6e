import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/api/client';
import { sessionQuery } from '@/api/session';
import { announceFailure } from '@/components/toast';

const kFreshMs = 30_000;

// Any 401 means that the session is over: the page stays, and the login stands in front of it.
function endSessionOn401(error: unknown) {
  if (isApiError(error) && error.status === 401) queryClient.setQueryData(sessionQuery.queryKey, null);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      endSessionOn401(error);
      // Where there is nothing to show, the page says why; older data would just stay there, as if it were new.
      const ended = isApiError(error) && error.status === 401;
      if (query.state.data !== undefined && !query.meta?.['tells'] && !ended) {
        announceFailure(`What is shown could not be renewed. ${error.message}`);
      }
    },
  }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      endSessionOn401(error);
      if (!mutation.options.onError) announceFailure(error.message);
    },
  }),
  defaultOptions: {
    // Whether the browser thinks that it is online says nothing about a server in the same room.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: kFreshMs,
      refetchOnWindowFocus: false, // live updates tell what changed
      retry: (attempt, error) =>
        attempt < 2 && !(isApiError(error) && error.status >= 400 && error.status < 500),
    },
  },
});
