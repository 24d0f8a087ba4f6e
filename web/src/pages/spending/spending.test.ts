import { describe, expect, it } from 'vitest';
import type { Spending } from '@/api/types';
import { smallUsd } from '@/lib/format';
import { addUsd, dearestCalls, share } from './spending';

const account = (rows: Spending['accounts'][number]['rows']) =>
  ({ rows }) as unknown as Spending['accounts'][number];

describe('spending', () => {
  it('adds exactly', () => {
    expect(addUsd('0.1', '0.2')).toBe('0.3');
    expect(addUsd('0.0000004', '0.0000006')).toBe('0.000001');
    expect(addUsd('1', '0')).toBe('1');
    expect(addUsd('12.99', '0.01')).toBe('13');
  });
  it('shows the dearest call first', () => {
    const calls = dearestCalls({
      accounts: [
        account([
          { service: 'ec2', operation: 'DescribeVpcs', calls: 9, cost_usd: '0' },
          { service: 'cloudwatch', operation: 'GetMetricData', calls: 1, cost_usd: '0.005' },
        ]),
        account([{ service: 'cloudwatch', operation: 'GetMetricData', calls: 2, cost_usd: '0.01' }]),
      ],
    } as unknown as Spending);
    expect(calls.map((call) => call.operation)).toEqual(['GetMetricData', 'DescribeVpcs']);
    expect(calls[0]).toMatchObject({ calls: 3, cost_usd: '0.015', free: false });
    expect(calls[1]?.free).toBe(true);
  });
  it('never calls a little nothing', () => {
    expect(smallUsd('0')).toBe('$0.00');
    expect(smallUsd('0.0001')).toBe('less than $0.01');
    expect(smallUsd('1.5')).toBe('$1.50');
    expect(share('0', '0')).toBe(0);
    expect(share('0.01', '0')).toBe(1);
    expect(share('1', '4')).toBe(0.25);
  });
});
