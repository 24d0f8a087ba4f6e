import { ActionIcon } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { ThemeButton, UserButton } from '@/app/top_buttons';
import { Icon } from '@/components/icons';
import { LivePill } from '@/components/live_pill';
import { ScopeButton, useScopeChoice } from '@/components/scope';
import classes from '@/app/top_bar.module.css';

interface Props {
  onMenu: () => void;
  onSearch: () => void;
  onHelp: () => void;
}

// Menus weigh more than the rest of the frame together and are opened by hand: they come beside the page, not before it.
const loadMenus = () => import('@/app/top_menus');
const ScopePicker = lazy(async () => ({ default: (await loadMenus()).ScopePicker }));
const ThemeMenu = lazy(async () => ({ default: (await loadMenus()).ThemeMenu }));
const UserMenu = lazy(async () => ({ default: (await loadMenus()).UserMenu }));

type Which = 'scope' | 'theme' | 'user';

function EarlyScope({ onClick }: { onClick: () => void }) {
  const { words, narrowed } = useScopeChoice(false);
  return <ScopeButton words={words} narrowed={narrowed} onClick={onClick} aria-expanded={false} />;
}

export function TopBar({ onMenu, onSearch, onHelp }: Props) {
  // Which was pressed while it could not open yet; it opens as soon as it is there.
  const [early, setEarly] = useState<Which>();
  return (
    <header className={classes.bar}>
      <ActionIcon className={classes.menu} onClick={onMenu} aria-label="Open the menu">
        <Icon name="menu" />
      </ActionIcon>
      <button type="button" className={classes.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span className={classes.searchText}>Search resources, pages, actions</span>
        <kbd className={classes.kbd}>Ctrl K</kbd>
      </button>
      <div className={classes.scope}>
        <Suspense fallback={<EarlyScope onClick={() => setEarly('scope')} />}>
          <ScopePicker opened={early === 'scope'} />
        </Suspense>
      </div>
      <div className={classes.right}>
        <LivePill />
        <Suspense fallback={<ThemeButton onClick={() => setEarly('theme')} />}>
          <ThemeMenu opened={early === 'theme'} />
        </Suspense>
        <Suspense fallback={<UserButton onClick={() => setEarly('user')} />}>
          <UserMenu opened={early === 'user'} onHelp={onHelp} />
        </Suspense>
      </div>
    </header>
  );
}
