import { describe, expect, it } from 'vitest';
import { leaves, matching, pointerToPath, text } from '@/lib/document_paths';
import { clause, replaceWord, splitWords, toggleValue, valuesOf, wordAt } from '@/lib/filter_text';
import { duration, figure, percent, plural, sentence, usd, words } from '@/lib/format';
import { splitForMiddle } from '@/lib/middle';
import { withRecent } from '@/lib/prefs';
import { parseSearch, pick, stringifySearch } from '@/lib/search_params';
import { KeySequence } from '@/lib/shortcuts';
import { age, ago, fromWallTime, isTime, toWallTime } from '@/lib/time';

describe('filter text', () => {
  it.each([
    ['a b', ['a', 'b']],
    ['  name:"web server"  -x ', ['name:"web server"', '-x']],
    ['', []],
  ])('cuts %j into words', (given, expected) => {
    expect(splitWords(given).map((word) => word.text)).toEqual(expected);
  });

  it('switches a value on, beside others, and off', () => {
    const one = toggleValue('prod', 'type', 'ec2/instance');
    expect(one).toBe('prod type:ec2/instance');
    const two = toggleValue(one, 'type', 'ec2/volume');
    expect(two).toBe('prod type:ec2/instance,ec2/volume');
    expect(valuesOf(two, 'type')).toEqual(['ec2/instance', 'ec2/volume']);
    expect(toggleValue(toggleValue(two, 'type', 'ec2/instance'), 'type', 'ec2/volume')).toBe('prod');
  });

  it('names a tag in the key', () => {
    expect(clause('tag:env', 'prod')).toBe('tag:env=prod');
    expect(clause('state', 'in use')).toBe('state:"in use"');
    expect(toggleValue('', 'tag:team', 'a b')).toBe('tag:team="a b"');
  });

  it('takes a tag whose key has a space for one word', () => {
    const on = toggleValue('prod', 'tag:Cost Center', 'x');
    expect(on).toBe('prod tag:"Cost Center"=x');
    expect(splitWords(on)).toHaveLength(2);
    expect(valuesOf(on, 'tag:Cost Center')).toEqual(['x']);
    expect(valuesOf('tag:"Cost Center=x, y",z', 'tag:Cost Center')).toEqual(['x, y', 'z']);
    expect(valuesOf(on, 'tag:Cost')).toEqual([]);
    expect(toggleValue(on, 'tag:Cost Center', 'x')).toBe('prod');
  });

  it('keeps a comma in quotes together', () => {
    const two = toggleValue(toggleValue('', 'name', 'a, b'), 'name', 'c');
    expect(two).toBe('name:"a, b",c');
    expect(valuesOf(two, 'name')).toEqual(['a, b', 'c']);
  });

  it('finds and replaces the word at the cursor', () => {
    const word = wordAt('prod typ', 8);
    expect(word.text).toBe('typ');
    expect(replaceWord('prod typ', word, 'type:')).toEqual({ text: 'prod type:', cursor: 10 });
    expect(wordAt('prod ', 5)).toEqual({ text: '', start: 5, end: 5 });
  });
});

describe('URL', () => {
  it('reads back what it wrote', () => {
    const search = { filter: 'type:ec2/instance tag:env=prod "a&b"', sort: 'name', empty: '' };
    const url = stringifySearch(search);
    expect(url).toBe('?filter=type:ec2/instance+tag:env%3Dprod+%22a%26b%22&sort=name');
    expect(parseSearch(url)).toEqual({ filter: search.filter, sort: 'name' });
  });
  it('keeps account ids as texts', () => {
    expect(parseSearch('?accounts=000000000012')).toEqual({ accounts: '000000000012' });
  });
  it('takes only what a page knows', () => {
    expect(pick({ a: '1', b: 2, c: '' }, ['a', 'b', 'c'])).toEqual({ a: '1' });
  });
});

