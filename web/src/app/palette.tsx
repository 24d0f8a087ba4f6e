import { useDebouncedValue } from '@mantine/hooks';
import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { filterKeysQuery } from '@/api/resource';
import { searchQuery } from '@/api/search';
import { startScan } from '@/api/sweep';
import type { SearchResult } from '@/api/types';
import { pages } from '@/app/pages';
import { PaletteBox, type PaletteText } from '@/app/palette_box';
import { type Entry, grouped } from '@/app/palette_entries';
import { Icon } from '@/components/icons';
import { useMay } from '@/components/session';
import { announce, announceFailure } from '@/components/toast';
import { copyText } from '@/lib/clipboard';
import { toInventory } from '@/lib/links';
import { remember, setPrefs, usePrefs } from '@/lib/prefs';
import { filterOf, resultLine, whyFound } from '@/lib/search_words';
import classes from '@/app/palette.module.css';

const kMostResources = 8;
const kTypingMs = 150;

interface Props extends PaletteText {
  onClose: () => void;
  onHelp: () => void;
}

function useActions(onHelp: () => void): Entry[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone } = usePrefs();
  const mayScan = useMay('operator');
  return useMemo(() => {
    const dark = colorScheme === 'dark';
    const entries: Entry[] = [
      {
        id: 'copy-link',
        group: 'Actions',
        icon: 'link',
        title: 'Copy link to this view',
        run: () =>
          void copyText(location.href).then(
            () => announce('Copied the link'),
            () => announceFailure('The browser did not allow copying the link. Copy it from the address bar'),
          ),
      },
      {
        id: 'theme',
        group: 'Actions',
        icon: dark ? 'sun' : 'moon',
        title: dark ? 'Use the light theme' : 'Use the dark theme',
        run: () => setColorScheme(dark ? 'light' : 'dark'),
      },
      {
        id: 'zone',
        group: 'Actions',
        icon: 'clock',
        title: zone === 'utc' ? 'Show times in local zone' : 'Show times in UTC',
        run: () => setPrefs({ zone: zone === 'utc' ? 'local' : 'utc' }),
      },
      { id: 'help', group: 'Actions', icon: 'keyboard', title: 'Keyboard shortcuts', run: onHelp },
    ];
    if (mayScan) {
      entries.unshift({
        id: 'scan',
        group: 'Actions',
        icon: 'refresh',
        title: 'Look again now (scan all accounts)',
        run: () =>
          void startScan([]).then(
            () => announce('The scan is under way'),
            (error: Error) => announceFailure(error.message),
          ),
      });
    }
    return entries;
  }, [colorScheme, setColorScheme, zone, mayScan, onHelp]);
}

function usePages(): Entry[] {
  const navigate = useNavigate();
  const admin = useMay('admin');
  return useMemo(
    () =>
      pages
        .filter((page) => page.menu && (!page.admin || admin))
        .map((page) => ({
          id: `page ${page.path}`,
          group: 'Pages',
          icon: page.icon,
          title: page.title,
          run: () => {
            remember({ title: page.title, path: page.path });
            void navigate({ to: page.path });
          },
        })),
    [navigate, admin],
  );
}

const kInventory = 'In the inventory';

// Ways on from what was found: to all of it, and where nothing was, to what has gone.
function useWaysOn(typed: string, found: SearchResult | undefined): Entry[] {
  const navigate = useNavigate();
  const { data } = useQuery({ ...filterKeysQuery, enabled: typed.includes(':') });
  const filter = filterOf(typed, data?.keys.map((key) => key.name) ?? ['is']);
  if (!found || !filter) return [];
  const open = (title: string, by: string): Entry => ({
    id: title,
    group: kInventory,
    icon: 'search',
    title,
    run: () => void navigate(toInventory({ filter: by })),
  });
  const ways = [open(`Filter the inventory by ${typed}`, filter)];
  if (found.items.length === 0 && !/(^|\s)is:/.test(filter))
    ways.push(open(`Look for ${typed} among what is gone`, `${filter} is:gone`));
  return ways;
}

