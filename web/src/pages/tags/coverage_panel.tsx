import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { TagCoverage, TagShare } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { EmptyState } from '@/components/states';
import { clause } from '@/lib/filter_text';
import { count, plural, sentence } from '@/lib/format';
import { toCoverage, toFindings, toInventory } from '@/lib/links';
import { Choice } from './choice';
import { ShareBar, totalOf } from './share_bar';
import classes from './tags.module.css';

interface Row {
  id: string;
  title: string;
  note: string | undefined;
  filter: string;
  keys: readonly TagShare[];
}

const kMostRows = 60;

function rowsOf(coverage: TagCoverage, by: string): Row[] {
  const rows: Row[] =
    by === 'type'
      ? coverage.types.map((type) => ({
          id: type.type,
          title: type.type_title,
          note: type.tags_read ? undefined : 'AWS is not asked for the tags of this type',
          filter: clause('type', type.type),
          keys: type.keys,
        }))
      : coverage.accounts.map((account) => ({
          id: account.account_id,
          title: account.account_name,
          note: account.account_name === account.account_id ? undefined : account.account_id,
          filter: clause('account', account.account_id),
          keys: account.keys,
        }));
  const size = ({ keys }: Row) => (keys[0] ? totalOf(keys[0]) : 0);
  return rows.toSorted((a, b) => size(b) - size(a) || a.title.localeCompare(b.title));
}

const columnsOf = (coverage: TagCoverage, by: string): Column<Row>[] => [
  {
    key: 'of',
    title: by === 'type' ? 'Type' : 'Account',
    cell: (row) => (
      <span className={classes.of}>
        <Link {...toInventory({ filter: row.filter })}>{row.title}</Link>
        {row.note ? <span className={classes.sub}>{row.note}</span> : null}
      </span>
    ),
  },
  ...coverage.keys.map(({ key }, at) => ({
    key,
    title: key,
    cell: (row: Row) => {
      const share = row.keys[at];
      return share ? <ShareBar share={share} /> : null;
    },
  })),
];

export function CoveragePanel({ coverage }: { coverage: TagCoverage }) {
  const { by = 'account' } = useSearch({ strict: false }) as { by?: string };
  const navigate = useNavigate();
  const choose = (next: string) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, by: next === 'account' ? undefined : next }),
    });
  const rows = rowsOf(coverage, by);
  return (
    <Panel
      title="Required tags"
      note={
        <span className={classes.linked}>
          As the rule <Link {...toFindings({ rule: coverage.rule })}>{coverage.rule}</Link> is configured
          {coverage.rule_enabled ? '' : '; it is switched off and finds nothing'}
        </span>
      }
      actions={
        <Choice
          label="Shown by"
          chosen={by}
          onChoose={choose}
          options={[
            { value: 'account', title: 'By account' },
            { value: 'type', title: 'By type' },
          ]}
        />
      }
      flush
    >
      <Totals coverage={coverage} />
      {coverage.keys.length > 0 ? (
        <DataTable
          label={by === 'type' ? 'Required tags by type' : 'Required tags by account'}
          name="tags.coverage"
          columns={columnsOf(coverage, by)}
          rows={rows.slice(0, kMostRows)}
          keyOf={(row) => row.id}
        />
      ) : null}
      {rows.length > kMostRows ? (
        <p className={classes.foot}>{plural(rows.length - kMostRows, 'more type')} with fewer resources</p>
      ) : null}
      <LeftOut coverage={coverage} />
    </Panel>
  );
}

function Totals({ coverage }: { coverage: TagCoverage }) {
  if (coverage.keys.length === 0) {
    return (
      <EmptyState title="No tag is required">
        The parameter required_keys of the rule {coverage.rule} names none.
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={classes.totals}>
        {coverage.keys.map((share) => (
          <li key={share.key} className={classes.total}>
            <h3 className={classes.key}>{share.key}</h3>
            <ShareBar share={share} />
          </li>
        ))}
      </ul>
      <p className={classes.explain}>
        Shares are of what could be told of. Unknown are resources whose tags were not read.
        {coverage.gaps > 0 ? (
          <>
            {' '}
            Beyond them, <Link {...toCoverage({ outcome: 'not_ok' })}>
              {count(coverage.gaps)} places
            </Link>{' '}
            were never read: nobody knows what is there.
          </>
        ) : null}
      </p>
    </>
  );
}

function LeftOut({ coverage }: { coverage: TagCoverage }) {
  if (coverage.left_out.length === 0) return null;
  const resources = coverage.left_out.reduce((sum, each) => sum + each.resources, 0);
  return (
    <details className={classes.leftOut}>
      <summary>
        {plural(resources, 'resource')} of {plural(coverage.left_out.length, 'type')} count in no share
      </summary>
      <ul>
        {coverage.left_out.map((each) => (
          <li key={each.type}>
            <span>
              {each.type_title} <span className="hm-muted">{count(each.resources)}</span>
            </span>
            <span className="hm-muted">{sentence(each.reason)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
