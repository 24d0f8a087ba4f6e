import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  retainSearchParams,
} from '@tanstack/react-router';
import { pages } from '@/app/pages';
import { Shell } from '@/app/shell';
import { Page } from '@/components/panel';
import { EmptyState, ErrorState } from '@/components/states';
import { parseSearch, pick, stringifySearch } from '@/lib/search_params';

const root = createRootRoute({
  component: Shell,
  // `saved`: the view that a page was opened with; it stays on its page.
  validateSearch: (
    search: Record<string, unknown>,
  ): { accounts?: string; regions?: string; saved?: string } =>
    pick(search, ['accounts', 'regions', 'saved']),
  // The scope of the top bar goes along from page to page.
  search: { middlewares: [retainSearchParams(['accounts', 'regions'])] },
  notFoundComponent: () => (
    <Page title="Page not found">
      <EmptyState icon="question" title="There is no such page" action={<Link to="/">Go to Overview</Link>}>
        The address may have been mistyped, or the page was moved.
      </EmptyState>
    </Page>
  ),
});

const children = pages.map((page) =>
  createRoute({
    getParentRoute: () => root,
    path: page.path,
    component: lazyRouteComponent(page.element),
    validateSearch: (search: Record<string, unknown>) => pick(search, page.search),
  }),
);

export const router = createRouter({
  routeTree: root.addChildren(children),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: false,
  defaultErrorComponent: ({ error }) => (
    <ErrorState error={error} what="This page" onRetry={() => globalThis.location.reload()} />
  ),
});
