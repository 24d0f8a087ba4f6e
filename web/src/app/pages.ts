// Every page there is. The router and the menu both read this list; a page that is not in it does not exist.
import type { IconName } from '@/components/icons';

export interface PageRecord {
  title: string;
  path: string;
  icon: IconName;
  element: () => Promise<{ default: React.ComponentType }>;
  search: readonly string[]; // what the page keeps in its URL
  menu: boolean;
  keys?: string; // the shortcut that leads there
  admin?: boolean;
}

export const pages: readonly PageRecord[] = [
  {
    title: 'Overview',
    path: '/',
    icon: 'overview',
    element: async () => ({ default: (await import('@/pages/overview/overview_page')).OverviewPage }),
    search: [],
    menu: true,
    keys: 'g o',
  },
];
