import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type SavedView, type ViewKind, viewsQuery } from '@/api/view';
import { Icon } from '@/components/icons';
import { isSame, type Words } from '@/lib/views';
import { type Asked, ViewDialogs } from '@/components/views/view_dialogs';
import { useViewChange } from '@/components/views/use_view_change';
import classes from '@/components/views/views.module.css';

export interface ViewsProps {
  kind: ViewKind;
  noun: 'view' | 'query';
  words: Words; // what is shown now
  // The words that a saved one comes to on this page: what it no longer knows falls out, what was not said is filled in.
  meaning: (saved: Words) => Words;
  onApply?: (saved: Words) => void; // beside the walk to its URL
}

// Which view the page was opened with stands in the URL, so that a reload and a copied link know it.
function useCurrent(kind: ViewKind, open: boolean) {
  const { saved } = useSearch({ strict: false }) as { saved?: string };
  const navigate = useNavigate();
  const list = useQuery({ ...viewsQuery(kind), enabled: open || saved !== undefined });
  const walk = (id: string | undefined, words?: Words) =>
    void navigate({
      to: '.',
      search: (before: Words) =>
        words
          ? {
              ...(before['accounts'] ? { accounts: before['accounts'] } : {}),
              ...(before['regions'] ? { regions: before['regions'] } : {}),
              ...words,
              saved: id,
            }
          : { ...before, saved: id },
    });
  return { list, walk, current: list.data?.items.find((view) => view.id === saved) };
}

export function ViewsMenu({ kind, noun, words, meaning, onApply }: ViewsProps) {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const { list, walk, current } = useCurrent(kind, open);
  const changed = current !== undefined && !isSame(meaning(current.state), words);
  const change = useViewChange(kind);
  const apply = (view: SavedView) => {
    walk(view.id, view.state);
    onApply?.(view.state);
  };
  const all = noun === 'view' ? 'Views' : 'Queries';
  return (
    <>
      <Menu opened={open} onChange={setOpen} position="bottom-end" withinPortal={false} width={280}>
        <Menu.Target>
          <Button
            leftSection={<Icon name="bookmark" />}
            className={classes.button}
            aria-label={current ? `${all}: ${current.name}${changed ? ' changed' : ''}` : all}
          >
            <span className={classes.name}>{current?.name ?? all}</span>{' '}
            {changed ? <span className={classes.changed}>changed</span> : null}
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label={all} className={classes.dropdown}>
          <Listed list={list} noun={noun} current={current} onApply={apply} />
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="plus" />} onClick={() => setAsked({ what: 'save' })}>
            Save as…
          </Menu.Item>
          {current ? (
            <Changes
              view={current}
              changed={changed}
              onUpdate={() => change.update(current, words)}
              onShare={() => change.share(current)}
              onAsk={setAsked}
              onLeave={() => walk(undefined)}
            />
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <ViewDialogs
        kind={kind}
        noun={noun}
        words={words}
        asked={asked}
        onClose={() => setAsked(undefined)}
        onSaved={(view) => walk(view.id)}
        onRemoved={() => walk(undefined)}
      />
    </>
  );
}

interface ListedProps {
  list: ReturnType<typeof useCurrent>['list'];
  noun: ViewsProps['noun'];
  current: SavedView | undefined;
  onApply: (view: SavedView) => void;
}

function Listed({ list, noun, current, onApply }: ListedProps) {
  if (!list.data) {
    return <Menu.Label>{list.error ? list.error.message : 'Loading'}</Menu.Label>;
  }
  const { items, truncated } = list.data;
  if (items.length === 0) {
    return <Menu.Label>{noun === 'view' ? 'No view is saved yet' : 'No query is saved yet'}</Menu.Label>;
  }
  const item = (view: SavedView) => (
    <Menu.Item
      key={view.id}
      onClick={() => onApply(view)}
      rightSection={view.id === current?.id ? <Icon name="check" size={14} /> : null}
    >
      <span className={classes.item}>{view.name}</span>
      {view.shared ? <span className={classes.owner}>by {view.owner}</span> : null}
    </Menu.Item>
  );
  const own = items.filter((view) => !view.shared);
  const shared = items.filter((view) => view.shared);
  return (
    <>
      {own.length > 0 ? <Menu.Label>Only you</Menu.Label> : null}
      {own.map(item)}
      {shared.length > 0 ? <Menu.Label>Shared with all</Menu.Label> : null}
      {shared.map(item)}
      {truncated ? <Menu.Label>There are more than fit here</Menu.Label> : null}
    </>
  );
}

interface ChangesProps {
  view: SavedView;
  changed: boolean;
  onUpdate: () => void;
  onShare: () => void;
  onAsk: (asked: Asked) => void;
  onLeave: () => void;
}

function Changes({ view, changed, onUpdate, onShare, onAsk, onLeave }: ChangesProps) {
  return (
    <>
      {view.may_change ? (
        <>
          <Menu.Item leftSection={<Icon name="check" />} disabled={!changed} onClick={onUpdate}>
            <span className={classes.item}>Update “{view.name}”</span>
          </Menu.Item>
          <Menu.Item leftSection={<Icon name={view.shared ? 'key' : 'user'} />} onClick={onShare}>
            {view.shared ? 'Share no longer' : 'Share with all'}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="edit" />} onClick={() => onAsk({ what: 'rename', view })}>
            Rename…
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="close" />} onClick={() => onAsk({ what: 'remove', view })}>
            Delete…
          </Menu.Item>
        </>
      ) : null}
      <Menu.Item leftSection={<Icon name="left" />} onClick={onLeave}>
        Go on without it
      </Menu.Item>
    </>
  );
}
