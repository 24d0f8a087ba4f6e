import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { exportQuery, runQuery, type Statement } from '@/api/query';
import { CopyTextButton } from '@/components/copy_button';
import { FormError } from '@/components/form_error';
import { Icon } from '@/components/icons';
import { Page, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { usePrefs } from '@/lib/prefs';
import { fromWallTime, toWallTime, zoneName } from '@/lib/time';
import { useLatest } from '@/lib/use_latest';
import { Results } from './results';
import { SaveRule } from './save_rule';
import { Tables } from './tables';
import classes from './query.module.css';

const kExample = `select account_id, region, count(*) as instances
from aws_ec2_instance
group by account_id, region
order by instances desc`;

function download(blob: Blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = 'query.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}

const statementOf = (sql: string, at: string): Statement => ({
  sql,
  ...(at ? { at } : {}),
});

function useConsole() {
  const search = useSearch({ strict: false }) as { sql?: string; at?: string };
  const navigate = useNavigate();
  const [sql, setSql] = useState(search.sql ?? kExample);
  // An instant with its zone, so that a link means the same moment to whoever opens it.
  const [at, setAt] = useState(search.at ?? '');
  const run = useMutation({ mutationFn: runQuery, onError: () => {} });
  const save = useMutation({ mutationFn: exportQuery, onSuccess: (blob) => download(blob as Blob) });
  const start = () => {
    void navigate({
      to: '.',
      replace: true,
      search: (before: Record<string, unknown>) => ({ ...before, sql, at: at || undefined }),
    });
    run.mutate(statementOf(sql, at));
  };
  // A link to a statement shows its answer at once: reading is all that a statement can do.
  const first = useLatest(start);
  const linked = search.sql !== undefined;
  useEffect(() => {
    if (linked) first.current();
    // Only when the page is opened.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  const exportNow = () => save.mutate(statementOf(sql, at));
  return { sql, setSql, at, setAt, run, save, start, exportNow };
}

export function QueryPage() {
  const { zone } = usePrefs();
  const narrowed = Object.keys(useScope()).length > 0;
  const { sql, setSql, at, setAt, run, save, start, exportNow } = useConsole();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start();
  };
  return (
    <Page
      title="SQL console"
      note={
        narrowed
          ? 'One SELECT over everything that you may see. The scope at the top does not narrow it: name account_id and region in the statement.'
          : 'One SELECT over everything that you may see. Ctrl Enter runs it.'
      }
      actions={<CopyTextButton size="sm" label="Copy link" what="the link" text={location.href} />}
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <textarea
            className={classes.editor}
            aria-label="SQL statement"
            spellCheck={false}
            rows={7}
            maxLength={100_000}
            value={sql}
            onChange={(event) => setSql(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <div className={classes.tools}>
            <Button
              variant="filled"
              onClick={start}
              loading={run.isPending}
              leftSection={<Icon name="play" size={12} />}
            >
              Run
            </Button>
            <span className={classes.asOf}>as of ({zoneName(zone)})</span>
            <TextInput
              size="xs"
              type="datetime-local"
              aria-label={`As of, ${zoneName(zone)} (empty: now)`}
              value={toWallTime(at, zone)}
              onChange={(event) => setAt(fromWallTime(event.currentTarget.value, zone))}
            />
            <Button leftSection={<Icon name="download" />} onClick={exportNow} loading={save.isPending}>
              CSV
            </Button>
            <SaveRule sql={sql} />
          </div>
          <FormError error={run.error} />
          {run.data ? <Results result={run.data} /> : null}
        </div>
        <Panel title="Tables">
          <Tables onPick={(table) => setSql(`select * from ${table} limit 100`)} />
        </Panel>
      </div>
    </Page>
  );
}
