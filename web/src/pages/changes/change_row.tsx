import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { changeQuery } from '@/api/change';
import type { Change } from '@/api/types';
import { Differences } from '@/components/differences';
import { Icon } from '@/components/icons';
import { MiddleText } from '@/components/middle_text';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { Who, WhoDetails } from '@/components/who';
import { changeMeanings, changeWords } from '@/lib/change_kinds';
import { toResource } from '@/lib/links';
import list from '@/components/change_list.module.css';
import classes from './changes.module.css';

export function ChangeRow({ change }: { change: Change }) {
  const [open, setOpen] = useState(false);
  const details = `change-${change.seq}`;
  return (
    <li className={classes.row} data-open={open || undefined}>
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={open}
        aria-controls={details}
        aria-label={`What changed of ${change.name}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'down' : 'right'} size={12} />
      </button>
      <span className={list.kind} data-kind={change.kind} title={changeMeanings[change.kind]}>
        {changeWords[change.kind]}
      </span>
      <span className={`${list.what} ${classes.what}`}>
        <Link {...toResource(change.resource_id)} className={list.name}>
          <MiddleText text={change.name} />
        </Link>
        <span className={list.where}>
          {change.type_title} · {change.account_name} · {change.region}
        </span>
      </span>
      <span className={classes.by}>
        <Who who={change.who} />
      </span>
      <span className={classes.when}>
        <When at={change.at} />
      </span>
      <div id={details} className={classes.details} hidden={!open}>
        {open ? <Details change={change} /> : null}
      </div>
    </li>
  );
}

function Details({ change }: { change: Change }) {
  const { data, error, refetch } = useQuery(changeQuery(change.seq));
  if (error && !data) return <ErrorState error={error} what="The change" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={2} height={24} />;
  const nothing =
    data.differences.length + data.unknown_before.length + data.unknown_after.length === 0 &&
    !data.compared_with_none;
  return (
    <>
      <p className={classes.noticed}>
        Noticed by the sweep of <When at={data.at} exact />: it happened at that time or before.{' '}
        {change.kind === 'changed' ? null : `${changeMeanings[change.kind]}.`}
      </p>
      <WhoDetails who={data.who} />
      <Differences of={data} />
      {nothing && change.kind === 'changed' ? (
        <p className="hm-muted">Nothing that the catalog counts as a difference.</p>
      ) : null}
    </>
  );
}
