import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { tagValuesQuery } from '@/api/tag';
import type { TagKeys } from '@/api/types';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { clause } from '@/lib/filter_text';
import { count, plural } from '@/lib/format';
import { toInventory, toTags } from '@/lib/links';
import classes from './tags.module.css';

type Group = TagKeys['items'][number];

export const filterOfKey = (key: string) => (/[\s",]/.test(key) ? `tag:"${key}"` : `tag:${key}`);

// Which keys there are, and in which spellings; the values of the one that is open.
export function KeysPanel({ keys }: { keys: TagKeys }) {
  if (keys.items.length === 0) {
    return (
      <Panel title="Keys in use">
        <EmptyState title="No tag is known">No resource that was read bears one.</EmptyState>
      </Panel>
    );
  }
  return (
    <Panel title="Keys in use" note="Spellings of one key stand together" flush>
      <ul className={classes.keys}>
        {keys.items.map((group) => (
          <KeyRow key={group.spellings[0]?.key} group={group} />
        ))}
      </ul>
      {keys.more > 0 ? (
        <p className={classes.foot}>{plural(keys.more, 'more key')}, each on fewer resources</p>
      ) : null}
    </Panel>
  );
}

function KeyRow({ group }: { group: Group }) {
  const { key: open } = useSearch({ strict: false }) as { key?: string };
  const navigate = useNavigate();
  const [usual, ...others] = group.spellings;
  if (!usual) return null;
  const shown = open === usual.key;
  const toggle = () =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, key: shown ? undefined : usual.key }),
      replace: true,
      resetScroll: false,
    });
  return (
    <li className={classes.keyRow}>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={shown}
        aria-label={`Values of ${usual.key}`}
        onClick={toggle}
      >
        <Icon name={shown ? 'down' : 'right'} size={14} />
      </button>
      <span className={classes.spelling}>
        <Link {...toInventory({ filter: filterOfKey(usual.key) })}>{usual.key}</Link>
        <span className={classes.sub}>
          {plural(usual.resources, 'resource')}, {plural(usual.accounts, 'account')}
        </span>
      </span>
      {others.length > 0 ? (
        <span className={classes.variants}>
          <span className={classes.sub}>also spelled</span>
          {others.map((one) => (
            <span key={one.key}>
              <Link {...toInventory({ filter: filterOfKey(one.key) })}>{one.key}</Link>{' '}
              <span className="hm-muted">{count(one.resources)}</span>
            </span>
          ))}
          <Link
            {...toTags({ tag: usual.key, from: 'spelling', filter: filterOfKey(others[0]?.key ?? '') })}
            className={classes.propose}
          >
            Propose {usual.key}
          </Link>
        </span>
      ) : null}
      {shown ? <Values of={usual.key} /> : null}
    </li>
  );
}

function Values({ of }: { of: string }) {
  const { data, error, refetch } = useQuery(tagValuesQuery(useScope(), of));
  if (error && !data) return <ErrorState error={error} what="The values" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} />;
  return (
    <ul className={classes.values} aria-label={`Values of ${of}`}>
      {data.items.map((group) => (
        <li key={group.spellings[0]?.value}>
          {group.spellings.map((one) => (
            <span key={one.value} className={classes.value}>
              <Link {...toInventory({ filter: clause(`tag:${of}`, one.value) })}>
                {one.value || '(empty)'}
              </Link>
              <span className="hm-muted hm-num">{count(one.resources)}</span>
            </span>
          ))}
        </li>
      ))}
      {data.more > 0 ? <li className="hm-muted">and {plural(data.more, 'more value')}</li> : null}
    </ul>
  );
}
