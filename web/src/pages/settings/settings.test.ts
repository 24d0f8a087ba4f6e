import { expect, test } from 'vitest';
import { detailText, scopeOf, scopeWords } from './scope_text';

test('an empty field means all, which is another thing than none', () => {
  expect(scopeOf({ accounts: '', regions: ' , ' })).toEqual({ accounts: null, regions: null });
  expect(scopeOf({ accounts: '1, 2', regions: '' })).toEqual({ accounts: ['1', '2'], regions: null });
  expect(scopeWords({ accounts: null, regions: null })).toBe('everything');
  expect(scopeWords({ accounts: [], regions: null })).toBe('nothing');
  expect(scopeWords({ accounts: ['1'], regions: [] })).toBe('nothing');
  expect(scopeWords({ accounts: ['1', '2'], regions: null })).toBe('1, 2; all regions');
});

test('the audit log does not call a scope of everything one of nothing', () => {
  expect(detailText({ path: 'scope.accounts', value: null })).toBe('all');
  expect(detailText({ path: 'scope.regions', value: [] })).toBe('none');
  expect(detailText({ path: 'scope.accounts[0]', value: '111111111111' })).toBe('111111111111');
  expect(detailText({ path: 'note', value: null })).toBe('none');
});
