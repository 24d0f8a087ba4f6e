// What of the preferences the server keeps, and which part of it has changed since.
import type { Prefs } from '@/lib/prefs';

export type Theme = 'light' | 'dark' | 'auto';

export interface Kept {
  theme: Theme;
  zone: Prefs['zone'];
  density: Prefs['density'];
  rail: Prefs['rail'];
  single_keys: boolean;
  columns: Record<string, string[]>;
}

export const kUsual: Kept = {
  theme: 'auto',
  zone: 'local',
  density: 'normal',
  rail: 'wide',
  single_keys: true,
  columns: {},
};

export type KeptChange = Partial<Omit<Kept, 'columns'>> & { columns?: Record<string, string[] | null> };

export const keptOf = (prefs: Prefs, theme: Theme): Kept => ({
  theme,
  zone: prefs.zone,
  density: prefs.density,
  rail: prefs.rail,
  single_keys: prefs.singleKeys,
  columns: prefs.columns,
});

export const prefsOf = ({ zone, density, rail, single_keys: singleKeys, columns }: Kept) => ({
  zone,
  density,
  rail,
  singleKeys,
  columns,
});

// What must be told so that the server's becomes this; undefined where it is already.
export function changeOf(before: Kept, now: Kept): KeptChange | undefined {
  const { columns: _before, ...plainBefore } = before;
  const { columns: _now, ...plainNow } = now;
  const differing = Object.entries(plainNow).filter(
    ([key, value]) => plainBefore[key as keyof typeof plainBefore] !== value,
  );
  const tables = new Set([...Object.keys(before.columns), ...Object.keys(now.columns)]);
  const columns = [...tables]
    .filter((table) => before.columns[table]?.join('\n') !== now.columns[table]?.join('\n'))
    .map((table) => [table, now.columns[table] ?? null]);
  if (differing.length === 0 && columns.length === 0) return undefined;
  return {
    ...Object.fromEntries(differing),
    ...(columns.length > 0 ? { columns: Object.fromEntries(columns) } : {}),
  };
}

interface TellerHost {
  send: (change: KeptChange) => Promise<unknown>;
  untold: (is: boolean) => void; // whether something is chosen that the server was not told yet
  failed: (error: Error) => void;
}

// Brings the server to what is wanted, one change at a time. After a failure it waits for the next change, which then
// takes the one before along.
export class Teller {
  private wanted: Kept;
  private busy = false;

  constructor(
    private kept: Kept, // what the server has
    private readonly host: TellerHost,
  ) {
    this.wanted = kept;
  }

  want(wanted: Kept): void {
    this.wanted = wanted;
    this.host.untold(this.busy || changeOf(this.kept, wanted) !== undefined);
  }

  tell(): void {
    const { wanted } = this;
    const change = changeOf(this.kept, wanted);
    if (!change || this.busy) return;
    this.busy = true;
    this.host.send(change).then(
      () => {
        this.busy = false;
        this.kept = wanted;
        this.want(this.wanted);
        this.tell();
      },
      (error: Error) => {
        this.busy = false;
        this.host.failed(error);
      },
    );
  }
}
