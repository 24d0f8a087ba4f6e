import type { Coverage } from '@/api/types';
import { CoverageBar } from '@/components/coverage_bar';
import { Panel } from '@/components/panel';
import { gaps } from '@/lib/gaps';
import { count, plural } from '@/lib/format';
import classes from './coverage.module.css';

// The matrix at phone width: one bar for each account and region.
export function PlacesPanel({ coverage }: { coverage: Coverage }) {
  return (
    <Panel title="Accounts and regions">
      {coverage.accounts.map((account) => (
        <section key={account.account_id} className={classes.placeGroup} aria-label={account.account_name}>
          <h3 className={classes.placeTitle}>{account.account_name}</h3>
          {account.regions.map(({ region, counts }) => (
            <div key={region} className={classes.place}>
              <span>{region}</span>
              <span className="hm-muted hm-num">
                {gaps(counts) === 0
                  ? `${count(counts.ok)} answered`
                  : `${plural(gaps(counts), 'gap')} of ${count(counts.total)}`}
              </span>
              <div className={classes.placeBar}>
                <CoverageBar counts={counts} legend={false} />
              </div>
            </div>
          ))}
        </section>
      ))}
    </Panel>
  );
}
