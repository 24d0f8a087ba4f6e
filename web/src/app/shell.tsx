import { ActionIcon } from '@mantine/core';
import { Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { PaletteDialog } from '@/app/palette_dialog';
import { pages } from '@/app/pages';
import { Rail } from '@/app/rail';
import { TopBar } from '@/app/top_bar';
import { useSession } from '@/components/session';
import { Dialog } from '@/components/dialog';
import { Icon } from '@/components/icons';
import { StaleBanner } from '@/components/live_pill';
import { setPrefs, usePrefs } from '@/lib/prefs';
import { listenForShortcuts, useShortcuts } from '@/lib/shortcut_store';
import { useLoaded } from '@/lib/use_loaded';
import classes from '@/app/shell.module.css';

// Opened by hand, so it need not be there before the page is.
const loadHelp = () => import('@/app/shortcut_help');

function usePageTitle() {
  const pathname = useLocation({ select: (location) => location.pathname });
  const router = useRouter();
  useEffect(() => {
    const page = pages.find((each) => each.path === pathname);
    // A resource's page bears the resource's name, once that is known.
    if (page || !pathname.startsWith('/r/'))
      document.title = `${page?.title ?? 'Page not found'} · HostMaster`;
  }, [pathname]);
  // After a walk to another page the focus goes to its heading, as a page load would do it. Only when it is drawn:
  // the path is another one while the page before still stands there, and its heading takes the focus along.
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        const title = document.getElementById('page-title') ?? document.getElementById('content');
        title?.focus({ preventScroll: true });
      }),
    [router],
  );
}

interface Openers {
  openPalette: () => void;
  openHelp: () => void;
}

function useGlobalShortcuts({ openPalette, openHelp }: Openers) {
  const navigate = useNavigate();
  const { singleKeys } = usePrefs();
  const { role } = useSession();
  const shortcuts = useMemo(
    () => [
      { keys: 'mod+k', title: 'Search resources, pages and actions', run: openPalette },
      { keys: '?', title: 'Show this list', run: openHelp },
      ...pages
        .filter((page) => page.keys && (!page.admin || role === 'admin'))
        .map((page) => ({
          keys: page.keys ?? '',
          title: `Go to ${page.title}`,
          run: () => void navigate({ to: page.path }),
        })),
    ],
    [navigate, openPalette, openHelp, role],
  );
  useShortcuts('Everywhere', shortcuts);
  useEffect(() => listenForShortcuts(() => singleKeys), [singleKeys]);
}

export function Shell() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const { rail } = usePrefs();
  const helpPart = useLoaded(loadHelp);
  const openers = useMemo(() => ({ openPalette: () => setPalette(true), openHelp: () => setHelp(true) }), []);
  usePageTitle();
  useGlobalShortcuts(openers);
  return (
    <div className={classes.shell} data-rail={rail}>
      <a className={classes.skip} href="#content">
        Skip to content
      </a>
      <div className={classes.rail}>
        <Rail narrow={rail === 'narrow'} />
        <ActionIcon
          className={classes.collapse}
          aria-label={rail === 'narrow' ? 'Widen the menu' : 'Narrow the menu'}
          aria-expanded={rail === 'wide'}
          onClick={() => setPrefs({ rail: rail === 'narrow' ? 'wide' : 'narrow' })}
        >
          <Icon name="collapse" />
        </ActionIcon>
      </div>
      <div className={classes.column}>
        <TopBar onMenu={() => setMenu(true)} onSearch={openers.openPalette} onHelp={openers.openHelp} />
        <StaleBanner />
        <main id="content" className={classes.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Dialog open={menu} onClose={() => setMenu(false)} label="Menu">
        <Rail onGo={() => setMenu(false)} plain />
      </Dialog>
      <PaletteDialog open={palette} onClose={() => setPalette(false)} onHelp={openers.openHelp} />
      {helpPart ? <helpPart.ShortcutHelp open={help} onClose={() => setHelp(false)} /> : null}
    </div>
  );
}
