import { Link } from '@tanstack/react-router';
import type { Change } from '@/api/types';
import { MiddleText } from '@/components/middle_text';
import { When } from '@/components/when';
import { changeWords } from '@/lib/change_kinds';
import { toResource } from '@/lib/links';
import classes from '@/components/change_list.module.css';

interface Props {
  changes: readonly Change[];
  accountNames: ReadonlyMap<string, string>; // by account id
  typeTitles: ReadonlyMap<string, string>; // by type
}

export function ChangeList({ changes, accountNames, typeTitles }: Props) {
  return (
    <ul className={classes.list}>
      {changes.map((change) => (
        <li key={change.seq} className={classes.row}>
          <span className={classes.kind} data-kind={change.kind}>
            {changeWords[change.kind]}
          </span>
          <span className={classes.what}>
            <Link {...toResource(change.resource_id)} className={classes.name}>
              <MiddleText text={change.name} />
            </Link>
            <span className={classes.where}>
              {typeTitles.get(change.type) ?? change.type} ·{' '}
              {accountNames.get(change.account_id) ?? change.account_id} · {change.region}
            </span>
          </span>
          <span className={classes.when}>
            <When at={change.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
