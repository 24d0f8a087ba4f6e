import { useEffect, useState } from 'react';

// A part of the program that is loaded as soon as this is drawn; undefined until then. Give a stable function. Unlike
// behind a Suspense, whose contents React holds back for a while, the part is there at once when it has come.
export function useLoaded<T extends object>(load: () => Promise<T>): T | undefined {
  const [part, setPart] = useState<T>();
  useEffect(() => {
    load().then(setPart, (error: unknown) =>
      setPart(() => {
        throw error; // to the nearest boundary, which says it
      }),
    );
  }, [load]);
  return part;
}
