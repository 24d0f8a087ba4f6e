import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeView, type SavedView, type ViewKind, viewsQuery } from '@/api/view';
import { announce } from '@/components/toast';
import type { Words } from '@/lib/views';

interface Wanted {
  id: string;
  change: Parameters<typeof changeView>[1];
  said: string; // when it is done
}

// What is done at once, without a dialog. A failure is announced.
export function useViewChange(kind: ViewKind) {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id, change }: Wanted) => changeView(id, change),
    onSuccess: (_view, { said }) => {
      announce(said);
      return client.invalidateQueries({ queryKey: viewsQuery(kind).queryKey });
    },
  });
  return {
    update: (view: SavedView, state: Words) =>
      mutate({ id: view.id, change: { state }, said: `“${view.name}” is as it is shown now` }),
    share: (view: SavedView) =>
      mutate({
        id: view.id,
        change: { shared: !view.shared },
        said: view.shared ? `“${view.name}” is its owner’s alone` : `All can use “${view.name}” now`,
      }),
  };
}