describe('time', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  it.each([
    ['2026-11-23T11:59:55Z', 'just now'],
    ['2026-11-23T11:56:00Z', '4 minutes ago'],
    ['2026-11-22T12:00:00Z', '1 day ago'],
    ['2026-11-23T11:00:20Z', '1 hour ago'], // not 60 minutes
    ['2025-06-23T12:00:00Z', '1 year ago'],
    ['2026-11-23T14:00:00Z', 'in 2 hours'],
  ])('%s is %s', (at, expected) => expect(ago(new Date(at), now)).toBe(expected));
  it('takes a typed time for an instant of its zone, and gives it back', () => {
    expect(fromWallTime('2026-11-20T12:00', 'utc')).toBe('2026-11-20T12:00:00.000Z');
    expect(fromWallTime('', 'local')).toBe('');
    for (const zone of ['utc', 'local'] as const) {
      expect(toWallTime(fromWallTime('2026-07-01T09:30', zone), zone)).toBe('2026-07-01T09:30');
      expect(toWallTime('soon', zone)).toBe('');
    }
  });
  it('says an age in coarse words', () => {
    expect(age(new Date('2026-11-23T11:48:00Z'), now)).toBe('12 min');
    expect(age(new Date('2026-11-20T12:00:00Z'), now)).toBe('3 days');
  });
  it('knows a time from a text', () => {
    expect(isTime('2026-11-23T11:48:00Z')).toBe(true);
    expect(isTime('2026-11-23')).toBe(false);
  });
});

describe('words and numbers', () => {
  it('agrees in number', () => {
    expect([plural(0, 'gap'), plural(1, 'gap'), plural(2, 'gap')]).toEqual(['0 gaps', '1 gap', '2 gaps']);
  });
  it('begins a reason as a sentence, and leaves names as they are', () => {
    expect(sentence('there is no such resource')).toBe('There is no such resource');
    expect(sentence('s3:GetBucketPolicy is denied')).toBe('s3:GetBucketPolicy is denied');
    expect(sentence('eu-west-1 is silent')).toBe('eu-west-1 is silent');
  });
  it('neither rounds nor groups what AWS numbers', () => {
    expect(figure(27017, 'endpoint_port')).toBe('27017');
    expect(figure(3600, 'max_session_duration')).toBe('3600');
    expect(figure(0.001, 'threshold')).toBe('0.001');
  });
  it('says money as people do, to the last digit that is money', () => {
    expect(usd('1234567890123.456')).toMatch(/^(US)?\$1,234,567,890,123\.46$/);
  });
  it('joins words in the language of the page', () => expect(words(['a', 'b', 'c'])).toBe('a, b, and c'));
  it('never divides by zero', () => expect(percent(0, 0)).toBe('0%'));
  it('chooses the unit of a duration', () => {
    expect([duration(12.4), duration(3210)]).toEqual(['12 ms', '3.2 sec']);
  });
  it('cuts names in the middle and keeps the end', () => {
    expect(splitForMiddle('checkout-prod-nat-gateway-17')).toEqual({
      head: 'checkout-prod-nat-ga',
      tail: 'teway-17',
    });
    expect(splitForMiddle('short').tail).toBe('');
  });
  it('puts the latest visit first, once', () => {
    const visits = [
      { title: 'A', path: '/a' },
      { title: 'B', path: '/b' },
    ];
    expect(withRecent(visits, { title: 'B', path: '/b' }).map((each) => each.path)).toEqual(['/b', '/a']);
  });
});

describe('document', () => {
  const document = {
    State: { Name: 'running' },
    Tags: [{ Key: 'env', Value: 'prod' }],
    Empty: [],
    Gone: null,
  };
  it('lists every leaf with its path', () => {
    expect(leaves(document).map((leaf) => [leaf.path, text(leaf.value)])).toEqual([
      ['State.Name', 'running'],
      ['Tags[0].Key', 'env'],
      ['Tags[0].Value', 'prod'],
      ['Empty', 'empty list'],
      ['Gone', 'none'],
    ]);
  });
  it('searches paths and values', () => {
    expect(matching(leaves(document), 'PROD').map((leaf) => leaf.path)).toEqual(['Tags[0].Value']);
    expect(matching(leaves(document), 'tags')).toHaveLength(2);
  });
  it('reads JSON pointers', () => {
    expect(pointerToPath('/Tags/0/a~1b')).toBe('Tags[0].a/b');
  });
});

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });
const known = (keys: string) => ['g i', '/', 'mod+k'].includes(keys);

describe('shortcuts', () => {
  it('knows single keys, modified keys and sequences', () => {
    const keys = new KeySequence();
    expect(keys.press(press('/'), 0, known)).toBe('/');
    expect(keys.press(press('k', true), 10, known)).toBe('mod+k');
    expect(keys.press(press('g'), 20, known)).toBeUndefined();
    expect(keys.press(press('i'), 30, known)).toBe('g i');
  });
  it('forgets the first key of a sequence after a second', () => {
    const keys = new KeySequence();
    keys.press(press('g'), 0, known);
    expect(keys.press(press('i'), 1500, known)).toBeUndefined();
  });
});
