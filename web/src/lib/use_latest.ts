import { useLayoutEffect, useRef } from 'react';

// A box that holds the latest value, for callbacks that are registered once and run later.
export function useLatest<T>(value: T) {
  const box = useRef(value);
  useLayoutEffect(() => {
    box.current = value;
  });
  return box;
}
