// Numbers and dates for people, by Intl alone.

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compactNumber = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
// Rounded down: 100 % means all of it.
const percentage = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 1,
  roundingMode: 'floor',
});
const seconds = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'short',
  maximumFractionDigits: 1,
});
const milliseconds = new Intl.NumberFormat(undefined, {
  style: 'unit',
  unit: 'millisecond',
  unitDisplay: 'short',
  maximumFractionDigits: 0,
});
// The words around are English, so the last one is too.
const list = new Intl.ListFormat('en', { type: 'conjunction' });
const dollars = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });

const exact = new Intl.NumberFormat(undefined, { useGrouping: 'min2', maximumFractionDigits: 20 });

export const count = (value: number) => whole.format(value);
// A number of a resource as AWS says it, never rounded. Ports and numbers that name something are not grouped.
export const figure = (value: number, name: string) =>
  /(^|_)(port|number|id|uid|gid|asn)$/.test(name) ? String(value) : exact.format(value);
export const compact = (value: number) => compactNumber.format(value);
export const percent = (part: number, of: number) => percentage.format(of === 0 ? 0 : part / of);
export const duration = (ms: number) => (ms < 1000 ? milliseconds.format(ms) : seconds.format(ms / 1000));
// Money comes as decimal text, which Intl takes as it is: nothing is lost on the way through a float.
export const usd = (amount: string) => dollars.format(amount as unknown as number);
// Less than a cent is not nothing.
export function smallUsd(amount: string): string {
  const value = Number(amount);
  return value > 0 && value < 0.01 ? `less than ${usd('0.01')}` : usd(amount);
}
export const words = (items: readonly string[]) => list.format(items);

// The server words its reasons for a line of the terminal; where one stands alone on a page it begins as a sentence.
// Names that begin small (s3:GetBucketPolicy, eu-west-1) stay as they are.
export const sentence = (text: string) =>
  /^[a-z]+[ ,]/.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;

const plurals = new Intl.PluralRules('en');

// plural(1, 'resource') is "1 resource", plural(2, 'resource') "2 resources".
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${plurals.select(value) === 'one' ? one : many}`;
}
