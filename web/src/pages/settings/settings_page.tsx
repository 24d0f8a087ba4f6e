import { Link, useSearch } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { Page } from '@/components/panel';
import { useMay } from '@/components/session';
import { ErrorBoundary } from '@/components/states';
import { toSettings } from '@/lib/links';
import { AccountsTab } from './accounts_tab';
import { AuditTab } from './audit_tab';
import { KeysTab } from './keys_tab';
import { ServerTab } from './server_tab';
import { UsersTab } from './users_tab';
import classes from './settings.module.css';

interface Tab {
  key: string;
  title: string;
  admin: boolean;
  element: ComponentType;
}

const tabs: readonly Tab[] = [
  { key: 'accounts', title: 'Accounts', admin: false, element: AccountsTab },
  { key: 'users', title: 'Users', admin: true, element: UsersTab },
  { key: 'keys', title: 'Password and keys', admin: false, element: KeysTab },
  { key: 'audit', title: 'Audit log', admin: true, element: AuditTab },
  { key: 'server', title: 'Server', admin: true, element: ServerTab },
];

export function SettingsPage() {
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  const admin = useMay('admin');
  const shown = tabs.filter((each) => admin || !each.admin);
  const current = shown.find((each) => each.key === tab) ?? shown[0];
  if (!current) return null;
  const Element = current.element;
  return (
    <Page title="Settings">
      <nav aria-label="Settings" className={classes.tabs}>
        {shown.map((each) => (
          <Link
            key={each.key}
            {...toSettings(each.key)}
            className={classes.tab}
            aria-current={each === current ? 'page' : undefined}
          >
            {each.title}
          </Link>
        ))}
      </nav>
      <ErrorBoundary key={current.key} what={current.title}>
        <Element />
      </ErrorBoundary>
    </Page>
  );
}
