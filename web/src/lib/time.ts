// Times for people: relative in lists, absolute with the zone where it must be exact.

export type Zone = 'local' | 'utc';

// Always a number: "last year" may be a day or two years ago.
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' });
const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
];

// "4 minutes ago". Under ten seconds it is "just now", since a running second helps nobody.
export function ago(at: Date, now: Date): string {
  let value = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(value) < 10) return 'just now';
  for (const [unit, size] of steps) {
    if (Math.abs(Math.round(value)) < size) return relative.format(Math.round(value), unit);
    value /= size;
  }
  return absolute(at, 'utc');
}

const formats: Record<Zone, Intl.DateTimeFormat> = {
  local: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' }),
  utc: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' }),
};

export const absolute = (at: Date, zone: Zone) => formats[zone].format(at);

// What a `datetime-local` field shows for an instant, and the instant of what was typed into it.
export function toWallTime(instant: string, zone: Zone): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  const shift = zone === 'utc' ? 0 : at.getTimezoneOffset() * 60_000;
  return new Date(at.getTime() - shift).toISOString().slice(0, 16);
}

export function fromWallTime(wall: string, zone: Zone): string {
  const at = new Date(zone === 'utc' ? `${wall}Z` : wall);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

// "UTC", or the place whose clock the browser goes by: "Europe/Berlin".
export const zoneName = (zone: Zone) =>
  zone === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;

// How long ago in coarse words, for "data is 12 min old".
export function age(at: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - at.getTime()) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

export const isTime = (text: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text);
