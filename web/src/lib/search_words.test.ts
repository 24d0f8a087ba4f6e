import { describe, expect, it } from 'vitest';
import { filterOf, resultLine, whyFound } from '@/lib/search_words';

describe('the search in words', () => {
  it('says where the words stand, with the values that are not in the title', () => {
    expect(whyFound([{ field: 'name', value: 'web-1' }])).toBe('found in name');
    expect(whyFound([{ field: 'private_ip_address', value: '10.0.0.1' }])).toBe(
      'found in private_ip_address: 10.0.0.1',
    );
    expect(
      whyFound([
        { field: 'name', value: 'web-1' },
        { field: 'tag:app', value: 'web' },
        { field: 'arn', value: 'arn:aws:…' },
      ]),
    ).toBe('found in name, tag:app: web and 1 more');
  });

  const all = { found: 3, more: false, asked: true, gaps: 0, behind: false, busy: false };
  it.each([
    [all, '3 results'],
    [{ ...all, found: 1, more: true }, '1 result, there are more'],
    [{ ...all, found: 0 }, 'Nothing fits.'],
    [{ ...all, found: 0, asked: false }, 'Nothing is known yet.'],
    [{ ...all, found: 0, busy: true }, 'Searching'],
    [{ ...all, found: 0, gaps: 2 }, 'Nothing fits; 2 places could not be read'],
    [
      { ...all, gaps: 1, behind: true },
      '3 results; the latest changes are still being read, and 1 place could not be read',
    ],
  ])('says how many there are and why there may be more: %j', (given, expected) => {
    expect(resultLine(given)).toBe(expected);
  });

  it.each([
    ['web prod', 'web prod'],
    ['  10.0.7.21 ', '10.0.7.21'],
    ['2001:db8::1', '"2001:db8::1"'],
    ['arn:aws:ec2:eu-west-1', '"arn:aws:ec2:eu-west-1"'],
    ['-dashes', '"-dashes"'],
    ['"two words" one', '"two words" one'],
    ['web is:gone', 'web is:gone'],
    ['tag:env=prod -state:running web', 'tag:env=prod -state:running web'],
    ['tag:"Cost', undefined],
    ['a"b', undefined],
    ['"open', undefined],
    ['is:', '"is:"'],
  ])('is written as a filter: %s', (typed, expected) => {
    expect(filterOf(typed, ['type', 'arn', 'tag', 'state', 'is'])).toBe(expected);
  });
});
