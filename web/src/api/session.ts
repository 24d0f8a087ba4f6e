import { queryOptions } from '@tanstack/react-query';
import { http, isApiError, take } from '@/api/client';
import type { Session } from '@/api/types';

// null: nobody is logged in.
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await take(http.GET('/api/v1/session', { signal }));
    } catch (error) {
      if (isApiError(error) && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/setup', { signal })),
});

export const logIn = (name: string, password: string) =>
  take(http.POST('/api/v1/session', { body: { name, password } }));

export const logOut = () => take(http.DELETE('/api/v1/session'));

export const setUp = (token: string, name: string, password: string) =>
  take(http.POST('/api/v1/setup', { body: { token, name, password } }));

export const changeOwnPassword = (current_password: string, new_password: string) =>
  take(http.POST('/api/v1/session/password', { body: { current_password, new_password } }));
