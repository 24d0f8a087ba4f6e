import { useEffect, useRef, useState } from 'react';
import { useLatest } from '@/lib/use_latest';

const kTypingMs = 250;

// Typing is kept here; the URL follows when it pauses, so that not every key is a step of the history.
export function useTypedFilter(value: string, onChange: (filter: string) => void) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const send = (next: string) => {
    sent.current = next.trim();
    onChange(sent.current);
  };
  const latest = useLatest(send);
  useEffect(() => {
    if (text.trim() === sent.current) return undefined;
    const timer = setTimeout(() => latest.current(text), kTypingMs);
    return () => clearTimeout(timer);
  }, [text, latest]);
  return { text, setText, send };
}
