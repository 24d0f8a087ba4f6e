import { Dialog } from '@/components/dialog';
import { usePrefs } from '@/lib/prefs';
import { useShortcutGroups } from '@/lib/shortcut_store';
import classes from '@/app/shortcut_help.module.css';

const kNames: Record<string, string> = { 'mod+k': 'Ctrl K', ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const groups = useShortcutGroups();
  const { singleKeys } = usePrefs();
  return (
    <Dialog open={open} onClose={onClose} label="Keyboard shortcuts">
      {singleKeys ? null : (
        <p className={classes.note}>Single-key shortcuts are switched off in the user menu.</p>
      )}
      {groups.map((group) => (
        <section key={group.title} className={classes.group} aria-label={group.title}>
          <h3 className={classes.title}>{group.title}</h3>
          <dl className={classes.list}>
            {group.shortcuts.map((shortcut) => (
              <div key={shortcut.keys} className={classes.row}>
                <dt>{shortcut.title}</dt>
                <dd>
                  {(kNames[shortcut.keys] ?? shortcut.keys).split(' ').map((key) => (
                    <kbd key={key} className={classes.kbd}>
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
