import { describe, expect, it } from 'vitest';
import { wordAt } from '@/lib/filter_text';
import { accept, completions, ownerFacet } from '@/components/filter/completions';
import { kDefaultColumns, savedWords, searchOf, sortedBy, viewOf, wantedOf } from './inventory_search';

describe('the view and its URL', () => {
  it('is empty for the default view', () => {
    expect(Object.values(searchOf(viewOf({}))).filter((value) => value !== undefined)).toEqual([]);
  });
  it.each([
    {
      filter: 'prod -region:us-east-1',
      sort: 'created_at',
      order: 'desc',
      columns: 'name,type,tag:env',
      id: 'r1',
    },
    { filter: 'is:unknown', sort: undefined, order: undefined, columns: undefined, id: undefined },
  ])('comes back from the URL %j', (search) => {
    expect(searchOf(viewOf(search))).toEqual(search);
  });
  it('shows the columns that the person prefers, unless the URL names some', () => {
    expect(viewOf({}, ['state', 'tag:env', 'nonsense']).columns).toEqual(['name', 'state', 'tag:env']);
    expect(viewOf({ columns: 'region' }, ['state']).columns).toEqual(['name', 'region']);
  });
  it('is saved with its columns, and without the open drawer', () => {
    expect(savedWords(viewOf({ filter: 'prod', id: 'r1' }, ['name', 'state']))).toEqual({
      filter: 'prod',
      columns: 'name,state',
    });
  });
  it('takes no column and no order that it does not know', () => {
    const view = viewOf({ columns: 'evil,type', sort: 'password', order: 'sideways' });
    expect(view).toMatchObject({ columns: ['name', 'type'], sort: 'name', order: 'asc' });
  });
  it('always shows the name first', () => {
    expect(viewOf({ columns: 'region,name' }).columns).toEqual(['name', 'region']);
    expect(viewOf({ columns: 'nothing' }).columns).toEqual(kDefaultColumns);
  });
  it('turns the order round at the second click', () => {
    const once = sortedBy(viewOf({}), 'region');
    expect([once.sort, once.order]).toEqual(['region', 'asc']);
    expect(sortedBy(once, 'region').order).toBe('desc');
  });
  it('asks for the scope together with the filter', () => {
    expect(wantedOf(viewOf({ filter: 'a' }), { accounts: '1' })).toEqual({
      accounts: '1',
      filter: 'a',
      sort: 'name',
      order: 'asc',
    });
  });
});

describe('completion', () => {
  const keys = [
    { name: 'type', description: 'Resource type', example: '' },
    { name: 'tag', description: 'Tag', example: '' },
  ];
  const facets = [
    {
      key: 'type',
      title: 'Type',
      more: 0,
      values: [{ value: 'ec2/instance', title: 'EC2 instance', count: 7 }],
    },
    { key: 'tag:env', title: 'env', more: 0, values: [{ value: 'prod', title: 'prod', count: 3 }] },
  ];
  const offered = (text: string) =>
    completions(wordAt(text, text.length), keys, facets).map((each) => each.text);

  it('offers keys, then values with their clause', () => {
    expect(offered('prod t')).toEqual(['type:', 'tag:']);
    expect(offered('type:e')).toEqual(['type:ec2/instance']);
    expect(offered('-tag:')).toEqual(['-tag:env=prod']);
    expect(offered('type:ec2/instance')).toEqual([]);
  });
  it('offers a tag whose key has a space to who types its beginning', () => {
    const facet = {
      key: 'tag:Cost Center',
      title: '',
      more: 0,
      values: [{ value: 'x', title: 'x', count: 1 }],
    };
    const found = completions(wordAt('tag:Cost', 8), keys, [facet]).map((each) => each.text);
    expect(found).toEqual(['tag:"Cost Center"=x']);
  });
  it('offers owners, each once however it is known', () => {
    const item = { key: null, through_title: null, via: 'tag' as const };
    const facet = ownerFacet({
      items: [
        { ...item, name: 'team a', resources: 3 },
        { ...item, name: 'team a', via: 'creator' as const, resources: 2 },
      ],
      more: 0,
    });
    const [option] = completions(wordAt('owner:t', 7), keys, [facet]);
    expect(option).toEqual({ text: 'owner:"team a"', note: '5', open: false });
  });
  it('puts the value in place of the word', () => {
    const text = 'a type:e b';
    const word = wordAt(text, 8);
    const [option] = completions(word, keys, facets);
    expect(option && accept(text, word, option).text).toBe('a type:ec2/instance  b');
  });
});
