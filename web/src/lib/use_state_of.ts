import { useCallback, useState } from 'react';

// State that belongs to something, such as a list: with another one it begins anew.
export function useStateOf<T>(owner: unknown, initial: T): [T, (next: T) => void] {
  const [kept, setKept] = useState({ owner, value: initial });
  const set = useCallback((value: T) => setKept({ owner, value }), [owner]);
  return [kept.owner === owner ? kept.value : initial, set];
}
