import { memo, type MouseEvent } from 'react';
import type { Resource, ScopeSearch } from '@/api/types';
import { MiddleText } from '@/components/middle_text';
import { UnknownMark } from '@/components/unknown';
import { hrefOfResource } from '@/lib/links';
import { cellOf } from './columns';
import classes from './resource_table.module.css';

interface Place {
  index: number;
  top: number; // px from the first row
}

interface Props extends Place {
  resource: Resource;
  columns: readonly string[];
  scope: ScopeSearch; // goes along to the full page
  chosen: boolean;
  open: boolean;
  active: boolean;
  // Stable functions, so that a row is drawn again only when something of it changed.
  onChoose: (id: string) => void;
  onOpen: (id: string, index: number) => void;
}

const at = ({ top }: Place) => ({ transform: `translateY(${top}px)` });

function withModifier(event: MouseEvent) {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
}

// The link leads to the full page (Ctrl-click, middle click, copy); a plain click opens the drawer.
function NameLink({
  resource,
  index,
  scope,
  onOpen,
}: Pick<Props, 'resource' | 'index' | 'scope' | 'onOpen'>) {
  const gone = resource.gone_at !== null;
  return (
    <a
      href={hrefOfResource(resource.id, scope)}
      id={`row-${resource.id}`}
      className={classes.name}
      data-gone={gone || undefined}
      onClick={(event) => {
        event.stopPropagation();
        if (withModifier(event)) return;
        event.preventDefault();
        onOpen(resource.id, index);
      }}
    >
      <MiddleText text={resource.name} />
      {gone ? <span className={classes.gone}>gone</span> : null}
    </a>
  );
}

function Why({ resource }: { resource: Resource }) {
  const elsewhere = (resource.matched ?? []).filter((place) => place !== 'name');
  if (elsewhere.length === 0 || resource.matched?.includes('name')) return null;
  const words = `found in ${elsewhere.join(', ')}`;
  return (
    <span className={classes.why} title={words}>
      {words}
    </span>
  );
}

function ChooseBox({ resource, chosen, onChoose }: Pick<Props, 'resource' | 'chosen' | 'onChoose'>) {
  return (
    <input
      type="checkbox"
      className={classes.box}
      checked={chosen}
      aria-label={`Select ${resource.name}`}
      onChange={() => onChoose(resource.id)}
      onClick={(event) => event.stopPropagation()}
    />
  );
}

export const TableRow = memo(function TableRow(props: Props) {
  const { index, resource, columns, scope, open, active, chosen, onOpen } = props;
  return (
    // The pointer may hit anywhere in the row; the keyboard has the link in the first cell.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className={classes.row}
      data-open={open || undefined}
      data-active={active || undefined}
      data-chosen={chosen || undefined}
      style={at(props)}
      onClick={(event) => {
        if (!withModifier(event)) onOpen(resource.id, index);
      }}
    >
      <div role="cell" className={classes.cell}>
        <ChooseBox {...props} />
      </div>
      {columns.map((column) => (
        <div key={column} role="cell" className={classes.cell}>
          {column === 'name' ? (
            <>
              <NameLink resource={resource} index={index} scope={scope} onOpen={onOpen} />
              <Why resource={resource} />
            </>
          ) : (
            cellOf(column, resource)
          )}
        </div>
      ))}
    </div>
  );
});

// The row at phone width: two lines.
export const CardRow = memo(function CardRow(props: Props) {
  const { index, resource, scope, open, chosen, onOpen } = props;
  const { unknown } = resource;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.card}
      data-open={open || undefined}
      data-chosen={chosen || undefined}
      style={at(props)}
      onClick={() => onOpen(resource.id, index)}
    >
      <div role="cell" className={classes.cardName}>
        <NameLink resource={resource} index={index} scope={scope} onOpen={onOpen} />
        {resource.state ? <span className={classes.cardState}>{resource.state}</span> : null}
      </div>
      <div role="cell" className={classes.cardNote}>
        <span className={classes.cardWords}>
          {resource.type_title} · {resource.account_name} · {resource.region}
        </span>
        {unknown[0] ? <UnknownMark reasons={unknown} label={`${unknown.length} unknown`} /> : null}
      </div>
    </div>
  );
});

// A row that is not loaded yet, with the final geometry.
export function EmptyRow({ index, top, columns }: Place & { columns: number }) {
  return (
    <div role="row" aria-rowindex={index + 2} className={classes.row} style={at({ index, top })} data-loading>
      <div role="cell" aria-colspan={columns} className={classes.loading}>
        <span className="hm-sr">Loading</span>
      </div>
    </div>
  );
}
