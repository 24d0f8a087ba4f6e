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
  {
    title: 'Inventory',
    path: '/inventory',
    icon: 'inventory',
    element: async () => ({ default: (await import('@/pages/inventory/inventory_page')).InventoryPage }),
    search: ['filter', 'sort', 'order', 'columns', 'id'],
    menu: true,
    keys: 'g i',
  },
  {
    title: 'Topology',
    path: '/topology',
    icon: 'topology',
    element: async () => ({ default: (await import('@/pages/topology/topology_page')).TopologyPage }),
    search: ['at', 'open', 'show', 'view', 'filter', 'id'],
    menu: true,
    keys: 'g t',
  },
  {
    title: 'Findings',
    path: '/findings',
    icon: 'findings',
    element: async () => ({ default: (await import('@/pages/findings/findings_page')).FindingsPage }),
    search: [
      'state',
      'severity',
      'category',
      'rule',
      'account',
      'type',
      'unknown',
      'word',
      'sort',
      'order',
      'id',
    ],
    menu: true,
    keys: 'g f',
  },
  {
    title: 'Changes',
    path: '/changes',
    icon: 'changes',
    element: async () => ({ default: (await import('@/pages/changes/changes_page')).ChangesPage }),
    search: ['filter', 'kind', 'range', 'from', 'to'],
    menu: true,
    keys: 'g c',
  },
  {
    title: 'Coverage',
    path: '/coverage',
    icon: 'coverage',
    element: async () => ({ default: (await import('@/pages/coverage/coverage_page')).CoveragePage }),
    search: ['outcome', 'type', 'cell'],
    menu: true,
    keys: 'g v',
  },
  {
    title: 'Tags',
    path: '/tags',
    icon: 'tags',
    element: async () => ({ default: (await import('@/pages/tags/tags_page')).TagsPage }),
    search: ['by', 'key', 'filter', 'tag', 'from', 'value', 'overwrite'],
    menu: true,
    keys: 'g l',
  },
  {
    title: 'Quotas',
    path: '/quotas',
    icon: 'quotas',
    element: async () => ({ default: (await import('@/pages/quotas/quotas_page')).QuotasPage }),
    search: ['show', 'service'],
    menu: true,
    keys: 'g u',
  },
  {
    title: 'HostMaster’s cost',
    path: '/spending',
    icon: 'spending',
    element: async () => ({ default: (await import('@/pages/spending/spending_page')).SpendingPage }),
    search: [],
    menu: true,
    keys: 'g m',
  },
  {
    title: 'SQL console',
    path: '/query',
    icon: 'query',
    element: async () => ({ default: (await import('@/pages/query/query_page')).QueryPage }),
    search: ['sql', 'at'],
    menu: true,
    keys: 'g q',
  },
  {
    title: 'Settings',
    path: '/settings',
    icon: 'settings',
    element: async () => ({ default: (await import('@/pages/settings/settings_page')).SettingsPage }),
    search: ['tab', 'actor', 'action'],
    menu: true,
    keys: 'g s',
  },
  {
    title: 'Connect an account',
    path: '/connect',
    icon: 'connect',
    element: async () => ({ default: (await import('@/pages/connect/connect_page')).ConnectPage }),
    search: [],
    menu: true,
    keys: 'g n',
    admin: true,
  },
  {
    title: 'Resource',
    path: '/r/$id',
    icon: 'inventory',
    element: async () => ({ default: (await import('@/pages/resource/resource_page')).ResourcePage }),
    search: ['section'],
    menu: false,
  },
];
