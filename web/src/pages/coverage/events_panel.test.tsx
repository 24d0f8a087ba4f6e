import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { EventQueue } from '@/api/types';
import { EventQueues } from './events_panel';

const queue: EventQueue = {
  url: 'https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events',
  account_id: '111111111111',
  account_name: 'Production',
  region: 'eu-west-1',
  state: 'ok',
  not_known_since: null,
  code: '',
  message: '',
  asked_at: '2026-11-28T12:00:00Z',
  received_at: '2026-11-28T12:00:00Z',
  event_at: '2026-11-28T11:59:59Z',
  lag_s: 1.5,
  delay_s: 0.25,
  refusal: null,
  counts: {
    received: 12,
    looks: 8,
    coalesced: 2,
    places: 1,
    nothing: 1,
    malformed: 0,
    unrecognized: 0,
    elsewhere: 0,
    kept: 0,
  },
};

// The words of the one row, cell by cell.
function cells(change: Partial<EventQueue>): Record<string, string> {
  const html = renderToStaticMarkup(
    <MantineProvider>
      <EventQueues queues={[{ ...queue, ...change }]} />
    </MantineProvider>,
  );
  return Object.fromEntries(
    [...html.matchAll(/<td[^>]*data-label="([^"]*)"[^>]*>(.*?)<\/td>/g)].map(([, name, inside]) => [
      name ?? '',
      (inside ?? '')
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .replaceAll(' ,', ',')
        .trim(),
    ]),
  );
}

describe('the panel of the queues', () => {
  it('says of one that is read what came through it and how fast it was seen', () => {
    const row = cells({});
    expect(row['Queue']).toBe('hostmaster-events in eu-west-1');
    expect(row['State']).toBe('Read');
    expect(row['Seen after']).toMatch(/^250\s?ms 1\.5 sec after the event$/);
    expect(row['Messages']).toBe('12 messages, 8 looks');
  });
  it('never says of one that cannot be asked that it is read, or that nothing came', () => {
    for (const state of ['denied', 'throttled', 'failed', 'silent', 'skipped'] as const) {
      const row = cells({
        state,
        not_known_since: '2026-11-28T11:00:00Z',
        message: 'sqs:ReceiveMessage was refused',
      });
      expect(row['State']).toMatch(/Not known since .*sqs:ReceiveMessage was refused/);
    }
    const row = cells({ state: 'failed', message: '', delay_s: null, lag_s: null, event_at: null });
    expect(row['State']).toMatch(/Not known since the start/);
    expect(row['Seen after']).toBe('not known yet');
    expect(row['Last event']).toBe('none so far');
  });
  it('says of one that nobody has asked yet that nothing is known', () => {
    expect(cells({ state: 'pending' })['State']).toMatch(/Not known so far/);
  });
  it('counts what was of no use and what comes again, with the reason', () => {
    const row = cells({
      counts: { ...queue.counts, malformed: 2, elsewhere: 1, kept: 4 },
      refusal: 'a message is no event of EventBridge: it is not JSON',
    });
    expect(row['Messages']).toBe(
      '12 messages, 8 looks, 3 of no use, 4 to come again A message is no event of EventBridge: it is not JSON',
    );
  });
  it('tells a long delay in minutes', () => {
    expect(cells({ delay_s: 600, lag_s: null })['Seen after']).toBe('10 minutes');
  });
});
