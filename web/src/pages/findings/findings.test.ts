import { expect, test } from 'vitest';
import { searchOf, sortedBy, toggled, viewOf, wantedOf } from './findings_search';

test('the open ones are meant where the URL says nothing', () => {
  expect(viewOf({}).chosen.state).toEqual(['open']);
  expect(searchOf(viewOf({}))).toEqual(expect.objectContaining({ state: undefined, id: undefined }));
  expect(wantedOf(viewOf({}), { accounts: '1' })).toEqual({ accounts: '1', state: 'open' });
});

test('a view survives the way through the URL', () => {
  const search = {
    state: 'snoozed,excepted',
    severity: 'high',
    rule: 'a,b',
    unknown: 'true',
    sort: 'rule',
    order: 'asc',
    id: '1',
  };
  expect(searchOf(viewOf(search))).toEqual(expect.objectContaining(search));
});

test('what is open in the drawer is not asked for with the list', () => {
  const wanted = wantedOf(viewOf({ id: '1', unknown: 'true', state: 'resolved' }), {});
  expect(wanted).toEqual({ state: 'resolved', unknown: true });
});

test('with no state chosen any will do, but for what never opened', () => {
  const view = toggled(viewOf({}), 'state', 'open');
  expect(view.chosen.state).toEqual([]);
  expect(viewOf(searchOf(view) as Record<string, string>).chosen.state).toEqual([]);
  expect(wantedOf(view, {}).state).toBe('open,acknowledged,snoozed,excepted,resolved');
});

test('a second click turns the order round', () => {
  const first = sortedBy(viewOf({}), 'rule');
  expect([first.sort, first.order]).toEqual(['rule', 'asc']);
  expect(sortedBy(first, 'rule').order).toBe('desc');
  expect(sortedBy(first, 'severity').order).toBe('desc');
});
