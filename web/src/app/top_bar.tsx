import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { logOut, sessionQuery } from '@/api/session';
import { announceFailure } from '@/components/toast';
import { useSession } from '@/components/session';
import { Icon } from '@/components/icons';
import { LivePill } from '@/components/live_pill';
import { ScopePicker } from '@/components/scope';
import { forgetVisits, setPrefs, usePrefs } from '@/lib/prefs';
import { toSettings } from '@/lib/links';
import classes from '@/app/top_bar.module.css';

interface Props {
  onMenu: () => void;
  onSearch: () => void;
  onHelp: () => void;
}

const schemes = [
  { value: 'light', title: 'Light', icon: 'sun' },
  { value: 'dark', title: 'Dark', icon: 'moon' },
  { value: 'auto', title: 'As the system', icon: 'system' },
] as const;

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const now = schemes.find((each) => each.value === colorScheme) ?? schemes[2];
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon aria-label={`Theme: ${now.title.toLowerCase()}`} title="Theme">
          <Icon name={now.icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="Theme">
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={<Icon name={scheme.icon} />}
            rightSection={scheme.value === colorScheme ? <Icon name="check" size={14} /> : null}
            onClick={() => setColorScheme(scheme.value)}
          >
            {scheme.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu({ onHelp }: { onHelp: () => void }) {
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { zone, singleKeys } = usePrefs();
  const leave = () => {
    forgetVisits();
    void logOut().then(
      () => {
        client.setQueryData(sessionQuery.queryKey, null);
        client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      },
      (error: Error) => announceFailure(error.message),
    );
  };
  return (
    <Menu position="bottom-end" withinPortal={false} width={240}>
      <Menu.Target>
        <ActionIcon aria-label={`User menu of ${session.name}`} title={session.name}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="User menu">
        <Menu.Item
          leftSection={<Icon name="clock" />}
          onClick={() => setPrefs({ zone: zone === 'utc' ? 'local' : 'utc' })}
          closeMenuOnClick={false}
        >
          {zone === 'utc' ? 'Show times in local zone' : 'Show times in UTC'}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="keyboard" />}
          onClick={() => setPrefs({ singleKeys: !singleKeys })}
          closeMenuOnClick={false}
        >
          {singleKeys ? 'Switch single-key shortcuts off' : 'Switch single-key shortcuts on'}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="question" />} onClick={onHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="key" />} onClick={() => void navigate(toSettings('keys'))}>
          Password and API keys
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="logout" />} onClick={leave}>
          Log out {session.name} ({session.role})
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function TopBar({ onMenu, onSearch, onHelp }: Props) {
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
        <ScopePicker />
      </div>
      <div className={classes.right}>
        <LivePill />
        <ThemeMenu />
        <UserMenu onHelp={onHelp} />
      </div>
    </header>
  );
}
