// What is pressed in the top bar. The menus behind it come after the first page (top_menus.tsx), so the buttons stand
// alone until then and look the same.
import { ActionIcon, type ActionIconProps, type ElementProps, useMantineColorScheme } from '@mantine/core';
import { Icon } from '@/components/icons';
import { useSession } from '@/components/session';

export const kSchemes = [
  { value: 'light', title: 'Light', icon: 'sun' },
  { value: 'dark', title: 'Dark', icon: 'moon' },
  { value: 'auto', title: 'As the system', icon: 'system' },
] as const;

type Props = ActionIconProps & ElementProps<'button', keyof ActionIconProps>;

export function ThemeButton(props: Props) {
  const { colorScheme } = useMantineColorScheme();
  const now = kSchemes.find((each) => each.value === colorScheme) ?? kSchemes[2];
  return (
    <ActionIcon {...props} aria-label={`Theme: ${now.title.toLowerCase()}`} title="Theme">
      <Icon name={now.icon} />
    </ActionIcon>
  );
}

export function UserButton(props: Props) {
  const { name } = useSession();
  return (
    <ActionIcon {...props} aria-label={`User menu of ${name}`} title={name}>
      <Icon name="user" />
    </ActionIcon>
  );
}
