import { expect, test } from 'vitest';
import { scopeOf, scopeWords } from './scope_text';

test('an empty field means all, which is another thing than none', () => {
  expect(scopeOf({ accounts: '', regions: ' , ' })).toEqual({ accounts: null, regions: null });
  expect(scopeOf({ accounts: '1, 2', regions: '' })).toEqual({ accounts: ['1', '2'], regions: null });
  expect(scopeWords({ accounts: null, regions: null })).toBe('everything');
  expect(scopeWords({ accounts: [], regions: null })).toBe('nothing');
  expect(scopeWords({ accounts: ['1'], regions: [] })).toBe('nothing');
  expect(scopeWords({ accounts: ['1', '2'], regions: null })).toBe('1, 2; all regions');
});
