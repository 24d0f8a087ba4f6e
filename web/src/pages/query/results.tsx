import type { QueryResult } from '@/api/types';
import { Panel } from '@/components/panel';
import { EmptyState } from '@/components/states';
import { When } from '@/components/when';
import { count, duration, plural } from '@/lib/format';
import { doubtsOf } from './trust';
import { UnknownNotice } from './unknown_notice';
import classes from './query.module.css';

const kDrawn = 500;

function cellText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function Results({ result }: { result: QueryResult }) {
  const rows = result.rows.slice(0, kDrawn).map((cells, index) => ({ key: `row ${index}`, cells }));
  // Two columns may bear one name.
  const columns = result.columns.map((name, index) => ({ key: `column ${index}`, name }));
  const { rowsMayMiss } = doubtsOf(result);
  const note = (
    <>
      {plural(result.rows.length, 'row')}
      {result.truncated ? ' (there are more: over the limit)' : ''}, {duration(result.elapsed_ms)}
      {result.as_of ? (
        <>
          , as of <When at={result.as_of} />
        </>
      ) : null}
      {result.rows.length > kDrawn ? `, the first ${count(kDrawn)} are shown` : ''}
    </>
  );
  return (
    <Panel title="Result" note={note} flush>
      <UnknownNotice trust={result} />
      {rows.length === 0 ? (
        <EmptyState icon="query" title={rowsMayMiss ? 'No rows are known' : 'No rows'}>
          {rowsMayMiss
            ? 'The statement was right. What it reads is unknown in part, so this does not mean that there is nothing.'
            : 'The statement was right and gave nothing.'}
        </EmptyState>
      ) : (
        // Wide results scroll inside their panel, so it must be reachable by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={classes.frame} tabIndex={0} role="region" aria-label="Rows">
          <table className={classes.table}>
            <thead>
              <tr>
                {columns.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells }) => (
                <tr key={key}>
                  {columns.map(({ key: column }, index) => {
                    const value = cells[index];
                    if (value === null) {
                      return (
                        <td key={column} className="hm-muted">
                          null
                        </td>
                      );
                    }
                    return (
                      <td key={column} data-number={typeof value === 'number' || undefined}>
                        {cellText(value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
