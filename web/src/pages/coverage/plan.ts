// How the refresh plan words its numbers.
const steps: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];

// "5 min", "6 h", "90 s": the largest unit that it is whole in.
export function every(seconds: number): string {
  const [unit, size] = steps.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['s', 1];
  return `${seconds / size} ${unit}`;
}

// How late something is, in coarse words.
export function lag(seconds: number): string {
  const [unit, size] = steps.find(([, length]) => seconds >= 2 * length) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

const rate = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const perSecond = (value: number) =>
  value >= 1 ? `${rate.format(value)} a second` : `${rate.format(value * 60)} a minute`;
