// What the kinds of a change are called, everywhere alike.

export type ChangeKind = 'created' | 'found' | 'changed' | 'gone' | 'returned';

export const kChangeKinds: readonly ChangeKind[] = ['created', 'changed', 'gone', 'returned', 'found'];

export const changeWords: Record<ChangeKind, string> = {
  created: 'Created',
  found: 'First seen',
  changed: 'Changed',
  gone: 'Gone',
  returned: 'Came back',
};

export const changeMeanings: Record<ChangeKind, string> = {
  created: 'It was not there when its place was read before',
  found: 'The first sweep of its place saw it: since when it exists is not known',
  changed: 'Something of it is not as it was',
  gone: 'AWS does not have it any more',
  returned: 'It had been gone before',
};
