import { Button, Menu, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { cancelQuery, exportQuery, type FileFormat, runQuery, type Statement } from '@/api/query';
import { CopyTextButton } from '@/components/copy_button';
import { FormError } from '@/components/form_error';
import { Icon } from '@/components/icons';
import { Page, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ViewsMenu } from '@/components/views/views_menu';
import { usePrefs } from '@/lib/prefs';
import { fromWallTime, toWallTime, zoneName } from '@/lib/time';
import { useLatest } from '@/lib/use_latest';
import { type Words, wordsOf } from '@/lib/views';
import { type Asked, ColumnStats } from './column_stats';
import { Results } from './results';
import { SaveRule } from './save_rule';
import { SqlEditor } from './sql_editor';
import { Tables } from './tables';
import classes from './query.module.css';

const kExample = `select account_id, region, count(*) as instances
from aws_ec2_instance
group by account_id, region
order by instances desc`;

function download(blob: Blob, format: FileFormat) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `query.${format}`;
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
  const save = useMutation({
    mutationFn: exportQuery,
    onSuccess: (blob, { format }) => download(blob, format),
  });
  useCancelOnLeave(run.isPending || save.isPending);
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
  const exportNow = (format: FileFormat) => save.mutate({ ...statementOf(sql, at), format });
  const open = (saved: Words) => {
    setSql(saved['sql'] ?? '');
    setAt(saved['at'] ?? '');
    run.mutate(statementOf(saved['sql'] ?? '', saved['at'] ?? ''));
  };
  return { sql, setSql, at, setAt, run, save, start, exportNow, open };
}

// Nobody waits for the answer any more, and a person has one statement at a time.
function useCancelOnLeave(running: boolean) {
  const latest = useLatest(running);
  useEffect(() => {
    const leave = () => {
      if (latest.current) void cancelQuery(true).catch(() => {});
    };
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [latest]);
}

const meaningOf = ({ sql, at }: Words): Words => wordsOf({ sql, at });

export function QueryPage() {
  const { zone } = usePrefs();
  const narrowed = Object.keys(useScope()).length > 0;
  const { sql, setSql, at, setAt, run, save, start, exportNow, open } = useConsole();
  const pick = useCallback((table: string) => setSql(`select * from ${table} limit 100`), [setSql]);
  const cancel = useMutation({ mutationFn: () => cancelQuery() });
  const [column, setColumn] = useState<Asked>();
  return (
    <Page
      title="SQL console"
      note={
        narrowed
          ? 'One SELECT over everything that you may see. The scope at the top does not narrow it: name account_id and region in the statement.'
          : 'One SELECT over everything that you may see. Ctrl Enter runs it.'
      }
      actions={
        <>
          <ViewsMenu
            kind="query"
            noun="query"
            words={meaningOf({ sql, at })}
            meaning={meaningOf}
            onApply={open}
          />
          <CopyTextButton size="sm" label="Copy link" what="the link" text={location.href} />
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <SqlEditor value={sql} onChange={setSql} onRun={start} />
          <div className={classes.tools}>
            <Button
              variant="filled"
              onClick={start}
              loading={run.isPending}
              leftSection={<Icon name="play" size={12} />}
            >
              Run
            </Button>
            {run.isPending || save.isPending ? (
              <Button onClick={() => cancel.mutate()} loading={cancel.isPending}>
                Cancel
              </Button>
            ) : null}
            <span className={classes.asOf}>as of ({zoneName(zone)})</span>
            <TextInput
              size="xs"
              type="datetime-local"
              aria-label={`As of, ${zoneName(zone)} (empty: now)`}
              value={toWallTime(at, zone)}
              onChange={(event) => setAt(fromWallTime(event.currentTarget.value, zone))}
            />
            <ExportMenu onExport={exportNow} busy={save.isPending} />
            <SaveRule sql={sql} />
          </div>
          <FormError error={run.error} />
          {run.data ? <Results result={run.data} /> : null}
        </div>
        <Panel title="Tables">
          <Tables onPick={pick} onColumn={setColumn} />
        </Panel>
      </div>
      <ColumnStats asked={column} at={at} onClose={() => setColumn(undefined)} />
    </Page>
  );
}

// What the statement gives, within the limits of the console.
function ExportMenu({ onExport, busy }: { onExport: (format: FileFormat) => void; busy: boolean }) {
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="download" />} loading={busy}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Export">
        <Menu.Item onClick={() => onExport('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => onExport('json')}>JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