// Resources by any part of what they are called.
function useResources(text: string) {
  const navigate = useNavigate();
  const typed = text.trim();
  const [settled] = useDebouncedValue(typed, kTypingMs);
  const { data, error, isFetching, isPlaceholderData } = useQuery(searchQuery(settled, kMostResources));
  // What was found for other words is no answer: Enter would open something that was not asked for.
  const answered = settled !== '' && settled === typed && !isPlaceholderData && !error;
  const known = answered ? data : undefined;
  const entries = (known?.items ?? []).map(({ resource, ...hit }): Entry => ({
    id: `resource ${resource.id}`,
    group: 'Resources',
    icon: 'inventory',
    title: resource.name,
    note: [hit.type_title, hit.account_name, resource.region, ...(hit.gone_at ? ['gone'] : [])].join(' · '),
    why: whyFound(hit.matched),
    run: () => {
      const path = `/r/${encodeURIComponent(resource.id)}`;
      remember({ title: resource.name, path });
      void navigate({ to: '/r/$id', params: { id: resource.id } });
    },
  }));
  const waysOn = useWaysOn(typed, known);
  return {
    entries: [...entries, ...waysOn],
    failure: settled ? error?.message : undefined,
    known,
    busy: isFetching || settled !== typed,
  };
}

function useRecent(): Entry[] {
  const navigate = useNavigate();
  const { recent } = usePrefs();
  return recent.map((visited) => ({
    id: `recent ${visited.path}`,
    group: 'Recent',
    icon: 'clock',
    title: visited.title,
    run: () => void navigate({ to: visited.path }),
  }));
}

const contains = (text: string) => (entry: Entry) =>
  entry.title.toLowerCase().includes(text.trim().toLowerCase());

// What fits the typed text, in the order of the list; recent visits stand first while nothing is typed.
function useEntries(text: string, onHelp: () => void) {
  const recent = useRecent();
  const pageEntries = usePages();
  const actions = useActions(onHelp);
  const { entries: resources, ...search } = useResources(text);
  const entries = [
    ...(text.trim() ? [] : recent),
    ...pageEntries.filter(contains(text)),
    ...resources,
    ...actions.filter(contains(text)),
  ];
  return { entries, ...search };
}

export function Palette({ text, onText, onClose, onHelp }: Props) {
  const [at, setAt] = useState(0);
  const { entries, failure, known, busy } = useEntries(text, onHelp);
  const active = Math.min(at, entries.length - 1);
  const activeId = entries[active] ? `palette-${active}` : undefined;
  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((active + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(entries[active]);
    }
  };
  return (
    <div className={classes.palette}>
      <PaletteBox
        text={text}
        onText={(next) => {
          onText(next);
          setAt(0);
        }}
        list="palette-list"
        activeId={activeId}
        onKeyDown={onKeyDown}
      />
      <Results entries={entries} active={active} onChoose={choose} onPoint={setAt} />
      <p className={classes.foot} role="status">
        {failure ??
          resultLine({
            found: entries.filter((entry) => entry.group !== kInventory).length,
            more: known?.more ?? false,
            asked: !known || known.as_of !== null,
            gaps: known?.gaps ?? 0,
            behind: known?.search.behind ?? false,
            busy,
          })}
        <span className={classes.hint}>↑ ↓ to move, Enter to open</span>
      </p>
    </div>
  );
}

interface ResultsProps {
  entries: Entry[];
  active: number;
  onChoose: (entry: Entry) => void;
  onPoint: (index: number) => void;
}

function Results({ entries, active, onChoose, onPoint }: ResultsProps) {
  return (
    <div className={classes.list} role="listbox" id="palette-list" aria-label="Results">
      {grouped(entries).map(({ group, items }) => (
        <div key={group} role="group" aria-label={group}>
          <div className={classes.group} aria-hidden="true">
            {group}
          </div>
          {items.map(({ entry, index }) => (
            // The input keeps the focus and handles the keys; the option is for the pointer.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={entry.id}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === active}
              className={classes.option}
              onClick={() => onChoose(entry)}
              onPointerMove={() => onPoint(index)}
            >
              <Icon name={entry.icon} />
              <span className={classes.words}>
                <span className={classes.title}>{entry.title}</span>
                {entry.note ? <span className={classes.note}>{entry.note}</span> : null}
              </span>
              {entry.why ? (
                <span className={classes.why} title={entry.why}>
                  {entry.why}
                </span>
              ) : null}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
