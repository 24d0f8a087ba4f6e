import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { Role, Scope } from '@/api/types';

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/users', { signal })),
});

export const addUser = (body: { name: string; role: Role; scope: Scope }) =>
  take(http.POST('/api/v1/users', { body }));

export const changeUser = (name: string, body: { role?: Role; scope?: Scope; disabled?: boolean }) =>
  take(http.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body }));

export const removeUser = (name: string) =>
  take(http.DELETE('/api/v1/users/{name}', { params: { path: { name } } }));

export const resetPassword = (name: string) =>
  take(http.POST('/api/v1/users/{name}/password', { params: { path: { name } } }));
