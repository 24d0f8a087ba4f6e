import { usePrefs } from '@/lib/prefs';
import { absolute, ago } from '@/lib/time';
import { useNow } from '@/lib/now';

interface Props {
  at: string | null | undefined;
  never?: string; // what null means here
  exact?: boolean; // show the absolute time itself
}

// A time as people read it, with the exact one and its zone in the title.
export function When({ at, never = 'not known', exact = false }: Props) {
  const now = useNow();
  const { zone } = usePrefs();
  if (!at) return <span className="hm-muted">{never}</span>;
  const date = new Date(at);
  const full = absolute(date, zone);
  return (
    <time dateTime={at} title={exact ? ago(date, now) : full} className="hm-num">
      {exact ? full : ago(date, now)}
    </time>
  );
}
