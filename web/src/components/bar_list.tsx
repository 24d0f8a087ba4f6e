import { Link } from '@tanstack/react-router';
import type { Count } from '@/api/types';
import { count } from '@/lib/format';
import classes from '@/components/bar_list.module.css';

interface Props {
  items: readonly Count[];
  linkOf: (item: Count) => { to: string; search: object };
  noun: string; // the heading of the first column
}

// A ranked list whose bars let the eye compare. The bar shares its cell with the name, the number is exact.
export function BarList({ items, linkOf, noun }: Props) {
  const most = Math.max(1, ...items.map((item) => item.count));
  return (
    <table className={classes.table}>
      <thead className="hm-sr">
        <tr>
          <th scope="col">{noun}</th>
          <th scope="col">Resources</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.value}>
            <td className={classes.name}>
              <Link {...linkOf(item)} className={classes.link}>
                {item.title}
              </Link>
              {item.title === item.value ? null : <span className={classes.value}>{item.value}</span>}
              <span className={classes.track} aria-hidden="true">
                <span className={classes.bar} style={{ width: `${(item.count / most) * 100}%` }} />
              </span>
            </td>
            <td className={classes.count}>{count(item.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
