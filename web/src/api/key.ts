import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { Role, Scope } from '@/api/types';

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/keys', { signal })),
});

export const addKey = (body: { name: string; role: Role; scope: Scope; expires_in_days: number }) =>
  take(http.POST('/api/v1/keys', { body }));

export const revokeKey = (id: string) => take(http.DELETE('/api/v1/keys/{id}', { params: { path: { id } } }));

export const rotateKey = (id: string) =>
  take(http.POST('/api/v1/keys/{id}/rotate', { params: { path: { id } } }));
