import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { changePreferences, preferencesQuery } from '@/api/view';
import { announceFailure } from '@/components/toast';
import { keptOf, kUsual, prefsOf, Teller } from '@/lib/preferences';
import { isUntold, prefsOwner, setUntold, settlePrefs, usePrefs } from '@/lib/prefs';
import { useLatest } from '@/lib/use_latest';

const kSettleMs = 400; // a person who tries the themes one after another changes one thing

const host = {
  send: changePreferences,
  untold: setUntold,
  failed: (error: Error) =>
    announceFailure(`Your choice holds in this browser only: it could not be kept. ${error.message}`),
};

// Takes over what the server keeps of the person who is logged in, and tells it what they change. It may be away: then
// the choice holds in this browser, and is told with the next one.
export function PreferenceSync({ person }: { person: string }) {
  const { data } = useQuery(preferencesQuery(person));
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const prefs = usePrefs();
  const teller = useRef<Teller>(undefined);
  const latest = useLatest(setColorScheme);
  useEffect(() => {
    if (!data || teller.current) return;
    const kept = { ...kUsual, ...data };
    const nothing = Object.keys(data).length === 0;
    const owner = prefsOwner();
    // What was chosen just before a reload, or before the server kept it, is not lost; what somebody else chose here is
    // not taken for theirs.
    const mine = owner === person ? isUntold() : owner === undefined && nothing;
    teller.current = new Teller(kept, host);
    if (!mine) latest.current(kept.theme);
    settlePrefs(mine ? {} : prefsOf(kept));
  }, [data, latest, person]);
  useEffect(() => {
    if (!data) return undefined;
    teller.current?.want(keptOf(prefs, colorScheme));
    const timer = setTimeout(() => teller.current?.tell(), kSettleMs);
    return () => clearTimeout(timer);
  }, [data, prefs, colorScheme]);
  return null;
}
