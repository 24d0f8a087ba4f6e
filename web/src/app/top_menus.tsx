import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { logOut, sessionQuery } from '@/api/session';
import { kSchemes, ThemeButton, UserButton } from '@/app/top_buttons';
import { announceFailure } from '@/components/toast';
import { useSession } from '@/components/session';
import { Icon } from '@/components/icons';
import { forgetVisits, setPrefs, usePrefs } from '@/lib/prefs';
import { toSettings } from '@/lib/links';

export { ScopePicker } from '@/components/scope_picker';

// `opened`: it was pressed before this file was there.
export function ThemeMenu({ opened }: { opened: boolean }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" withinPortal={false} defaultOpened={opened}>
      <Menu.Target>
        <ThemeButton />
      </Menu.Target>
      <Menu.Dropdown aria-label="Theme">
        {kSchemes.map((scheme) => (
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

export function UserMenu({ opened, onHelp }: { opened: boolean; onHelp: () => void }) {
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
    <Menu position="bottom-end" withinPortal={false} width={240} defaultOpened={opened}>
      <Menu.Target>
        <UserButton />
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
