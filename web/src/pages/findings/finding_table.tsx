import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type MouseEvent, type ReactNode, type RefObject, useEffect } from 'react';
import type { FindingSort } from '@/api/finding';
import type { Finding, ScopeSearch } from '@/api/types';
import { type Choosable, useShown } from '@/components/column_choice';
import { Icon } from '@/components/icons';
import { SeverityLabel } from '@/components/severity';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { hrefOfFinding } from '@/lib/links';
import type { View } from './findings_search';
import classes from './findings.module.css';

const kRowHeight = 52;
const kCardHeight = 112;
const kOverscan = 8;

interface Props {
  rows: readonly Finding[]; // loaded so far
  total: number; // of the whole filtered set
  view: View;
  scope: ScopeSearch;
  onSort: (column: FindingSort) => void;
  onOpen: (id: string) => void;
  onReach: (index: number) => void; // the last row that is looked at
  scroller: RefObject<HTMLDivElement | null>;
  phone: boolean;
  busy: boolean;
}

interface Column extends Choosable {
  track: string;
  sort?: FindingSort;
  cell: (finding: Finding) => ReactNode;
}

export const stateTitles: Record<Finding['state'], string> = {
  pending: 'Pending',
  open: 'Open',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
  excepted: 'Excepted',
  resolved: 'Resolved',
};

export function StateText({ finding }: { finding: Finding }) {
  return (
    <>
      {stateTitles[finding.state]}
      {finding.unknown ? (
        <>
          {' '}
          <UnknownMark reasons={[{ what: 'Now', reason: finding.unknown, code: 'unknown' }]} />
        </>
      ) : null}
    </>
  );
}

// By which the choice of columns is kept.
export const kTable = 'findings';

export const columns: readonly Column[] = [
  {
    key: 'severity',
    title: 'Severity',
    track: '96px',
    sort: 'severity',
    cell: (finding) => <SeverityLabel severity={finding.severity} />,
  },
  {
    key: 'finding',
    fixed: true,
    title: 'Finding',
    track: 'minmax(260px, 2fr)',
    sort: 'rule',
    cell: () => null,
  },
  {
    key: 'resource',
    title: 'Resource',
    track: 'minmax(160px, 1fr)',
    cell: (finding) => (
      <>
        <span className={classes.line}>{finding.resource.name}</span>
        <span className={classes.sub}>{finding.resource.type_title}</span>
      </>
    ),
  },
  {
    key: 'account',
    title: 'Account',
    track: '148px',
    sort: 'account',
    cell: (finding) => (
      <>
        <span className={classes.line}>{finding.account_name}</span>
        <span className={classes.sub}>{finding.region}</span>
      </>
    ),
  },
  { key: 'state', title: 'State', track: '132px', cell: (finding) => <StateText finding={finding} /> },
  {
    key: 'opened',
    title: 'Opened',
    track: '128px',
    sort: 'opened_at',
    cell: (finding) => <When at={finding.opened_at} never="not opened" />,
  },
];

export function FindingTable(props: Props) {
  const { rows, total, onReach, phone, scroller } = props;
  const height = phone ? kCardHeight : kRowHeight;
  const chosen = useShown(kTable, columns);
  const shown = phone ? columns : chosen; // a card has its own layout
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: kOverscan,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onReach(last), [last, onReach, rows.length]);
  const measures = {
    '--hm-columns': shown.map((column) => column.track).join(' '),
    '--hm-row': `${height}px`,
  } as CSSProperties;
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        style={measures}
        data-busy={props.busy || undefined}
        aria-busy={props.busy || undefined}
        data-phone={phone || undefined}
      >
        <div
          role="table"
          aria-label="Findings"
          aria-rowcount={total + 1}
          aria-colcount={shown.length}
          className={classes.table}
        >
          <Head {...props} shown={shown} />
          <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => (
              <Row
                key={rows[item.index]?.id ?? item.key}
                {...props}
                shown={shown}
                index={item.index}
                top={item.start}
                finding={rows[item.index]}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function Head({ view, onSort, phone, shown }: Props & { shown: readonly Column[] }) {
  const spoken = view.order === 'asc' ? 'ascending' : 'descending';
  return (
    <div role="rowgroup" className={phone ? 'hm-sr' : classes.head}>
      <div role="row" aria-rowindex={1} className={classes.row}>
        {shown.map(({ title, sort }) => (
          <div
            key={title}
            role="columnheader"
            className={classes.cell}
            aria-sort={sort ? (view.sort === sort ? spoken : 'none') : undefined}
          >
            {sort ? (
              <button
                type="button"
                className={classes.sort}
                data-sorted={view.sort === sort || undefined}
                onClick={() => onSort(sort)}
                tabIndex={phone ? -1 : 0}
              >
                {title}
                {view.sort === sort ? (
                  <Icon name={view.order === 'asc' ? 'sortUp' : 'sortDown'} size={12} />
                ) : null}
              </button>
            ) : (
              title
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const withModifier = (event: MouseEvent) =>
  event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;

interface RowProps extends Props {
  shown: readonly Column[];
  index: number;
  top: number; // px
  finding: Finding | undefined; // undefined: not loaded yet
}

function Row({ index, top, finding, view, scope, onOpen, shown }: RowProps) {
  const style = { transform: `translateY(${top}px)` };
  if (!finding) {
    return (
      <div role="row" aria-rowindex={index + 2} className={classes.row} style={style} data-loading>
        <div role="cell" aria-colspan={shown.length} className={classes.loading}>
          <span className="hm-sr">Loading</span>
        </div>
      </div>
    );
  }
  return (
    // The pointer may hit anywhere in the row; the keyboard has the link.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      data-open={view.id === finding.id || undefined}
      style={style}
      onClick={(event) => {
        if (!withModifier(event)) onOpen(finding.id);
      }}
    >
      {shown.map((column) => (
        <div key={column.key} role="cell" className={classes.cell}>
          {column.key === 'finding' ? (
            <FindingLink finding={finding} scope={scope} onOpen={onOpen} />
          ) : (
            column.cell(finding)
          )}
        </div>
      ))}
    </div>
  );
}

// The link can be copied and opened elsewhere; a plain click opens the drawer.
function FindingLink({
  finding,
  scope,
  onOpen,
}: {
  finding: Finding;
  scope: ScopeSearch;
  onOpen: (id: string) => void;
}) {
  return (
    <>
      <a
        href={hrefOfFinding(finding.id, finding.state, scope)}
        id={`finding-${finding.id}`}
        className={classes.title}
        onClick={(event) => {
          event.stopPropagation();
          if (withModifier(event)) return;
          event.preventDefault();
          onOpen(finding.id);
        }}
      >
        {finding.title}
      </a>
      <span className={classes.sub}>{finding.reason}</span>
    </>
  );
}
