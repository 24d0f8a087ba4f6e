// Saved views and queries, and what a person has chosen of the dashboard.
import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { components } from '@/api/schema';

export type SavedView = components['schemas']['SavedView'];
export type ViewKind = components['schemas']['ViewKind'];
export type Preferences = components['schemas']['Preferences'];
export type PreferencesChange = components['schemas']['PreferencesChange'];

export const viewsQuery = (kind: ViewKind) =>
  queryOptions({
    queryKey: ['views', kind],
    queryFn: ({ signal }) => take(http.GET('/api/v1/views', { params: { query: { kind } }, signal })),
  });

type NewView = { kind: ViewKind; name: string; shared: boolean; state: Record<string, string> };

export const addView = (body: NewView) => take(http.POST('/api/v1/views', { body }));

export const changeView = (id: string, body: Partial<Omit<NewView, 'kind'>>) =>
  take(http.PATCH('/api/v1/views/{id}', { params: { path: { id } }, body }));

export const removeView = (id: string) =>
  take(http.DELETE('/api/v1/views/{id}', { params: { path: { id } } }));

// Once for each session: what changes it from here on is this browser.
export const preferencesQuery = (person: string) =>
  queryOptions({
    queryKey: ['preferences', person],
    queryFn: ({ signal }) => take(http.GET('/api/v1/me/preferences', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const changePreferences = (body: PreferencesChange) =>
  take(http.PATCH('/api/v1/me/preferences', { body }));
