import type { Spending } from '@/api/types';

export interface CallSum {
  service: string;
  operation: string;
  calls: number;
  cost_usd: string;
  free: boolean;
}

const kMicros = 10; // decimal places that a price of AWS has at most

// Sums decimal texts exactly: prices are a few millionths of a dollar.
export function addUsd(a: string, b: string): string {
  const units = (text: string) => {
    const [whole = '0', part = ''] = text.split('.');
    return BigInt(whole + part.padEnd(kMicros, '0').slice(0, kMicros));
  };
  const sum = (units(a) + units(b)).toString().padStart(kMicros + 1, '0');
  const part = sum.slice(-kMicros).replace(/0+$/, '');
  return sum.slice(0, -kMicros) + (part ? `.${part}` : '');
}

// Calls of all accounts together: the dearest first, then the most frequent.
export function dearestCalls(data: Spending): CallSum[] {
  const sums = new Map<string, CallSum>();
  for (const account of data.accounts) {
    for (const row of account.rows) {
      const key = `${row.service}:${row.operation}`;
      const sum = sums.get(key) ?? {
        service: row.service,
        operation: row.operation,
        calls: 0,
        cost_usd: '0',
        free: true,
      };
      sum.calls += row.calls;
      sum.cost_usd = addUsd(sum.cost_usd, row.cost_usd);
      sum.free = Number(sum.cost_usd) === 0;
      sums.set(key, sum);
    }
  }
  return [...sums.values()].toSorted((a, b) => Number(b.cost_usd) - Number(a.cost_usd) || b.calls - a.calls);
}

// Between 0 and 1. Nothing of nothing is nothing; anything of nothing is all.
export function share(spent: string, budget: string): number {
  const of = Number(budget);
  if (of === 0) return Number(spent) === 0 ? 0 : 1;
  return Math.min(1, Number(spent) / of);
}
