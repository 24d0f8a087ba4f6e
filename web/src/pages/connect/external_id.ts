// The external id that the role trusts. Each answer of the server brings a fresh one, but the role is made with the
// first that was shown: it stays for as long as the browser's tab, or until a person puts another in its place.
import { useEffect, useState } from 'react';
import type { Connect } from '@/api/types';

const kKey = 'hm-external-id';
const kShortest = 16;
const kLongest = 1224;

export function faultOf(id: string): string | undefined {
  if (!/^[\w+=,.@:/-]*$/.test(id)) return 'Only letters, digits and +=,.@:/_- may stand in it.';
  if (id.length < kShortest) return `At least ${kShortest} characters, so that nobody guesses it.`;
  return id.length > kLongest ? `At most ${kLongest} characters.` : undefined;
}

// The same instructions with the id that is kept. The fresh one is random, so it stands for nothing else in them.
export function withExternalId(connect: Connect, id: string): Connect {
  const text = JSON.stringify(connect).replaceAll(connect.external_id, () => JSON.stringify(id).slice(1, -1));
  return JSON.parse(text) as Connect;
}

function kept(): string | undefined {
  try {
    return sessionStorage.getItem(kKey) ?? undefined;
  } catch {
    return undefined; // storage is switched off: it stays as long as the page
  }
}

export function useExternalId(fresh: string): [string, (id: string) => void] {
  const [id, setId] = useState(() => kept() ?? fresh);
  useEffect(() => {
    if (faultOf(id) !== undefined) return;
    try {
      sessionStorage.setItem(kKey, id);
    } catch {
      // It stays as long as the page.
    }
  }, [id]);
  return [id, setId];
}
