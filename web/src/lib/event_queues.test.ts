import { describe, expect, it } from 'vitest';
import { queuesOf, queueWords } from './event_queues';

describe('the URLs of queues', () => {
  it('are taken however they are separated', () => {
    expect(queuesOf(' https://a/1/x,https://b/1/y\n\nhttps://c/1/z ')).toEqual([
      'https://a/1/x',
      'https://b/1/y',
      'https://c/1/z',
    ]);
    expect(queuesOf(' \n')).toEqual([]);
  });
  it('are told by name and region, where the host says it', () => {
    expect(queueWords('https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events')).toBe(
      'hostmaster-events in eu-west-1',
    );
    expect(queueWords('https://vpce-1.sqs.us-east-2.vpce.amazonaws.com/111111111111/q')).toBe(
      'q in us-east-2',
    );
    expect(queueWords('http://127.0.0.1:4566/111111111111/q')).toBe('http://127.0.0.1:4566/111111111111/q');
  });
});
