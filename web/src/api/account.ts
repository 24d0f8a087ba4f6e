import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { NewAccount } from '@/api/types';

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/accounts', { signal })),
});

export const connectQuery = queryOptions({
  queryKey: ['connect'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/connect', { signal })),
  // A fresh external id comes with each answer: one must stay on the page while it is used.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

export const iamPolicyQuery = queryOptions({
  queryKey: ['iam-policy'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/iam-policy', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const testAccount = (body: NewAccount) => take(http.POST('/api/v1/accounts/test', { body }));
export const addAccount = (body: NewAccount) => take(http.POST('/api/v1/accounts', { body }));

export const changeAccount = (
  account_id: string,
  body: { enabled?: boolean; name?: string; event_queues?: string[] },
) => take(http.PATCH('/api/v1/accounts/{account_id}', { params: { path: { account_id } }, body }));

export const removeAccount = (account_id: string) =>
  take(http.DELETE('/api/v1/accounts/{account_id}', { params: { path: { account_id } } }));
